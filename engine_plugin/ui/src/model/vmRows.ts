// SPDX-License-Identifier: Apache-2.0
/**
 * A cluster's VMs in a list: searched, filtered and sorted.
 *
 * Decides that trouble comes first where nobody has sorted otherwise. Never knows a table.
 */
export const STATES = ['problem', 'set', 'none'] as const
export type State = (typeof STATES)[number]

export interface Row {
  readonly id: string
  readonly name: string
  readonly state: State
  readonly nodeset: string
  readonly topology: string
  /** Every reason why it is in trouble. */
  readonly reasons: readonly string[]
}

export const COLUMNS = ['name', 'state', 'nodeset', 'topology', 'reasons'] as const
export type Column = (typeof COLUMNS)[number]

export interface Order {
  readonly column: Column
  readonly down: boolean
}

export function shownRows(
  rows: readonly Row[],
  search: string,
  states: ReadonlySet<State>,
  order: Order,
): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = rows.filter((row) => {
    const text = [row.name, row.nodeset, row.topology, ...row.reasons].join(' ').toLowerCase()
    return (!states.size || states.has(row.state)) && words.every((word) => text.includes(word))
  })
  const sign = order.down ? -1 : 1
  return found.sort(
    (a, b) => sign * compare(a, b, order.column) || a.name.localeCompare(b.name, undefined, BY),
  )
}

const BY = { numeric: true } as const

function compare(a: Row, b: Row, column: Column): number {
  if (column === 'state') return STATES.indexOf(a.state) - STATES.indexOf(b.state)
  return `${a[column]}`.localeCompare(`${b[column]}`, undefined, BY)
}
