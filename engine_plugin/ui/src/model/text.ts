// SPDX-License-Identifier: Apache-2.0
/**
 * Blanks and words as Python sees them, since the hook reads the same texts with Python.
 *
 * JavaScript's `trim` and `\s` know a byte order mark as a blank and not the four separators
 * U+001C to U+001F nor U+0085; Python's `str.strip` and `str.split` do the opposite.
 *
 *     strip('  0-1 ')    { body: '0-1', offset: 2 }
 */
const BLANK =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const LEADING = new RegExp(`^${BLANK}*`)
const TRAILING = new RegExp(`${BLANK}*$`)
const WORD = new RegExp(`(?:(?!${BLANK})[^])+`, 'g')

/** The text without outer blanks, and how many stood before it. */
export function strip(text: string): { body: string; offset: number } {
  const offset = LEADING.exec(text)?.[0].length ?? 0
  return { body: text.slice(offset).replace(TRAILING, ''), offset }
}

export function words(text: string): { word: string; at: number }[] {
  return [...text.matchAll(WORD)].map((match) => ({ word: match[0], at: match.index }))
}

/** How many characters Python would count. */
export function codePoints(text: string): number {
  return [...text].length
}
