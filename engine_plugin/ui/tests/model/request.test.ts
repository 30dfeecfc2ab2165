// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toProperties } from '../../src/model/request'
import { readRequest } from '../../src/model/requestText'

interface Row {
  readonly input: 'nodeset' | 'topology'
  readonly text: string
  readonly note: string
  readonly canonical?: string
  readonly problems?: readonly { readonly code: string; readonly at?: number }[]
}

const file = new URL('../../../../tests/data/requests.json', import.meta.url)
const rows: Row[] = JSON.parse(readFileSync(file, 'utf8'))

const inputsOf = ({ input, text }: Row) => ({ nodeset: '', topology: '', [input]: text })

/** Offsets of the table are counted in characters, as Python does. */
const characters = (text: string, at: number) => [...text.slice(0, at)].length

describe('the table that Python passes too', () => {
  test('has both kinds of rows', () => {
    expect(rows.filter((row) => row.canonical !== undefined).length).toBeGreaterThan(50)
    expect(rows.filter((row) => row.problems).length).toBeGreaterThan(50)
  })

  test.each(rows.filter((row) => row.canonical !== undefined))('$text: $note', (row) => {
    const { request, problems } = readRequest(inputsOf(row))
    expect(problems).toEqual([])
    const canonical = toProperties(request)[row.input]
    expect(canonical).toBe(row.canonical)
    const again = readRequest(inputsOf({ ...row, text: canonical }))
    expect(toProperties(again.request)[row.input]).toBe(canonical)
  })

  test.each(rows.filter((row) => row.problems))('$text is refused: $note', (row) => {
    const found = readRequest(inputsOf(row)).problems.map(({ code, place }) => {
      const at = characters(row.text, place.at ?? 0)
      return code === 'InputTooLong' ? { code } : { code, at }
    })
    expect(found).toEqual(
      row.problems?.map(({ code, at }) => (at === undefined ? { code } : { code, at })),
    )
  })
})
