// SPDX-License-Identifier: Apache-2.0
/**
 * A VM that runs, drawn where its host told that it lies.
 *
 * Decides what stands in for `auto`: the nodes that the host took. How much of its memory is on
 * which node is what the host has counted; what it could not count is drawn as it was promised.
 */
import { type Drawn, type Layout, layOut } from './cards'
import { Nodeset } from './nodeset'

export interface Lies {
  readonly nodes: Nodeset
  /** KiB of its memory on each node, as far as the host could count it. */
  readonly kib: ReadonlyMap<number, number>
  readonly at: string
}

export function liesOf(told: {
  readonly state: string
  readonly nodes: string | null
  readonly kib: Readonly<Record<string, number>>
  readonly at: string | null
}): Lies | undefined {
  if (told.state !== 'told' || !told.nodes || !told.at) return undefined
  const kib = new Map(Object.entries(told.kib).map(([id, amount]) => [Number(id), amount]))
  return { nodes: Nodeset.parse(told.nodes), kib, at: told.at }
}

export function layOutTold(drawn: Drawn, { nodes, kib }: Lies): Layout {
  const request = { ...drawn.request, target: { kind: 'nodes', nodes } as const }
  // The cells are those that the service would make: which of them lies on which node is not told.
  const made = (drawn.request.cells && drawn.answer?.placement?.cells) || []
  const planned = made.length
    ? made.map(({ nodes: _, ...cell }) => ({ ...cell, mode: drawn.request.mode }))
    : drawn.planned
  const layout = layOut({ ...drawn, request, planned, answer: undefined })
  const cards = { ...layout, source: 'told' as const }
  return kib.size
    ? { ...cards, asked: new Map([...kib].map(([id, has]) => [id, { 0: has }])) }
    : cards
}

/** KiB of each node that are its own in the picture. */
export function ownOf(layout: Layout): ReadonlyMap<number, number> {
  return new Map([...layout.asked].map(([id, pages]) => [id, pages[0] ?? 0]))
}
