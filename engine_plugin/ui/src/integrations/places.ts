// SPDX-License-Identifier: Apache-2.0
/**
 * The NUMA tabs on the details of a VM, a host and a cluster.
 *
 * Decides which page each shows: WebAdmin gives a tab's page no entity, so the last selection
 * is put into its address.
 */
import { type Entity, type EntityType, type PluginApi, pageUrl } from '../bridge/pluginApi'

const LABEL = 'NUMA'

const PLACES: readonly { entity: EntityType; token: string; route: string; priority: number }[] = [
  { entity: 'VirtualMachine', token: 'numa-vm', route: '/vm', priority: 3 },
  { entity: 'Host', token: 'numa-host', route: '/host', priority: 3 },
  { entity: 'Cluster', token: 'numa-cluster', route: '/cluster', priority: 3 },
]

export function addPlaces(api: PluginApi): void {
  for (const { entity, token, route, priority } of PLACES) {
    api.addDetailPlace(entity, LABEL, token, pageUrl(route), { priority })
  }
}

export function showSelected(
  api: PluginApi,
  entity: EntityType,
  selected: readonly Entity[] | undefined,
): void {
  const place = PLACES.find((each) => each.entity === entity)
  const one = selected?.length === 1 ? selected[0] : undefined
  if (place && one) api.setPlaceContentUrl(place.token, pageUrl(`${place.route}/${one.id}`))
}
