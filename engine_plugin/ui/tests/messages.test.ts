// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { de } from '../src/messages/de'
import { en, type MessageKey } from '../src/messages/en'
import { fill, problemText } from '../src/messages/fill'
import { ja } from '../src/messages/ja'
import { problemsDe } from '../src/messages/problems.de'
import { problemsEn } from '../src/messages/problems.en'
import { problemsJa } from '../src/messages/problems.ja'
import { requestProblems } from '../src/model/problems'
import { readRequest } from '../src/model/requestText'

const words = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort()

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

describe('a template', () => {
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
