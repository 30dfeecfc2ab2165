// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { de } from '../src/messages/de'
import { en, type MessageKey } from '../src/messages/en'
import { fill, problemText } from '../src/messages/fill'
import { ja } from '../src/messages/ja'
import { problemsDe } from '../src/messages/problems.de'
import { problemsEn } from '../src/messages/problems.en'
import { problemsJa } from '../src/messages/problems.ja'
import type { Problem } from '../src/model/problem'
import { requestProblems } from '../src/model/problems'
import { readRequest } from '../src/model/requestText'
import serviceEn from './service.en.json'

const words = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?=[}!:,])/g)].map((match) => match[1]))].sort()

describe.each([
  ['German', de, problemsDe],
  ['Japanese', ja, problemsJa],
])('%s', (_, catalogue, problems) => {
  test.each(Object.keys(en) as MessageKey[])('%s has the same words filled in', (key) => {
    expect(words(catalogue[key])).toEqual(words(en[key]))
  })
  test.each(Object.keys(problemsEn))('problem %s is translated', (code) => {
    expect(problems[code]?.[0]).toBeTruthy()
    for (const i of [0, 1] as const) {
      const known = words(`${problemsEn[code]?.join(' ')} {text} {piece} {low} {high} {max}`)
      expect(known).toEqual(expect.arrayContaining(words(problems[code]?.[i] ?? '')))
    }
  })
})

describe.each([
  ['German', problemsDe],
  ['Japanese', problemsJa],
])('of the service, in %s', (_, problems) => {
  test.each(Object.entries(serviceEn))('%s is translated, with no facts of its own', (code, en) => {
    const [what = '', todo = ''] = problems[code] ?? []
    expect(what).toBeTruthy()
    const known = words(en.join(' '))
    expect(known).toEqual(expect.arrayContaining(words(what)))
    expect(known).toEqual(expect.arrayContaining(words(todo)))
  })
})

describe("the service's reasons", () => {
  const place = { input: 'nodeset' } as const
  const noRoom: Problem = {
    code: 'NoRoom',
    severity: 'error',
    place,
    facts: {
      who: 'cells 0-1 need',
      needed: '9.5 GiB',
      nodes: 'node 1',
      available: '4 GiB',
      free: 'are free',
      missing: '5.5 GiB',
      nearest: 'fits on node 0, or with 2 GiB for each of cells 0-1',
    },
    text: 'cells 0-1 need 9.5 GiB on node 1, where 4 GiB are free: 5.5 GiB missing',
    todo: 'fits on node 0, or with 2 GiB for each of cells 0-1',
  }
  test('are whole in German, with its decimals', () => {
    expect(problemText(noRoom, problemsDe, 'de-DE')).toEqual({
      what: 'Zellen 0-1 brauchen 9,5 GiB auf Knoten 1, wo 4 GiB frei sind: 5,5 GiB fehlen',
      todo: 'passt auf Knoten 0, oder mit 2 GiB für Zellen 0-1',
    })
  })
  test('are whole in Japanese', () => {
    const { what, todo } = problemText(noRoom, problemsJa, 'ja-JP')
    expect(what + todo).not.toMatch(/[a-z]{4,}/)
  })
  const withMargins = (free: string): Problem => ({
    ...noRoom,
    facts: { ...noRoom.facts, needed: '9.5 GiB (121 MiB of them for QEMU)', free },
  })
  test.each([
    ['are free (96 MiB kept for the kernel)', 'frei sind (96 MiB behält der Kernel)'],
    [
      'are free (2.5 GiB more promised to other VMs, 96 MiB kept for the kernel)',
      'frei sind (weitere 2,5 GiB anderen VMs versprochen, 96 MiB behält der Kernel)',
    ],
    [
      'are free in 2 MiB pages (4 GiB more promised to other VMs)',
      'in Seiten von 2 MiB frei sind (weitere 4 GiB anderen VMs versprochen)',
    ],
  ])('with what is not to be had: %s', (free, german) => {
    const { what } = problemText(withMargins(free), problemsDe, 'de-DE')
    expect(what).toBe(
      'Zellen 0-1 brauchen 9,5 GiB (davon 121 MiB für QEMU) auf Knoten 1,' +
        ` wo 4 GiB ${german}: 5,5 GiB fehlen`,
    )
    const japanese = problemText(withMargins(free), problemsJa, 'ja-JP').what
    expect(japanese).not.toMatch(/[a-z]{4,}/)
  })
  test("are the service's own words in English, and where nobody has others", () => {
    expect(problemText(noRoom, problemsEn, 'en-US').what).toBe(noRoom.text)
    const other = { ...noRoom, code: 'Unheard', text: 'x' }
    expect(problemText(other, problemsDe, 'de').what).toBe('x')
  })
  test('keep their own words where a fact is missing', () => {
    expect(problemText({ ...noRoom, facts: {} }, problemsDe, 'de').what).toBe(noRoom.text)
  })
})

describe('a template', () => {
  test.each([
    ['en', 1, 'one host'],
    ['en', 2, '2 hosts'],
    ['de', 1, 'one host'],
    ['ja', 1, '1 hosts'],
  ])('takes the plural of %s for %d', (locale, count, text) => {
    const template = '{count, plural, one {one host} other {# hosts}}'
    expect(fill(template, { count }, locale)).toBe(text)
  })

  test('names what a number counts', () => {
    expect(fill('{a:cell}, {b:cell}', { a: 1, b: 2 })).toBe('1 cell, 2 cells')
  })
  test('names ids', () =>
    expect(fill('{a:vCPU}, {b:vCPU}', { a: '3', b: '0-1' })).toBe('vCPU 3, vCPUs 0-1'))
  test('quotes', () => expect(fill('{a!r}', { a: 'x' })).toBe("'x'"))
  test('keeps what it does not know', () => expect(fill('{a}')).toBe('{a}'))
})

describe('a problem in words', () => {
  const vm = { memoryKib: 16 << 20, vcpus: 8, threads: 1, arch: 'x86_64' }
  const said = (nodeset: string, topology: string) => {
    const { request, problems } = readRequest({ nodeset, topology })
    return [...problems, ...requestProblems(request, vm)].map((each) => {
      const { what, todo } = problemText(each, problemsEn)
      expect(what + todo).not.toMatch(/[{}]/)
      return what
    })
  }
  test('of a nodeset', () => {
    const what = "in '0-x', an id is expected at character 3, not 'x'"
    expect(said('0-x', '')).toEqual([what])
  })
  test('of a field', () => {
    expect(said('', 'mem=8X')[0]).toBe("'8X' is not an amount of memory")
  })
  test('of sums', () => {
    expect(said('', 'cpus=0-3 mem=8G / cpus=4-7 mem=7G')).toEqual([
      'the cells have 15 GiB together and the VM 16 GiB: 1 GiB too little',
    ])
  })
})
