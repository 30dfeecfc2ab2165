// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import {
  canRedo,
  canUndo,
  chosenWish,
  type Edit,
  type Editing,
  edit,
  halfTyped,
  start,
} from '../../src/model/editing'
import { LIKE_HOST, NOTHING, ONE_NODE } from '../../src/model/wishes'

const after = (...edits: Edit[]): Editing => edits.reduce(edit, start(NOTHING))
const typed = (field: string, nodeset: string): Edit => ({
  type: 'typed',
  field,
  inputs: { nodeset, topology: '' },
})

describe('a wish', () => {
  test('is enough for the texts', () => {
    const state = after({ type: 'wish', wish: 'one', inputs: ONE_NODE })
    expect(state.history.now).toEqual(ONE_NODE)
    expect(chosenWish(state)).toBe('one')
    expect(state.details).toBe(false)
  })
  test('"by hand" changes no text and opens the details', () => {
    const state = after(
      { type: 'wish', wish: 'one', inputs: ONE_NODE },
      { type: 'wish', wish: 'hand', inputs: NOTHING },
    )
    expect(state.history.now).toEqual(ONE_NODE)
    expect([chosenWish(state), state.details]).toEqual(['hand', true])
  })
  test('settings that are none of the simple ones open as by hand', () => {
    const state = start({ nodeset: '0-1', topology: '2' })
    expect([chosenWish(state), state.details]).toEqual(['hand', true])
  })
})

describe('undo', () => {
  test('takes back step by step, and redo does them again', () => {
    const both = after(
      { type: 'wish', wish: 'one', inputs: ONE_NODE },
      { type: 'wish', wish: 'like', inputs: LIKE_HOST },
    )
    const once = edit(both, { type: 'undo' })
    const twice = edit(once, { type: 'undo' })
    expect([once.history.now, twice.history.now]).toEqual([ONE_NODE, NOTHING])
    expect([canUndo(twice), canRedo(twice)]).toEqual([false, true])
    expect(edit(edit(twice, { type: 'redo' }), { type: 'redo' }).history.now).toEqual(LIKE_HOST)
  })
  test('keys in one field are one step, and another visit to it is another', () => {
    const keys = after(typed('a', '0'), typed('a', '0,1'), typed('a', '0,1,2'))
    expect(edit(keys, { type: 'undo' }).history.now).toEqual(NOTHING)
    const visits = [typed('a', '0'), { type: 'left', field: 'a' } as const, typed('a', '1')]
    expect(edit(after(...visits), { type: 'undo' }).history.now.nodeset).toBe('0')
  })
  test('first takes away what is half typed, and nothing else', () => {
    const state = after(
      { type: 'change', inputs: ONE_NODE },
      { type: 'draft', field: 'a', text: '0-' },
    )
    const undone = edit(state, { type: 'undo' })
    expect([undone.history.now, halfTyped(undone)]).toEqual([ONE_NODE, false])
    expect(undone.round).toBeGreaterThan(state.round)
  })
  test('of nothing is nothing', () => {
    expect(edit(after(), { type: 'undo' }).history.now).toEqual(NOTHING)
  })
  test('ends with a new change: what was undone is gone', () => {
    const state = after(
      { type: 'change', inputs: ONE_NODE },
      { type: 'undo' },
      { type: 'change', inputs: LIKE_HOST },
      { type: 'redo' },
    )
    expect(state.history.now).toEqual(LIKE_HOST)
  })
})

describe('what is half typed', () => {
  const half: Edit = { type: 'draft', field: 'a', text: '0-x' }
  test('drops nothing', () => {
    expect(after({ type: 'change', inputs: ONE_NODE }, half).history.now).toEqual(ONE_NODE)
  })
  test('leaves nothing of the values on the way to it, once the field is left', () => {
    const state = after({ type: 'change', inputs: ONE_NODE }, typed('a', '0'), half, {
      type: 'left',
      field: 'a',
    })
    expect(state.history.now).toEqual(ONE_NODE)
    expect(state.drafts).toEqual({ a: '0-x' })
  })
  test('is over when it is a value', () => {
    expect(halfTyped(after(half, typed('a', '0-1')))).toBe(false)
  })
  test('goes when something else is chosen', () => {
    expect(halfTyped(after(half, { type: 'wish', wish: 'one', inputs: ONE_NODE }))).toBe(false)
  })
})

test('what somebody else has changed is adopted, and can be undone', () => {
  const theirs = { nodeset: '1', topology: '' }
  const state = after({ type: 'change', inputs: ONE_NODE }, { type: 'adopt', inputs: theirs })
  expect(state.history.now).toEqual(theirs)
  expect(edit(state, { type: 'undo' }).history.now).toEqual(ONE_NODE)
  expect(edit(state, { type: 'adopt', inputs: theirs })).toBe(state)
})
