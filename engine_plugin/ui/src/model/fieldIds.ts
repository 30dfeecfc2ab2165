// SPDX-License-Identifier: Apache-2.0
/**
 * The ids of the editor's fields: of what is half typed there, and of the elements.
 *
 * Decides what each id is read as.
 *
 *     fieldId(0, 'mem'), distanceId(1, 2), textId('nodeset')
 */
import { FIELDS, type Field, type Input, type Problem } from './problem'
import type { Inputs } from './request'
import { MAX_CELLS } from './requestText'
import { readCellField, readCount, readDistance, readText, type Typed } from './typed'

export const CELLS_COUNT = 'numa-cells-count'
export const NODES_COUNT = 'numa-target-count'
/** More than any host has; the host's own number is the service's to say. */
const MAX_NODES = 1024

export const fieldId = (cell: number, field: Field): string => `numa-cell-${cell}-${field}`
export const distanceId = (from: number, to: number): string => `numa-dist-${from}-${to}`
export const textId = (input: Input): string => `numa-text-${input}`

/** What is typed in the field of this id. */
export function readField(id: string, text: string): Typed {
  const [, what, ...rest] = id.split('-')
  const [first = '', second = ''] = rest
  if (what === 'text') return readText(first as Input, text)
  if (what === 'dist') return readDistance(Number(first), text)
  if (id === CELLS_COUNT) return readCount('topology', text, MAX_CELLS)
  if (id === NODES_COUNT) {
    return text.trim() ? readCount('nodeset', text, MAX_NODES) : { value: '', problems: [] }
  }
  const field = FIELDS.find((each) => each === second)
  if (what !== 'cell' || !field) throw new Error(`no field ${id}`)
  return readCellField(Number(first), field, text)
}

/** What is amiss with everything that is half typed. */
export function draftProblems(drafts: Readonly<Record<string, string>>): readonly Problem[] {
  return Object.entries(drafts).flatMap(([id, text]) => {
    const { problems } = readField(id, text)
    if (!problems.length) return emptied(id)
    const inText = id.startsWith('numa-text-')
    return inText
      ? problems.map((each) => ({ ...each, place: { ...each.place, inText } }))
      : problems
  })
}

/** Legal by itself, but not there: a cell of which nothing would be left. */
function emptied(id: string): readonly Problem[] {
  const [, what, cell] = id.split('-')
  if (what !== 'cell') return []
  const place = { input: 'topology', cell: Number(cell) } as const
  return [{ code: 'CellEmpty', severity: 'error', place, facts: { text: '' } }]
}

/** The texts as they would be with what is half typed in them; for places in the text. */
export function typedTexts(inputs: Inputs, drafts: Readonly<Record<string, string>>): Inputs {
  return {
    nodeset: drafts[textId('nodeset')] ?? inputs.nodeset,
    topology: drafts[textId('topology')] ?? inputs.topology,
  }
}
