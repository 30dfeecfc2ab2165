// SPDX-License-Identifier: Apache-2.0
/**
 * From a problem to the field that it is about.
 *
 * Decides which field that is: that of a cell where there is one, else the place in the text.
 * What is closed above it is opened first.
 */
import { CELLS_COUNT, distanceId, fieldId, textId } from '../../model/fieldIds'
import type { Place } from '../../model/problem'

export function goTo(place: Place, open?: () => void): void {
  open?.()
  setTimeout(() => go(place), 0)
}

function go({ input, cell, field, at, length, inText }: Place): void {
  const half = document.querySelector<HTMLElement>(`#${CELLS_COUNT}[aria-invalid="true"]`)
  const target = inText ? null : (named(cell, field) ?? half)
  const text = document.getElementById(textId(input))
  const element = target ?? text
  element?.scrollIntoView({ block: 'center' })
  element?.focus()
  const selectable = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
  if (!target && selectable && at !== undefined) {
    element.setSelectionRange(at, at + (length ?? 1))
  } else if (target instanceof HTMLInputElement) target.select()
}

/** Of a row of distances the one that is half typed, else the first. */
function named(cell: Place['cell'], field: Place['field']): HTMLElement | null {
  if (cell === undefined || !field) return null
  if (field !== 'dist') return document.getElementById(fieldId(cell, field))
  const row = `[id^="numa-dist-${cell}-"]`
  const half = document.querySelector<HTMLElement>(`${row}[aria-invalid="true"]`)
  return half ?? document.getElementById(distanceId(cell, cell === 0 ? 1 : 0))
}
