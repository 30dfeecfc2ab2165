// SPDX-License-Identifier: Apache-2.0
/**
 * The service's answer about a VM with some settings: every candidate host, and where it would lie.
 *
 * Decides nothing; amounts are KiB, sets are sets.
 */
import type { Asked } from './cards'
import type { Nodeset } from './nodeset'
import type { Problem } from './problem'

export interface PlacedCell {
  readonly id: number
  readonly cpus: Nodeset
  readonly memoryKib: number
  readonly pageKib: number
  readonly nodes?: Nodeset
}

export interface Placement {
  readonly nodes?: Nodeset
  readonly cells: readonly PlacedCell[]
  /** What it takes of each node. */
  readonly charges: ReadonlyMap<number, Asked>
}

/** What one node has, and what is missing there. */
export interface Reason {
  readonly node: number
  readonly pageKib: number
  readonly asked: boolean
  readonly neededKib: number
  readonly freeKib: number
  /** Of what is free: what the kernel keeps. */
  readonly keptKib: number
  readonly promisedKib: number
  readonly missingKib: number
}

export interface HostAnswer {
  readonly id: string
  readonly name: string
  readonly status: string
  /** Whether VMs start there with their settings; null where the engine does not know. */
  readonly hook: boolean | null
  readonly fits: boolean
  /** Nobody could say: the engine did not answer about it, or hides it from this user. */
  readonly unasked?: boolean
  readonly placement?: Placement
  readonly problems: readonly Problem[]
  readonly reasons: readonly Reason[]
  readonly warnings: readonly Problem[]
}

export interface Answer {
  readonly hosts: readonly HostAnswer[]
  /** The host that the difference is for. */
  readonly host?: string
  readonly diff: string
  readonly vcpusMax: number
}
