// SPDX-License-Identifier: Apache-2.0
/**
 * The cells as cards in the picture: which card lies in which node's box.
 *
 * Decides what the picture shows, not what is legal. A card whose memory may come from several
 * nodes lies in none of them; its share of each is a guess, and drawn as one.
 */
import { Nodeset } from './nodeset'
import { type PlannedCell, resolve } from './plan'
import type { NumaRequest } from './request'
import type { Host, Vm } from './vm'

/** The id of the card that stands for a VM without cells. */
export const WHOLE_VM = -1

export interface Card {
  readonly id: number
  readonly vcpus: number
  readonly memoryKib: number
  readonly pageKib: number
  /** Where its memory may come from; absent where the host chooses. */
  readonly nodes?: Nodeset
  /** Whether these nodes are its own, and not those of the whole VM. */
  readonly own: boolean
}

/** KiB asked of a node, by page size; 0 stands for ordinary pages. */
export type Asked = Readonly<Record<number, number>>

export interface Layout {
  readonly cards: readonly Card[]
  readonly byNode: ReadonlyMap<number, readonly Card[]>
  readonly loose: readonly Card[]
  readonly asked: ReadonlyMap<number, Asked>
}

export function layOut(
  request: NumaRequest,
  planned: readonly PlannedCell[],
  vm: Vm,
  host: Host | undefined,
): Layout {
  const chosen = request.target && host ? resolve(request.target, host) : undefined
  const cards = planned.length
    ? planned.map((cell) => cellCard(cell, vm, chosen))
    : [wholeVm(vm, chosen)]
  const byNode = new Map<number, Card[]>()
  const asked = new Map<number, Record<number, number>>()
  const known = new Set(host?.nodes.map((node) => node.id))
  const loose: Card[] = []
  for (const card of cards) {
    const ids = card.nodes?.ids ?? []
    const home = ids.length === 1 && known.has(ids[0] as number) ? (ids[0] as number) : undefined
    if (home === undefined) loose.push(card)
    else byNode.set(home, [...(byNode.get(home) ?? []), card])
    for (const id of ids) {
      const pages = asked.get(id) ?? {}
      pages[card.pageKib] = (pages[card.pageKib] ?? 0) + card.memoryKib / ids.length
      asked.set(id, pages)
    }
  }
  return { cards, byNode, loose, asked }
}

function cellCard(cell: PlannedCell, vm: Vm, chosen: Nodeset | undefined): Card {
  const nodes = cell.nodes ?? chosen
  return {
    id: cell.id,
    vcpus: cell.cpus.and(Nodeset.first(vm.vcpus)).size,
    memoryKib: cell.memoryKib,
    pageKib: cell.pageKib ?? 0,
    ...(nodes ? { nodes } : {}),
    own: cell.nodes !== undefined,
  }
}

function wholeVm(vm: Vm, chosen: Nodeset | undefined): Card {
  return {
    id: WHOLE_VM,
    vcpus: vm.vcpus,
    memoryKib: vm.memoryKib,
    pageKib: vm.pageKib ?? 0,
    ...(chosen ? { nodes: chosen } : {}),
    own: chosen !== undefined,
  }
}

export function sameCard(a: Card, b: Card): boolean {
  return (
    a.id === b.id &&
    a.vcpus === b.vcpus &&
    a.memoryKib === b.memoryKib &&
    a.pageKib === b.pageKib &&
    a.own === b.own &&
    `${a.nodes}` === `${b.nodes}`
  )
}
