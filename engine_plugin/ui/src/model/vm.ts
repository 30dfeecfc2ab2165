// SPDX-License-Identifier: Apache-2.0
/**
 * What the VM and the host are, as far as the picture needs it.
 *
 * Decides nothing. A VM in a dialog that is not saved yet has no id and no known maximum of
 * vCPUs; everything else is known in both places.
 */
import type { Nodeset } from './nodeset'

export interface Vm {
  readonly memoryKib: number
  /** vCPUs that it starts with: 0 to n-1. */
  readonly vcpus: number
  /** With those that can be plugged in later; absent where nobody has said it yet. */
  readonly vcpusMax?: number
  readonly threads: number
  /** Cores of a socket; absent where it is not known: then nothing is divided by sockets. */
  readonly cores?: number
  readonly arch: string
  /** Huge page size of the whole VM (custom property `hugepages`). */
  readonly pageKib?: number
}

export interface PagePool {
  readonly total: number
  readonly free: number
}

export interface HostNode {
  readonly id: number
  readonly cpus: Nodeset
  readonly memoryKib: number
  readonly freeKib: number
  /** Promised to VMs and not yet touched by them. */
  readonly promisedKib: number
  /** What a new VM can be promised in ordinary pages. */
  readonly availableKib: number
  readonly distances: Readonly<Record<number, number>>
  readonly pages: Readonly<Record<number, PagePool>>
  /** When the host itself told of it; absent where the engine knows it. */
  readonly toldAt?: string
}

export interface Host {
  readonly id: string
  readonly name: string
  readonly nodes: readonly HostNode[]
}

/** Of a cluster's hosts those that a VM may run on: `only` ids or names, or on any where none. */
export function dedicated(hosts: readonly Host[], only: readonly string[]): readonly Host[] {
  if (!only.length) return hosts
  return hosts.filter((host) => only.includes(host.id) || only.includes(host.name))
}

/** The host that a picture begins with: the one asked for, else the one with most free memory. */
export function hostToShow(hosts: readonly Host[], id: string): Host | undefined {
  const free = (host: Host) => host.nodes.reduce((sum, node) => sum + node.availableKib, 0)
  const named = hosts.find((each) => each.id === id)
  return named ?? [...hosts].sort((a, b) => free(b) - free(a))[0]
}

/** From a to b; where the host does not say: the other way round, else ACPI's 10 or 20. */
export function distance(host: Host, a: number, b: number): number {
  const from = (x: number, y: number) => host.nodes.find((node) => node.id === x)?.distances[y]
  return from(a, b) ?? from(b, a) ?? (a === b ? 10 : 20)
}
