// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { distanceClasses } from '../../src/model/distanceClasses'

const said = (ids: readonly number[], between: (a: number, b: number) => number) =>
  distanceClasses(ids, between).map(({ value, groups, pairs }) => [
    value,
    groups.map((group) => group.toString()),
    pairs,
  ])
const first = (count: number) => Array.from({ length: count }, (_, i) => i)

test('two sockets of two nodes each are groups of groups', () => {
  const between = (a: number, b: number) => (a === b ? 10 : a >> 1 === b >> 1 ? 12 : 32)
  expect(said(first(4), between)).toEqual([
    [12, ['0-1', '2-3'], 2],
    [32, ['0-3'], 4],
  ])
})

test('64 of them are three lines', () => {
  const between = (a: number, b: number) =>
    a === b ? 10 : a >> 2 === b >> 2 ? 12 : a >> 5 === b >> 5 ? 20 : 32
  const classes = said(first(64), between)
  expect(classes.map(([value, , pairs]) => [value, pairs])).toEqual([
    [12, 96],
    [20, 896],
    [32, 1024],
  ])
  expect(classes[1]?.[1]).toEqual(['0-31', '32-63'])
})

test('a ring makes no groups but the whole', () => {
  const between = (a: number, b: number) => {
    const steps = Math.abs(a - b)
    return 10 + 5 * Math.min(steps, 6 - steps)
  }
  expect(said(first(6), between).map(([value, groups]) => [value, groups])).toEqual([
    [15, []],
    [20, []],
    [25, ['0-5']],
  ])
})

test('one way farther than the other counts as the farther', () => {
  expect(said([3, 7], (a, b) => (a < b ? 20 : 30))).toEqual([[30, ['3,7'], 1]])
})

test('one alone has none', () => expect(said([5], () => 10)).toEqual([]))
