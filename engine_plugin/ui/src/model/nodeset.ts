// SPDX-License-Identifier: Apache-2.0
/**
 * Sets of small numbers in libvirt's grammar: host nodes and CPUs.
 *
 * Decides which texts are sets, and the one canonical text of each set, as
 * `numa_domain/base/idset.py` does: both pass tests/data/nodesets.json. Never knows which nodes a
 * host has. Read from left to right, as libvirt's virBitmapParse does:
 *
 *     Nodeset.parse('0-3,^1,8').toString()    '0,2-3,8'
 */
import { TextProblem } from './problem'

/** libvirt's VIR_DOMAIN_CPUMASK_LEN less one: the largest id that it takes. */
export const MAX_ID = 16383

const SPACES = ' \t\n\r'

export class Nodeset {
  static readonly EMPTY = new Nodeset([])

  private constructor(readonly ids: readonly number[]) {}

  static of(ids: Iterable<number>): Nodeset {
    const sorted = [...new Set(ids)].sort((a, b) => a - b)
    return sorted.length ? new Nodeset(sorted) : Nodeset.EMPTY
  }

  /** The ids 0 to count - 1. */
  static first(count: number): Nodeset {
    return new Nodeset(Array.from({ length: count }, (_, i) => i))
  }

  /** The set that libvirt would read from `text`; throws `TextProblem`. */
  static parse(text: string): Nodeset {
    const ids = [...text].some((c) => !SPACES.includes(c)) ? new Reader(text).read() : []
    if (!ids.length) throw new TextProblem('NodesetEmpty', text, 0, text.length)
    return new Nodeset(ids)
  }

  get size(): number {
    return this.ids.length
  }

  has(id: number): boolean {
    let low = 0
    let high = this.ids.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const value = this.ids[middle] as number
      if (value === id) return true
      if (value < id) low = middle + 1
      else high = middle - 1
    }
    return false
  }

  union(other: Nodeset): Nodeset {
    return Nodeset.of([...this.ids, ...other.ids])
  }

  and(other: Nodeset): Nodeset {
    return Nodeset.of(this.ids.filter((id) => other.has(id)))
  }

  minus(other: Nodeset): Nodeset {
    return Nodeset.of(this.ids.filter((id) => !other.has(id)))
  }

  equals(other: Nodeset): boolean {
    return this.size === other.size && this.ids.every((id, i) => id === other.ids[i])
  }

  /** The canonical text, as libvirt's virBitmapFormat writes it; '' for the empty set. */
  toString(): string {
    const runs: string[] = []
    let low = 0
    this.ids.forEach((id, i) => {
      if (this.ids[i + 1] === id + 1) return
      const first = this.ids[low] as number
      runs.push(first === id ? `${id}` : `${first}-${id}`)
      low = i + 1
    })
    return runs.join(',')
  }
}

/** One pass over a text; `at` is where it stands. */
class Reader {
  private at = 0
  private readonly flags = new Uint8Array(MAX_ID + 1)

  constructor(private readonly text: string) {}

  read(): number[] {
    this.skip()
    for (;;) {
      const negated = this.take('^')
      const low = this.number()
      this.skip()
      if (!negated && this.take('-')) this.flags.fill(1, low, this.rangeEnd(low) + 1)
      else this.flags[low] = negated ? 0 : 1
      this.skip()
      if (this.at === this.text.length) return this.chosen()
      if (!this.take(',')) throw this.syntax(negated ? 'comma-after-excluded' : 'comma')
      this.skip()
      if (this.at === this.text.length) return this.chosen()
    }
  }

  private chosen(): number[] {
    const ids: number[] = []
    this.flags.forEach((flag, id) => {
      if (flag) ids.push(id)
    })
    return ids
  }

  /** After the hyphen, and only there, libvirt takes a sign: C's strtol reads it. */
  private rangeEnd(low: number): number {
    this.skip()
    const start = this.at
    const negative = this.take('-')
    if (!negative) this.take('+')
    const high = this.number()
    if (negative && high) {
      this.at = start
      throw this.syntax('id')
    }
    if (high < low) {
      const length = this.at - start
      throw new TextProblem('NodesetReversed', this.text, start, length, { low, high })
    }
    return high
  }

  private number(): number {
    const start = this.at
    while (/^[0-9]$/.test(this.text.charAt(this.at))) this.at++
    const digits = this.text.slice(start, this.at)
    if (!digits) throw this.syntax('id')
    const significant = digits.replace(/^0+/, '') || '0'
    if (significant.length > 5 || Number(significant) > MAX_ID) {
      const facts = { max: MAX_ID }
      throw new TextProblem('NodesetIdTooLarge', this.text, start, digits.length, facts)
    }
    return Number(significant)
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private skip(): void {
    while (this.at < this.text.length && SPACES.includes(this.text.charAt(this.at))) this.at++
  }

  private syntax(expected: string): TextProblem {
    const found = String.fromCodePoint(
      ...[this.text.codePointAt(this.at)].filter((c) => c !== undefined),
    )
    return new TextProblem('NodesetSyntax', this.text, this.at, 1, { expected, found })
  }
}
