// SPDX-License-Identifier: Apache-2.0
/** What the line beside Save says: only what was asked, and the worst of it. */
import { describe, expect, test } from 'vitest'
import type { HostAnswer, Reason } from '../../src/model/answer'
import { type Known, verdictOf } from '../../src/model/verdict'

const NOTHING: Known = {
  asks: true,
  byHand: false,
  halfTyped: 0,
  problems: [],
  asking: false,
  failed: false,
}
const host = (name: string, more: Partial<HostAnswer> = {}): HostAnswer => ({
  id: name,
  name,
  status: 'up',
  hook: true,
  fits: true,
  problems: [],
  reasons: [],
  warnings: [],
  ...more,
})
const of = (...hosts: HostAnswer[]) =>
  verdictOf({ ...NOTHING, answer: { hosts, diff: '', vcpusMax: 4 } })
const lacks = (node: number, missingKib: number): Reason => ({
  node,
  pageKib: 0,
  asked: true,
  neededKib: 9,
  freeKib: 1,
  keptKib: 0,
  promisedKib: 0,
  missingKib,
})

describe('of hosts', () => {
  test('all of them fit', () => {
    expect(of(host('a'), host('b'))).toMatchObject({ kind: 'fits', tone: 'good' })
  })
  test('some fit', () => {
    const some = of(host('a'), host('b', { fits: false }))
    expect(some).toMatchObject({ kind: 'fitsSome', tone: 'good', facts: { fit: 1, all: 2 } })
  })
  test('one without the hook is never green', () => {
    const bare = host('b', { hook: false })
    expect(of(host('a'), bare)).toMatchObject({
      kind: 'noHook',
      tone: 'warning',
      facts: { fit: 1, all: 2, hosts: 'b' },
    })
    expect(of(bare)).toMatchObject({ kind: 'noHook', tone: 'bad', facts: { fit: 0 } })
  })
  test('one of whose hook nothing is known is not green', () => {
    expect(of(host('a', { hook: null })).tone).toBe('warning')
  })
  test('none fits: the node that lacks most, on the host that lacks least', () => {
    const far = host('far', { fits: false, reasons: [lacks(0, 100)] })
    const near = host('near', { fits: false, reasons: [lacks(0, 1), lacks(1, 12)] })
    expect(of(far, near)).toMatchObject({
      kind: 'lacks',
      tone: 'bad',
      facts: { node: 1, missingKib: 12, host: 'near' },
    })
  })
  test('none fits for another reason', () => {
    const place = { input: 'nodeset' } as const
    const problem = { code: 'NodeUnknown', severity: 'error', place, facts: {} } as const
    expect(of(host('a', { fits: false, problems: [problem] }))).toMatchObject({
      kind: 'nowhere',
      problem,
    })
  })
  test('where nobody could look it is not known, and not that it fits nowhere', () => {
    const place = { input: 'nodeset' } as const
    const problem = { code: 'EngineSlow', severity: 'error', place, facts: {} } as const
    const silent = host('a', { fits: false, unasked: true, problems: [problem] })
    const full = host('b', { fits: false, reasons: [lacks(0, 1)] })
    const facts = { unasked: 1, all: 2, hosts: 'a' }
    expect(of(silent, full)).toMatchObject({ kind: 'unanswered', tone: 'warning', facts, problem })
    expect(of(silent, host('c'))).toMatchObject({ kind: 'fitsSome' })
  })
  test('there is none', () => expect(of().tone).toBe('bad'))
})

describe('without an answer', () => {
  test.each([
    ['nobody was asked', {}, 'unasked', 'warning'],
    ['it is on its way', { asking: true }, 'asking', 'busy'],
    ['the service is down', { failed: true }, 'failed', 'warning'],
    ['nothing is asked for', { asks: false }, 'none', 'none'],
    ['by hand, and nothing is chosen', { asks: false, byHand: true }, 'choose', 'none'],
    ['it was refused', { refused: 'no' }, 'refused', 'bad'],
  ])('%s', (_, more, kind, tone) => {
    expect(verdictOf({ ...NOTHING, ...more })).toMatchObject({ kind, tone })
  })
  test('errors count more than any answer', () => {
    const place = { input: 'topology' } as const
    const problems = [{ code: 'MemorySum', severity: 'error', place, facts: {} }] as const
    const answer = { hosts: [host('a')], diff: '', vcpusMax: 4 }
    expect(verdictOf({ ...NOTHING, problems, answer }).tone).toBe('bad')
  })
})
