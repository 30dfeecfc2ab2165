// SPDX-License-Identifier: Apache-2.0
/**
 * What is typed into a field, put into the two texts.
 *
 * Decides which change a field stands for, by its id; nothing where the field is half typed, or
 * where a cell would lose the last that is written of it.
 *
 *     apply({ nodeset: 'auto', topology: '' }, NODES_COUNT, '2', scene)    nodeset 'auto:2'
 */
import { empties, type Scene, setDistance, setField, setTarget, writesOut } from './edit'
import { CELLS_COUNT, NODES_COUNT, readField } from './fieldIds'
import type { Field } from './problem'
import type { Inputs } from './request'

export interface Applied {
  readonly inputs: Inputs
  /** Cells that were a number or `host` are written one by one now. */
  readonly writtenOut: boolean
}

export function apply(inputs: Inputs, id: string, text: string, scene: Scene): Applied | undefined {
  const { value } = readField(id, text)
  if (value === undefined) return undefined
  const [, what, first = '', second = ''] = id.split('-')
  if (what === 'text') return { inputs: { ...inputs, [first]: value }, writtenOut: false }
  if (id === CELLS_COUNT) return { inputs: { ...inputs, topology: value }, writtenOut: false }
  if (id === NODES_COUNT) {
    return { inputs: setTarget(inputs, value ? `auto:${value}` : 'auto'), writtenOut: false }
  }
  const writtenOut = writesOut(inputs)
  const cell = Number(first)
  if (what === 'dist') {
    return { inputs: setDistance(inputs, [cell, Number(second)], value, scene), writtenOut }
  }
  const field = second as Field
  if (!value && empties(inputs, cell, field, scene)) return undefined
  return { inputs: setField(inputs, cell, field, value, scene), writtenOut }
}
