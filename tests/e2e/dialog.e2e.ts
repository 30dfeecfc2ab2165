// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab inside the Add/Edit VM dialog. */
import { expect, test } from 'vitest'
import { add, closed, edit, notice, ok, openTab, remembered, rows } from './dialogs'
import { engine, makeVm, openEditor, portal, properties, stored, typeIn, vmNamed } from './world'

test('a new VM gets its NUMA settings from the dialog, typed', async () => {
  const page = await portal()
  const tab = await add(page)
  const name = `e2e-new-${Date.now().toString(36)}`
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), name)
  await page.locator('[data-target=tab2]').click()
  await typeIn(page.locator('#VmPopupWidget_memSize'), '8192')
  await typeIn(page.locator('#VmPopupWidget_totalCPUCores'), '4')
  await openTab(page)
  await typeIn(tab.locator('#numa-text-nodeset'), '0-1')
  await typeIn(tab.locator('#numa-text-topology'), '2')
  await tab.locator('.numa-verdict', { hasText: /Fits on/ }).waitFor()
  await ok(page)
  await closed(page)
  expect(await properties(name)).toEqual({
    numa_nodeset: '0-1',
    numa_topology: '2',
    numa_restore: 'migratable',
  })
  expect((await stored(name)).migration).toBe('pinned')
})

test('a new VM gets its NUMA settings from the dialog, chosen in the picture', async () => {
  const page = await portal()
  const tab = await add(page)
  const name = `e2e-new-${Date.now().toString(36)}`
  await tab.locator('#numa-node-0').check()
  await tab.locator('#numa-topology-kind').selectOption('count')
  await typeIn(tab.locator('#numa-cells-count'), '1')
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), name)
  await ok(page)
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: '0',
    topology: '1',
    migration: 'pinned',
  })
})

test('an edit is saved, and the text and the picture say the same', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), 'preferred:0-1')
  expect(await tab.locator('#numa-mode').inputValue()).toBe('preferred')
  expect(await tab.locator('#numa-node-0').isChecked()).toBe(true)
  await tab.locator('#numa-node-1').uncheck()
  expect(await tab.locator('#numa-text-nodeset').inputValue()).toBe('preferred:0')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: 'preferred:0', ...remembered })
  await ok(page)
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: 'preferred:0',
    topology: undefined,
    migration: 'pinned',
  })
})

test('Cancel cancels', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0', ...remembered })
  await page.locator('#VmPopupView_Cancel > button').click()
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology: undefined,
    migration: 'migratable',
  })
})

test('Enter in our tab does not save, Enter in a field of the dialog saves what we have', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '1')
  await tab.locator('#numa-text-nodeset').press('Enter')
  expect(await page.locator('#VmPopupWidget').count()).toBe(1)
  await page.locator('[data-target=tab1]').click()
  await page.locator('#VmPopupWidget_description').press('Enter')
  await closed(page)
  expect((await stored(name)).nodeset).toBe('1')
})

test('native tabs and ours take turns', async () => {
  const page = await portal()
  await page.click('#ActionPanelView_NewVm')
  await openTab(page)
  const shown = () =>
    page.locator('.tab-content > .tab-pane.active').evaluateAll((all) => all.map((pane) => pane.id))
  expect(await shown()).toEqual([''])
  for (const id of ['tab1', 'tab2', 'tab1']) {
    await page.locator(`[data-target=${id}]`).click()
    expect(await shown()).toEqual([id])
    await page.locator('[data-numa-tab] a').click()
    expect(await shown()).toEqual([''])
  }
  await page.locator('#VmPopupView_OnAdvanced > button').click()
  expect(await page.locator('[data-numa-tab]').isVisible()).toBe(false)
  expect(await shown()).toEqual(['tab1'])
})

test('what is half typed holds OK once, and is not stored at the second', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0-x')
  await ok(page)
  await notice(page).waitFor()
  expect(await tab.locator('#numa-text-nodeset').inputValue()).toBe('0-x')
  await ok(page)
  await closed(page)
  expect((await stored(name)).nodeset).toBeUndefined()
})

test('our tab gives way to a name that is taken, which the engine is asked for', async () => {
  const taken = await makeVm()
  const page = await portal()
  const tab = await add(page)
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), taken)
  await openTab(page)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await page.route('**/ovirt-engine/api/vms?*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await route.continue()
  })
  await ok(page)
  await page.locator('#tab1 .has-error #VmPopupWidget_name').waitFor()
  expect(await page.locator('#VmPopupWidget_name').inputValue()).toBe(taken)
})

test('a level without the properties is said, and nothing can be typed', async () => {
  const page = await portal()
  const tab = await edit(page, 'old-level')
  await tab.getByText('The engine does not know the property').waitFor()
  expect(await tab.locator('#numa-text-nodeset').isDisabled()).toBe(true)
})

test('a running VM: pending changes are shown and saved for the next start', async () => {
  const name = await makeVm(1, 2)
  const vm = await vmNamed(name)
  await engine(`/vms/${vm?.id}/start`, { method: 'POST', body: {} })
  await expect
    .poll(async () => (await engine<{ status: string }>(`/vms/${vm?.id}`)).status)
    .toBe('up')
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), 'auto')
  await tab.getByText('take effect when it is shut down').waitFor()
  await ok(page)
  await closed(page)
  expect((await stored(name)).nodeset).toBeUndefined()
  const pending = await engine<{ custom_properties: unknown }>(`/vms/${vm?.id}?next_run=true`)
  expect(JSON.stringify(pending.custom_properties)).toContain('auto')
  await engine(`/vms/${vm?.id}/stop`, { method: 'POST', body: {} })
})

test('a dialog of an unknown structure is left alone, and the button serves', async () => {
  const name = await makeVm()
  const page = await portal({ query: '?unknown-dialog' })
  await page.click('#ActionPanelView_NewVm')
  await page.locator('#OtherWidget').waitFor()
  await page.waitForTimeout(300)
  expect(await page.locator('[data-numa-tab]').count()).toBe(0)
  await page.keyboard.press('Escape')
  await page.locator('#OtherWidget').waitFor({ state: 'detached' })
  const editor = await openEditor(page, name)
  expect(await editor.locator('#numa-text-nodeset').inputValue()).toBe('')
})
