// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Nodeset } from '../../src/model/nodeset'
import { TextProblem } from '../../src/model/problem'

interface Row {
  readonly text: string
  readonly result: string | null
  readonly note: string
}

const table = new URL('../../../../tests/data/nodesets.json', import.meta.url)
const rows: Row[] = JSON.parse(readFileSync(table, 'utf8'))

describe('the table that Python and libvirt pass too', () => {
  test('is not empty', () => expect(rows.length).toBeGreaterThan(150))

  test.each(rows)('$text: $note', ({ text, result }) => {
    if (result === null) expect(() => Nodeset.parse(text)).toThrow(TextProblem)
    else expect(Nodeset.parse(text).toString()).toBe(result)
  })

  test.each(rows.filter((row) => row.result !== null))(
    'canonical text of $text is fixed',
    (row) => {
      const canonical = Nodeset.parse(row.text).toString()
      expect(Nodeset.parse(canonical).toString()).toBe(canonical)
    },
  )
})

describe('algebra', () => {
  const [a, b] = [Nodeset.parse('0-3,8'), Nodeset.parse('2-9')]
  test('union', () => expect(`${a.union(b)}`).toBe('0-9'))
  test('and', () => expect(`${a.and(b)}`).toBe('2-3,8'))
  test('minus', () => expect(`${a.minus(b)}`).toBe('0-1'))
  test('has', () => expect([0, 1, 3, 4, 8, 9].filter((id) => a.has(id))).toEqual([0, 1, 3, 8]))
  test('equals', () => expect(a.equals(Nodeset.of([8, 3, 2, 1, 0, 0]))).toBe(true))
})

describe('errors say where', () => {
  const place = (text: string) => {
    try {
      Nodeset.parse(text)
    } catch (error) {
      if (error instanceof TextProblem) return [error.code, error.at, error.length]
    }
    return []
  }
  test('wrong character', () => expect(place('0-1,x')).toEqual(['NodesetSyntax', 4, 1]))
  test('backwards', () => expect(place('0,3-1')).toEqual(['NodesetReversed', 4, 1]))
  test('too large', () => expect(place('0,99999')).toEqual(['NodesetIdTooLarge', 2, 5]))
  test('nothing left', () => expect(place('0,^0')).toEqual(['NodesetEmpty', 0, 4]))
})
