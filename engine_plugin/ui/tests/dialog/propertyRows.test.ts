// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The sheet of custom properties, on what WebAdmin's was in a browser. */
import { describe, expect, test } from 'vitest'
import { PropertyRows } from '../../src/dialog/propertyRows'
import { dialog, sheet, steps } from './recorded'

const rowsOf = (root: HTMLElement) => new PropertyRows(root.querySelector('#tab11') as HTMLElement)

describe('a fresh sheet', () => {
  test('has no property, knows those that are defined, and is not locked', () => {
    const rows = rowsOf(sheet('sheet-1-fresh'))
    expect(rows.filled).toBe(true)
    expect(rows.locked).toBe(false)
    expect(rows.get('numa_nodeset')).toBeUndefined()
    expect(rows.knows('numa_nodeset')).toBe(true)
    expect(rows.knows('numa_restore')).toBe(true)
    expect(rows.knows('numa_other')).toBe(false)
  })

  test('that has no keys yet says nothing of what is defined', () => {
    const rows = rowsOf(sheet('sheet-1-fresh'))
    const keys = document.querySelectorAll('#tab11 .col-sm-6:first-child ul > li:not(:first-child)')
    for (const item of keys) item.remove()
    expect(rows.filled).toBe(false)
    expect(rows.locked).toBe(false)
  })

  test('takes a property in its row, whose text field is shown and disabled', async () => {
    const root = sheet('sheet-1-fresh')
    const clicked = steps({ numa_nodeset: 'sheet-2-text-key-chosen' })
    const told: string[] = []
    root.addEventListener('change', (event) => told.push((event.target as HTMLInputElement).value))
    const rows = rowsOf(root)
    expect(await rows.set('numa_nodeset', '0-1')).toBe(true)
    expect(clicked).toEqual(['numa_nodeset'])
    expect(told).toEqual(['0-1'])
    expect(rows.get('numa_nodeset')).toBe('0-1')
  })

  test('that does not hear a click has its former words again, and has not the property', async () => {
    const root = sheet('sheet-1-fresh')
    const clicked = steps({})
    const rows = rowsOf(root)
    expect(await rows.set('numa_nodeset', '0-1')).toBe(false)
    expect(clicked).toEqual(['numa_nodeset', 'Please select a key...'])
    expect(rows.get('numa_nodeset')).toBeUndefined()
    expect(rows.get('Please select a key...')).toBeUndefined()
  })

  test('does not take a property that is not defined, and nothing is clicked', async () => {
    const root = sheet('sheet-1-fresh')
    const clicked = steps({})
    expect(await rowsOf(root).set('numa_other', '0')).toBe(false)
    expect(clicked).toEqual([])
  })
})

describe('a sheet with one property', () => {
  test('takes another in a row that it is asked for, and one of a list in the list', async () => {
    const root = sheet('sheet-2-text-key-chosen')
    const clicked = steps({ '+': 'sheet-4-second-fresh-row', sap_agent: 'sheet-5-list-key-chosen' })
    const rows = rowsOf(root)
    expect(await rows.set('sap_agent', 'false')).toBe(true)
    expect(clicked).toEqual(['+', 'sap_agent', 'false'])
    expect(rows.get('sap_agent')).toBe('false')
  })

  test('takes another text of it at once', () => {
    const rows = rowsOf(sheet('sheet-2-text-key-chosen'))
    expect(rows.setNow('numa_nodeset', '2')).toBe(true)
    expect(rows.get('numa_nodeset')).toBe('2')
    expect(rows.setNow('numa_topology', '2')).toBe(false)
  })

  test('does not take what its list lacks', async () => {
    const rows = rowsOf(sheet('sheet-5-list-key-chosen'))
    expect(rows.get('sap_agent')).toBe('true')
    expect(await rows.set('sap_agent', 'maybe')).toBe(false)
    expect(rows.get('sap_agent')).toBe('true')
  })

  test('has no free row but the one that asks for a key', async () => {
    const rows = rowsOf(sheet('sheet-4-second-fresh-row'))
    expect(rows.get('numa_nodeset')).toBe('')
    expect(rows.get('Please select a key...')).toBeUndefined()
    expect(await rows.remove('numa_topology')).toBe(true)
  })
})

test('the settings of a VM are read', () => {
  const rows = rowsOf(dialog('edit-vm-with-settings'))
  const read = ['numa_nodeset', 'numa_topology', 'numa_restore'].map((key) => rows.get(key))
  expect(read).toEqual(['4-7', '4', 'pinned,cpu_tune'])
  expect(rows.locked).toBe(false)
})

test('the sheet of a pool is read, and is locked', async () => {
  const rows = rowsOf(dialog('edit-pool'))
  const clicked = steps({})
  expect(rows.get('numa_nodeset')).toBe('0')
  expect(rows.locked).toBe(true)
  expect(await rows.set('numa_nodeset', '1')).toBe(false)
  expect(await rows.set('numa_topology', '2')).toBe(false)
  expect(await rows.remove('numa_nodeset')).toBe(false)
  expect(clicked).toEqual([])
})
