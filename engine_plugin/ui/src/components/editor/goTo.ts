// SPDX-License-Identifier: Apache-2.0
/**
 * From a problem to the field that it is about.
 *
 * Decides which field that is: that of a cell where there is one, else the place in the text.
 */
import type { Input, Place } from '../../model/problem'
import { fieldId } from './FieldInput'

export function textId(input: Input): string {
  return `numa-text-${input}`
}

export function goTo({ input, cell, field, at, length }: Place): void {
  const distance = field === 'dist' ? `numa-dist-${cell}-${cell === 0 ? 1 : 0}` : undefined
  const inCell = cell !== undefined && field ? (distance ?? fieldId(cell, field)) : undefined
  const target = inCell ? document.getElementById(inCell) : null
  const text = document.getElementById(textId(input))
  const element = target ?? text
  element?.scrollIntoView({ block: 'center' })
  element?.focus()
  const selectable = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
  if (!target && selectable && at !== undefined) {
    element.setSelectionRange(at, at + (length ?? 1))
  } else if (target instanceof HTMLInputElement) target.select()
}
