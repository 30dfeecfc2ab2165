// SPDX-License-Identifier: Apache-2.0
/**
 * Amounts of memory: read as the inputs write them, shown as people read them.
 *
 * Decides the units of the two inputs (MiB, or binary K M G T). Inside the model an amount is
 * always a number of KiB.
 *
 *     parseMemory('8G'), memoryText(8388608), showMemory(9961472)    8388608 '8G' '9.5 GiB'
 */
import { TextProblem } from './problem'

const KIB: Readonly<Record<string, number>> = {
  '': 1024,
  K: 1,
  M: 1024,
  G: 1024 ** 2,
  T: 1024 ** 3,
}

/** More than any machine has: 8 EiB. Larger numbers are typing errors. */
const MAX_KIB = 2n ** 53n

/** The KiB that a text of the inputs' grammar says; throws `TextProblem`. */
export function parseMemory(text: string): number {
  const unit = /[KMGT]$/i.exec(text)?.[0].toUpperCase() ?? ''
  const digits = text.slice(0, text.length - unit.length)
  if (!/^[0-9]+$/.test(digits)) throw new TextProblem('MemoryMalformed', text, 0, text.length)
  if (digits.length > 20) throw new TextProblem('MemoryTooLarge', text, 0, text.length)
  const kib = BigInt(digits) * BigInt(KIB[unit] as number)
  if (kib > MAX_KIB) throw new TextProblem('MemoryTooLarge', text, 0, text.length)
  return Number(kib)
}

/** The shortest exact text for an amount: the canonical one of the grammar. */
export function memoryText(kib: number): string {
  for (const unit of ['T', 'G', 'M']) {
    const factor = KIB[unit] as number
    if (kib && kib % factor === 0) return `${kib / factor}${unit}`
  }
  return `${kib}K`
}

/** An amount for people, to two decimals at most. */
export function showMemory(kib: number, locale = 'en'): string {
  if (kib < 0) return `-${showMemory(-kib, locale)}`
  const units: readonly [string, number][] = [
    ['TiB', 1024 ** 3],
    ['GiB', 1024 ** 2],
    ['MiB', 1024],
    ['KiB', 1],
  ]
  const [unit, factor] = units.find(([, size]) => kib >= size) ?? ['KiB', 1]
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2, useGrouping: false })
  return `${number.format(kib / factor)} ${unit}`
}
