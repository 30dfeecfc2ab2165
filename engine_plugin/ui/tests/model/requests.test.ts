// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toProperties } from '../../src/model/request'
import { readRequest } from '../../src/model/requestText'

interface Row {
  readonly input: 'nodeset' | 'topology'
  readonly text: string
  readonly canonical?: string
  readonly problems?: readonly { code: string; at: number; cause?: string }[]
  readonly note: string
}

const table = new URL('../../../../tests/data/requests.json', import.meta.url)
const rows: Row[] = JSON.parse(readFileSync(table, 'utf8'))

describe('the table that Python passes too', () => {
  test('is not empty', () => expect(rows.length).toBeGreaterThan(200))

  test.each(rows)('$input $text: $note', ({ input, text, canonical, problems }) => {
    const reading = readRequest({ nodeset: '', topology: '', [input]: text })
    const found = reading.problems.map(({ code, place, cause }) => {
      const { at } = place
      return cause ? { code, at, cause: cause.code } : { code, at }
    })
    expect(found).toEqual(problems ?? [])
    if (canonical !== undefined) expect(toProperties(reading.request)[input]).toBe(canonical)
  })
})
