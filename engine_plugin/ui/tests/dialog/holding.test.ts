// SPDX-License-Identifier: Apache-2.0
/** Why OK is held, and how long that is told. */
import { expect, test } from 'vitest'
import { Holding, type Reason } from '../../src/dialog/holding'

function holding(): [Holding, (Reason | undefined)[]] {
  const one = new Holding()
  const told: (Reason | undefined)[] = []
  one.onReason((reason) => told.push(reason))
  return [one, told]
}

test('errors hold once, and again after another change', () => {
  const [one, told] = holding()
  one.setErrors(2)
  expect(one.byErrors).toBe(true)
  one.tellErrors()
  expect(one.byErrors).toBe(false)
  one.setErrors(1)
  expect(one.byErrors).toBe(false)
  one.changed()
  expect(one.byErrors).toBe(true)
  expect(told).toEqual(['errors', undefined])
})

test('errors that are gone are told no longer, and others hold anew', () => {
  const [one, told] = holding()
  one.setErrors(1)
  one.tellErrors()
  one.setErrors(0)
  one.setErrors(1)
  expect(one.byErrors).toBe(true)
  expect(told).toEqual(['errors', undefined])
})

test('a refusal is told until it is given up, taken, or something else is wanted', () => {
  const [one, told] = holding()
  one.tellRefused()
  one.taken()
  one.tellRefused()
  one.changed()
  one.tellRefused()
  one.tellRefused()
  one.giveUp()
  expect(one.givenUp).toBe(true)
  expect(one.byErrors).toBe(false)
  one.changed()
  expect(one.givenUp).toBe(false)
  expect(told).toEqual(['refused', undefined, 'refused', undefined, 'refused', undefined])
})

test('what is taken does not hide that there are errors', () => {
  const [one, told] = holding()
  one.setErrors(1)
  one.tellErrors()
  one.taken()
  expect(told).toEqual(['errors'])
})
