// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab and the dialog's own rows: what is remembered, and whose text counts. */
import { expect, test } from 'vitest'
import { add, closed, edit, ok, remembered, rows, toCluster, toTemplate } from './dialogs'
import { former, makeTunedVm, makeVm, portal, service, stored, vmNamed, typeIn } from './world'

test('taking the settings away removes the rows and gives the migration mode back', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  const mode = page.locator('#VmPopupWidget_migrationMode .filter-option')
  await expect.poll(() => mode.textContent()).toBe('Do not allow migration')
  await typeIn(tab.locator('#numa-text-nodeset'), '')
  await expect.poll(() => rows(page)).toEqual({})
  await expect.poll(() => mode.textContent()).toBe('Allow manual and automatic migration')
  await ok(page)
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology: undefined,
    migration: 'migratable',
  })
})

test('what the dialog stored is given back by whoever removes it', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await ok(page)
  await closed(page)
  expect(await former(name)).toEqual({ restore: 'migratable', pins: 0 })
  await service(`/vms/${(await vmNamed(name))?.id}/numa`, { method: 'DELETE' })
  expect((await stored(name)).migration).toBe('migratable')
  expect(await former(name)).toEqual({ restore: undefined, pins: 0 })
})

test('what the service stored is given back by the dialog, with the CPU pins', async () => {
  const name = await makeTunedVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '')
  await tab.getByText('The CPU pins that came with the former settings').waitFor()
  await expect.poll(() => rows(page)).toEqual({})
  await ok(page)
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology: undefined,
    migration: 'user_migratable',
  })
  expect(await former(name)).toEqual({ restore: undefined, pins: 0 })
})

test('CPU pins of other nodes go, and come back with the former nodes', async () => {
  const name = await makeTunedVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '1')
  const restore = async () => (await rows(page)).numa_restore
  await expect.poll(restore).toBe('user_migratable')
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await expect.poll(restore).toBe('user_migratable,cpu_tune')
  const mode = page.locator('#VmPopupWidget_migrationMode .filter-option')
  await expect.poll(() => mode.textContent()).toBe('Do not allow migration')
  await typeIn(tab.locator('#numa-text-nodeset'), '1')
  await expect.poll(restore).toBe('user_migratable')
  await ok(page)
  await closed(page)
  expect(await stored(name)).toMatchObject({
    nodeset: '1',
    migration: 'pinned',
  })
  expect(await former(name)).toEqual({ restore: 'user_migratable', pins: 0 })
})

test('another cluster and another template leave what was asked for', async () => {
  const page = await portal()
  const tab = await add(page)
  await typeIn(tab.locator('#numa-text-nodeset'), '0-1')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0-1', ...remembered })
  await page.locator('[data-target=tab1]').click()
  await toTemplate(page, 'rhel9-numa')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0-1', ...remembered })
  await toCluster(page, 'power')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0-1', ...remembered })
  const mode = page.locator('#VmPopupWidget_migrationMode .filter-option')
  await expect.poll(() => mode.textContent()).toBe('Do not allow migration')
})

test('a menu that the admin opens while rows are put back stays open', async () => {
  const page = await portal()
  const tab = await add(page)
  await typeIn(tab.locator('#numa-text-nodeset'), '0-1')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0-1', ...remembered })
  await page.locator('[data-target=tab1]').click()
  // Another template makes all rows anew; the menu of clusters is opened before they are.
  await page.locator('#VmPopupWidget_templateWithVersion .input-group-addon').click()
  await page.locator('.dialog_headerSeparator').evaluate((header) => {
    document.querySelector('#tab11 .row.x-w')?.setAttribute('data-former', '')
    const items = [...header.querySelectorAll('li')]
    items.find((li) => li.textContent?.startsWith('rhel9-numa'))?.click()
    header.querySelector<HTMLElement>('#VmPopupWidget_dataCenterWithCluster button')?.click()
  })
  await page.locator('[data-former]').waitFor({ state: 'detached' })
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0-1', ...remembered })
  expect(await page.getByRole('menuitem', { name: 'power', exact: true }).isVisible()).toBe(true)
})

test('what is typed into the rows themselves shows in the tab', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0', ...remembered })
  await page.locator('[data-target=tab11]').click()
  const row = page.locator('#tab11 .row.x-w input:visible').first()
  await typeIn(row, 'auto:2')
  await row.press('Tab')
  await page.locator('[data-numa-tab] a').click()
  await expect.poll(() => tab.locator('#numa-text-nodeset').inputValue()).toBe('auto:2')
})

test('what is being typed into a row is not put back by a change elsewhere', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0', ...remembered })
  await page.locator('[data-target=tab11]').click()
  const row = page.locator('#tab11 .row.x-w input:visible').first()
  await typeIn(row, '')
  for (const key of 'auto:2') {
    await row.press(key)
    // The dialog changes something of its own after each key, and the row keeps its focus.
    await page.locator('#VmPopupWidget').evaluate((root) => {
      root.append(document.createElement('i'))
    })
    await page.waitForTimeout(60)
  }
  expect(await row.inputValue()).toBe('auto:2')
  await row.press('Tab')
  await ok(page)
  await closed(page)
  expect((await stored(name)).nodeset).toBe('auto:2')
})
