// SPDX-License-Identifier: Apache-2.0
/**
 * How far a distance is, in five steps for the style sheet.
 *
 *     heat(10), heat(21), heat(80)    0 2 4
 */
const STEPS = [10, 15, 25, 40]

export function heat(distance: number): number {
  const step = STEPS.findIndex((most) => distance <= most)
  return step < 0 ? STEPS.length : step
}
