// SPDX-License-Identifier: Apache-2.0
/**
 * A value with what it was before, and what was undone of it.
 *
 *     undo(step(begin('a'), 'b'))    now 'a', to be done again: 'b'
 */
export interface History<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly future: readonly T[]
}

/** As many steps as anybody takes back. */
const MOST = 200

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] }
}

/** `merged`: a part of the last step, such as one more key of the same field. */
export function step<T>(history: History<T>, now: T, merged = false): History<T> {
  if (merged && history.past.length) return { past: history.past, now, future: [] }
  return { past: [...history.past, history.now].slice(-MOST), now, future: [] }
}

export function undo<T>({ past, now, future }: History<T>): History<T> {
  const last = past.at(-1)
  if (last === undefined) return { past, now, future }
  return { past: past.slice(0, -1), now: last, future: [now, ...future] }
}

export function redo<T>({ past, now, future }: History<T>): History<T> {
  const [next, ...rest] = future
  if (next === undefined) return { past, now, future }
  return { past: [...past, now], now: next, future: rest }
}
