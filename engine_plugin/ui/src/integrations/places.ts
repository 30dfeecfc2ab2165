// SPDX-License-Identifier: Apache-2.0
/**
 * The NUMA tabs on the details of a VM, a host and a cluster.
 *
 * Decides of what each is: WebAdmin gives a tab's page no entity. The last selection counts. Of
 * details that were opened by their address no selection is told, until somebody has been in
 * the list; there the name counts that WebAdmin shows, or has in its own address. It is kept
 * there while a tab of ours is shown, so that a reload finds it again.
 */
import type { Kind, PlacesBridge, Shown } from '../bridge/placesBridge'
import { type Entity, type EntityType, type PluginApi, pageUrl } from '../bridge/pluginApi'
import { readPlace, writePlace } from '../model/place'

const LABEL = 'NUMA'
const PRIORITY = 3
const BREADCRUMBS = 'ol.breadcrumb'
/** Not that of the list, which is a link. */
const LAST_CRUMB = ':scope > li:last-child > a:not([href^="#"])'

interface Tab {
  readonly entity: EntityType
  readonly kind: Kind
  readonly token: string
  /** WebAdmin's place of the list; those of its details are `hosts-general` and so on. */
  readonly list: string
}

const TABS: readonly Tab[] = [
  { entity: 'VirtualMachine', kind: 'vm', token: 'numa-vm', list: 'vms' },
  { entity: 'Host', kind: 'host', token: 'numa-host', list: 'hosts' },
  { entity: 'Cluster', kind: 'cluster', token: 'numa-cluster', list: 'clusters' },
]

export class Places implements PlacesBridge {
  private readonly known = new Map<Kind, Shown>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly top: Window) {}

  add(api: PluginApi): void {
    for (const { entity, kind, token } of TABS) {
      api.addDetailPlace(entity, LABEL, token, pageUrl(`/${kind}`), { priority: PRIORITY })
    }
  }

  shown(kind: Kind): Shown | undefined {
    return this.known.get(kind)
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  select(entity: EntityType, selected: readonly Entity[] | undefined): void {
    const tab = TABS.find((each) => each.entity === entity)
    const one = selected?.length === 1 ? selected[0] : undefined
    if (tab && one) this.show(tab.kind, { id: one.id, name: one.name })
    // After WebAdmin has made a step in the history of it, with the same name.
    setTimeout(() => this.keepName(), 0)
  }

  /** WebAdmin's address is another one, or is seen for the first time. */
  follow(): void {
    const { token, name: written } = readPlace(this.top.location.hash)
    const tab = TABS.find((each) => token === each.token || token.startsWith(`${each.list}-`))
    if (!tab) return
    // Back leads to an address of ours with a former name, and WebAdmin stays with the latter.
    const name = token === tab.token ? (this.heading(tab) ?? written) : written
    if (name && this.known.get(tab.kind)?.name !== name) this.show(tab.kind, { name })
    this.keepName()
  }

  private show(kind: Kind, shown: Shown): void {
    this.known.set(kind, shown)
    for (const listener of [...this.listeners]) listener()
  }

  /** A link to a tab of ours has no name. */
  private keepName(): void {
    const { location, history } = this.top
    const { token } = readPlace(location.hash)
    const tab = TABS.find((each) => each.token === token)
    const name = tab && this.known.get(tab.kind)?.name
    const hash = name && writePlace({ token, name })
    if (hash && hash !== location.hash) history.replaceState(history.state, '', hash)
  }

  /** The last of the breadcrumbs above details; after a reload there is none. */
  private heading({ list }: Tab): string | undefined {
    const all = [...this.top.document.querySelectorAll(BREADCRUMBS)]
    const crumbs = all.find((each) => each.querySelector(`a[href="#${list}"]`))
    return crumbs?.querySelector(LAST_CRUMB)?.firstChild?.nodeValue?.trim() || undefined
  }
}
