// SPDX-License-Identifier: Apache-2.0
/** Hosts and clusters of the service. */
import { Nodeset } from '../model/nodeset'
import type { Host, HostNode } from '../model/vm'
import type { Client } from './client'
import { ApiError } from './errors'
import { idsNamed } from './named'
import type { WireCluster, WireHost, WireNode, WireVmRow } from './wire'

export type ClusterNuma = WireCluster & { readonly pictures: readonly Host[] }
export type HostNuma = WireHost & { readonly picture: Host }

export function nodeOf(wire: WireNode): HostNode {
  return {
    id: wire.id,
    cpus: wire.cpus ? Nodeset.parse(wire.cpus) : Nodeset.EMPTY,
    memoryKib: wire.memory_kib,
    freeKib: wire.free_kib,
    promisedKib: wire.promised_kib,
    availableKib: wire.available_kib,
    distances: wire.distances,
    pages: wire.pages,
    ...(wire.told_at ? { toldAt: wire.told_at } : {}),
  }
}

export async function readHost(client: Client, id: string, signal: AbortSignal): Promise<HostNuma> {
  const { value } = await client.ask<WireHost>(`/hosts/${encodeURIComponent(id)}/numa`, { signal })
  const picture = { id: value.id, name: value.name, nodes: value.nodes.map(nodeOf) }
  return { ...value, picture }
}

/** Has the engine look at the host once more: what only the host knows is as old as that. */
export async function refreshHost(client: Client, id: string): Promise<void> {
  await client.ask(`/hosts/${encodeURIComponent(id)}/numa/refresh`, { method: 'POST' })
}

export async function readCluster(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<ClusterNuma> {
  const path = `/clusters/${encodeURIComponent(id)}/numa`
  const { value } = await client.ask<WireCluster>(path, { signal })
  const pictures = value.capacity
    .filter((each) => each.nodes.length > 0)
    .map(({ host, name, nodes }) => ({ id: host, name, nodes: nodes.map(nodeOf) }))
  return { ...value, pictures }
}

/** A dialog shows the name of its cluster alone. */
export async function clusterId(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const [id] = await idsNamed(client, 'cluster', name, signal)
  if (!id) throw new ApiError('notFound', name)
  return id
}

/** As many as the service gives at once. */
const PAGE = 500

/** All of a cluster's VMs, page after page. */
export async function clusterVms(
  client: Client,
  cluster: string,
  signal: AbortSignal,
): Promise<readonly WireVmRow[]> {
  const search = encodeURIComponent(`cluster="${cluster.replaceAll('"', '')}"`)
  const found: WireVmRow[] = []
  for (let page = 1; ; page++) {
    const path = `/vms?search=${search}&page=${page}&size=${PAGE}`
    const { value } = await client.ask<{ vms: WireVmRow[]; more: boolean }>(path, { signal })
    found.push(...value.vms)
    if (!value.more) return found
  }
}
