// SPDX-License-Identifier: Apache-2.0
/** What the scheduler decided at a VM's last start, host by host. */
import type { Problem } from '../model/problem'
import type { Client } from './client'
import { problemOf } from './problems'

export const DECIDED = ['chosen', 'passed', 'refused', 'unknown', 'not_asked'] as const
export type Decided = (typeof DECIDED)[number]

export interface Decision {
  readonly at: string
  readonly hosts: readonly {
    readonly name: string
    readonly state: Decided
    readonly nodes: string
    readonly problem?: Problem
  }[]
}

interface WireReason {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

interface WireDecisions {
  readonly decisions: readonly {
    readonly at: string
    readonly hosts: readonly {
      readonly name: string
      readonly state: string
      readonly nodes: string | null
      readonly problem: WireReason | null
    }[]
  }[]
}

/** The newest; undefined where the engine does not ask the scheduler, or has not yet. */
export async function lastDecision(
  client: Client,
  vm: string,
  signal: AbortSignal,
): Promise<Decision | null> {
  const path = `/vms/${encodeURIComponent(vm)}/numa/decisions`
  const { value } = await client.ask<WireDecisions>(path, { signal })
  const [newest] = value.decisions
  if (!newest) return null
  const hosts = newest.hosts.map(({ name, state, nodes, problem }) => ({
    name,
    state: DECIDED.find((each) => each === state) ?? ('unknown' as const),
    nodes: nodes ?? '',
    ...(problem ? { problem: problemOf({ ...problem, blames: 'host', where: '' }) } : {}),
  }))
  return { at: newest.at, hosts }
}
