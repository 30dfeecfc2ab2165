// SPDX-License-Identifier: Apache-2.0
/**
 * WebAdmin's places: what stands behind the `#` of its address.
 *
 * Decides, as its place manager does: a list is `#hosts`, details are `#hosts-general;name=X`
 * with the name encoded twice, and a plugin's tab is its token, for whatever is selected: a name
 * behind it selects nothing.
 */
export const KINDS = {
  vms: { entity: 'VirtualMachine', title: 'Virtual Machines', columns: ['status', 'description'] },
  hosts: { entity: 'Host', title: 'Hosts', columns: ['status', 'address'] },
  clusters: { entity: 'Cluster', title: 'Clusters', columns: ['description'] },
  templates: { entity: 'Template', title: 'Templates', columns: ['description'], bare: true },
  pools: { entity: 'Pool', title: 'Pools', columns: ['description'], bare: true },
}

export function hashOf(token, name) {
  if (name === undefined) return `#${token}`
  return `#${encodeURI(`${token};name=${encodeURIComponent(name).replaceAll('%20', '+')}`)}`
}

/** What a hash asks for; `places` are the plugins' tabs. An unknown one is the list of VMs. */
export function readHash(hash, places) {
  const [token = '', ...parameters] = decodeURI(hash.slice(1)).split(';')
  const place = places.find((each) => each.token === token)
  if (place) return { kind: Object.keys(KINDS).find((each) => KINDS[each].entity === place.entity), tab: token }
  const kind = Object.keys(KINDS).find((each) => token === each || token === `${each}-general`)
  if (!kind) return { kind: 'vms' }
  const given = parameters.find((each) => each.startsWith('name='))
  const name = given && decodeURIComponent(given.slice('name='.length).replaceAll('+', ' '))
  return token === kind ? { kind } : { kind, tab: 'general', name }
}
