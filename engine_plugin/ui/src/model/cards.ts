// SPDX-License-Identifier: Apache-2.0
/**
 * The cells as cards in the picture: which card lies in which node's box.
 *
 * Decides what the picture shows, not what is legal. Where the service has said where the VM would
 * lie, that is drawn, share by share. Else it is what the texts say by themselves, and a guess
 * where they leave the choice to the host. A card on several nodes lies in no box.
 */
import type { HostAnswer, Placement } from './answer'
import { guessNodes } from './guess'
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

/** Whose word the picture is: the service's; what the texts say; beyond that, a guess; the host's. */
export type Source = 'service' | 'texts' | 'guess' | 'told'

export interface Layout {
  readonly source: Source
  readonly cards: readonly Card[]
  readonly byNode: ReadonlyMap<number, readonly Card[]>
  readonly loose: readonly Card[]
  readonly asked: ReadonlyMap<number, Asked>
}

export interface Drawn {
  readonly request: NumaRequest
  readonly planned: readonly PlannedCell[]
  readonly vm: Vm
  readonly host: Host | undefined
  /** The service's answer for this host and just these settings, if there is one. */
  readonly answer?: HostAnswer | undefined
  /** Nobody else will say where `auto` goes. */
  readonly alone?: boolean
}

export function layOut(drawn: Drawn): Layout {
  const placement = drawn.answer?.placement
  if (placement && placement.charges.size) return fromService(drawn, placement)
  const { request, planned, vm, host, alone = false } = drawn
  const { target } = request
  const named = target && host ? resolve(target, host) : undefined
  const guessing = alone && target?.kind === 'auto' && host !== undefined
  const chosen = guessing ? guessNodes(target, vm, host) : named
  const cards = planned.length
    ? planned.map((cell, i) => cellCard(cell, vm, guessing ? spread(chosen, i, planned) : chosen))
    : [wholeVm(vm, chosen, named !== undefined)]
  const asked = new Map<number, Record<number, number>>()
  for (const card of cards) {
    const ids = card.nodes?.ids ?? []
    for (const id of ids) {
      const pages = asked.get(id) ?? {}
      pages[card.pageKib] = (pages[card.pageKib] ?? 0) + card.memoryKib / ids.length
      asked.set(id, pages)
    }
  }
  return { source: guessing ? 'guess' : 'texts', ...boxed(cards, host), asked }
}

/** Of nodes that were guessed, one for each cell. */
function spread(
  nodes: Nodeset | undefined,
  i: number,
  planned: readonly PlannedCell[],
): Nodeset | undefined {
  const id = nodes && nodes.size >= planned.length ? nodes.ids[i] : undefined
  return id === undefined ? nodes : Nodeset.of([id])
}

function fromService({ request, vm, host }: Drawn, placement: Placement): Layout {
  const written = Array.isArray(request.cells) ? request.cells : []
  const own = (cell: number) => written[cell]?.nodes !== undefined
  const cards = placement.cells.map(
    ({ id, cpus, memoryKib, pageKib, nodes }): Card => ({
      id,
      vcpus: cpus.and(Nodeset.first(vm.vcpus)).size,
      memoryKib,
      pageKib,
      ...(nodes ? { nodes } : {}),
      own: own(id),
    }),
  )
  // A cell that the engine makes for hot-plug is no wish of anybody's.
  const shown =
    request.cells === undefined
      ? [wholeVm(vm, placement.nodes, request.target?.kind === 'nodes')]
      : cards
  return { source: 'service', ...boxed(shown, host), asked: placement.charges }
}

function boxed(cards: readonly Card[], host: Host | undefined) {
  const known = new Set(host?.nodes.map((node) => node.id))
  const byNode = new Map<number, Card[]>()
  const loose: Card[] = []
  for (const card of cards) {
    const ids = card.nodes?.ids ?? []
    const home = ids.length === 1 && known.has(ids[0] as number) ? (ids[0] as number) : undefined
    if (home === undefined) loose.push(card)
    else byNode.set(home, [...(byNode.get(home) ?? []), card])
  }
  return { cards, byNode, loose }
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

function wholeVm(vm: Vm, chosen: Nodeset | undefined, own: boolean): Card {
  return {
    id: WHOLE_VM,
    vcpus: vm.vcpus,
    memoryKib: vm.memoryKib,
    pageKib: vm.pageKib ?? 0,
    ...(chosen ? { nodes: chosen } : {}),
    own,
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
