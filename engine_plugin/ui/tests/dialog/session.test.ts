// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** What the page is told of a dialog, on what WebAdmin's were in a browser. */
import { afterEach, describe, expect, test } from 'vitest'
import { DIALOGS, type DialogKind } from '../../src/dialog/selectors'
import { DialogSession } from '../../src/dialog/session'
import { DialogTab } from '../../src/dialog/tab'
import { dialog, sheet, steps } from './recorded'

let session: DialogSession | undefined
afterEach(() => session?.dispose())

function open(root: HTMLElement): DialogSession {
  const kind = DIALOGS.find((each) => each.root === root.id)
  session = new DialogSession(root, kind as DialogKind)
  return session
}

test('New VM', () => {
  expect(open(dialog('new-vm-advanced')).state()).toEqual({
    kind: 'vm',
    name: '',
    cluster: 'numa-lab',
    hosts: [],
    inputs: { nodeset: '', topology: '' },
    memoryKib: 1024 * 1024,
    vcpus: 1,
    threads: 1,
    migration: 'migratable',
    nativeNodes: 0,
    ready: true,
    defined: { nodeset: true, topology: true },
    locked: false,
    refused: false,
    pinsRemoved: false,
  })
})

test('New VM in the basic mode, in which the tabs are hidden and all fields are there', () => {
  const { defined, ready, memoryKib } = open(dialog('new-vm-basic')).state()
  expect(defined).toEqual({ nodeset: true, topology: true })
  expect({ ready, memoryKib }).toEqual({ ready: true, memoryKib: 1024 * 1024 })
})

test('Edit VM, of one that is dedicated to a host', () => {
  expect(open(dialog('edit-vm-with-settings')).state()).toMatchObject({
    kind: 'vm',
    vmId: '8d12969b-90da-42c5-8ffc-21a8078e2674',
    name: 'sap-hana',
    hosts: ['epyc-nps4'],
    inputs: { nodeset: '4-7', topology: '4' },
    memoryKib: 192 * 1024 * 1024,
    vcpus: 64,
    migration: 'pinned',
  })
})

test('Edit Template, and Edit Pool, which is locked', () => {
  const template = open(dialog('edit-template')).state()
  expect(template).toMatchObject({ kind: 'template', hosts: [], locked: false })
  expect(template.inputs).toEqual({ nodeset: 'auto:2', topology: '' })
  const pool = open(dialog('edit-pool')).state()
  expect(pool).toMatchObject({ kind: 'pool', locked: true, inputs: { nodeset: '0', topology: '' } })
})

describe('a sheet that does not take the settings', () => {
  test('is left as it was, with the migration mode and what is remembered', async () => {
    const root = sheet('sheet-1-fresh')
    const opened = open(root)
    const clicked = steps({ numa_nodeset: 'sheet-2-text-key-chosen' })
    const modes = root.querySelector('#VmPopupWidget_migrationMode') as HTMLElement
    const chosen: unknown[] = []
    modes.addEventListener('click', (event) => chosen.push(event.target), true)
    await opened.write({ nodeset: '0-1', topology: '2' })
    // The second property has no row: "+" leads nowhere here. The first is taken out again.
    expect(clicked).toEqual(['numa_nodeset', '+', '-'])
    expect(chosen).toEqual([])
    expect(opened.state()).toMatchObject({ refused: true, inputs: { topology: '2' } })
    expect(opened.state().migration).toBe('migratable')
    expect(opened.inSync).toBe(false)
  })

  test('is said of the cluster alone in which it is so', async () => {
    const root = sheet('sheet-1-fresh')
    const opened = open(root)
    steps({})
    await opened.write({ nodeset: '0-1', topology: '' })
    expect(opened.refused).toBe(true)
    const cluster = root.querySelector('#VmPopupWidget_dataCenterWithCluster .filter-option')
    if (cluster) cluster.textContent = 'another'
    await expect.poll(() => opened.refused, { timeout: 1000 }).toBe(false)
  })
})

test('our entry comes behind the last native one, by keyboard too, and before the buttons', () => {
  const root = dialog('new-vm-advanced')
  const opened = open(root)
  const tab = new DialogTab(root, opened)
  const links = [...root.querySelectorAll<HTMLElement>('.list-group-item > a')]
  const last = links.slice(-2)
  expect(last.map((link) => [link.textContent?.trim(), link.tabIndex])).toEqual([
    ['Affinity', 113],
    ['NUMA', 113],
  ])
  expect(root.querySelector('iframe')?.tabIndex).toBe(113)
  const button = document.querySelector<HTMLElement>('#VmPopupView_OnAdvanced > button')
  expect(button?.tabIndex).toBe(114)
  tab.dispose()
})
