// SPDX-License-Identifier: Apache-2.0
/** The other dialogs with a NUMA tab, the hosts that are shown there, and the way by keyboard. */
import type { FrameLocator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  add,
  closed,
  edit,
  editOther,
  mode,
  ok,
  openTab,
  remembered,
  rows,
  toCluster,
} from './dialogs'
import { engine, makeVm, portal, properties, select, stored, typeIn, vmNamed } from './world'

test('a clone has other settings than its source, which keeps its own', async () => {
  const source = await makeVm()
  const page = await portal()
  let tab = await edit(page, source)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await ok(page)
  await closed(page)
  tab = await edit(page, source, 'CloneVm')
  expect(await page.locator('.modal-title').textContent()).toBe('Clone Virtual Machine')
  expect(await tab.locator('#numa-text-nodeset').inputValue()).toBe('0')
  await typeIn(tab.locator('#numa-text-nodeset'), '1')
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), `${source}-clone`)
  await ok(page)
  await closed(page)
  expect(await properties(`${source}-clone`)).toEqual({ numa_nodeset: '1', ...remembered })
  expect(await properties(source)).toEqual({ numa_nodeset: '0', ...remembered })
})

test('a template is edited, and says that its VMs get the settings', async () => {
  const page = await portal()
  const tab = await editOther(page, 'Templates', 'rhel9-numa')
  await tab.getByText('VMs made from this template get these settings.').waitFor()
  const before = await tab.locator('#numa-text-topology').inputValue()
  const after = before === '2' ? '4' : '2'
  await typeIn(tab.locator('#numa-text-topology'), after)
  await page.locator('#TemplateEditPopupView_OnSaveConfirm > button').click()
  await closed(page)
  const again = await editOther(page, 'Templates', 'rhel9-numa')
  expect(await again.locator('#numa-text-topology').inputValue()).toBe(after)
  expect(await mode(page)).toBe('Do not allow migration')
})

test('a pool is shown, and who can change it instead', async () => {
  const page = await portal()
  const tab = await editOther(page, 'Pools', 'desktops')
  await tab.getByText('Properties of a pool cannot be changed in this dialog.').waitFor()
  expect(await tab.locator('#numa-text-nodeset').isDisabled()).toBe(true)
  await page.locator('#PoolEditPopupView_OnSave > button').click()
  await closed(page)
})

const shownHost = (tab: FrameLocator) =>
  tab.locator('#numa-host').evaluate((box: HTMLSelectElement) => box.selectedOptions[0]?.text)

/** "Specific Host(s)" on the Host tab, and these of its list. */
async function dedicate(page: Page, names: readonly string[]): Promise<void> {
  await page.locator('[data-target=tab6]').click()
  await page.locator('label[for=VmPopupWidget_specificHost]').click()
  const list = page.locator('#VmPopupWidget_defaultHost')
  await list.locator('button').click()
  for (const item of await list.locator('li').all()) {
    const chosen = /selected/.test((await item.getAttribute('class')) ?? '')
    const wanted = names.includes((await item.textContent()) ?? '')
    if (chosen !== wanted) await item.click()
  }
  await openTab(page)
}

test('the picture shows a host that the VM is dedicated to, also while that changes', async () => {
  const name = await makeVm()
  const page = await portal()
  const tab = await edit(page, name)
  await tab.locator('#numa-host').waitFor()
  const most = await shownHost(tab)
  expect(most).not.toBe('xeon-cxl')
  await dedicate(page, ['xeon-cxl'])
  await tab.locator('#numa-host').waitFor({ state: 'detached' })
  await expect.poll(() => tab.locator('.numa-node').count()).toBe(4)
  await dedicate(page, ['xeon-cxl', 'spr-snc4'])
  await expect
    .poll(() => tab.locator('#numa-host option').allTextContents())
    .toEqual(['spr-snc4', 'xeon-cxl'])
  expect(['spr-snc4', 'xeon-cxl']).toContain(await shownHost(tab))
  await ok(page)
  await closed(page)
  const again = await edit(page, name)
  await expect
    .poll(() => again.locator('#numa-host option').allTextContents())
    .toEqual(['spr-snc4', 'xeon-cxl'])
  await page.locator('[data-target=tab6]').click()
  await page.locator('label[for=VmPopupWidget_isAutoAssign]').click()
  await openTab(page)
  await expect.poll(() => shownHost(again)).toBe(most)
})

test("the NUMA button's editor shows a host that the VM is dedicated to, too", async () => {
  const name = await makeVm()
  const { host = [] } = await engine<{ host?: { id: string; name: string }[] }>('/hosts')
  const hosts = host.filter((each) => ['xeon-cxl', 'xeon-full'].includes(each.name))
  const body = { placement_policy: { hosts: { host: hosts.map(({ id }) => ({ id })) } } }
  await engine(`/vms/${(await vmNamed(name))?.id}`, { method: 'PUT', body })
  const page = await portal()
  await select(page, name)
  await page.click('#ActionPanelView_Numa')
  const editor = page.frameLocator('.popup-content iframe')
  await expect
    .poll(() => editor.locator('#numa-host option').allTextContents())
    .toEqual(['xeon-cxl', 'xeon-full'])
  expect(await shownHost(editor)).toBe('xeon-cxl')
})

test('by keyboard our entry comes behind the last native one, then its page, then the buttons', async () => {
  const page = await portal()
  await page.click('#ActionPanelView_NewVm')
  await toCluster(page, 'numa-lab')
  await page.locator('#tab11 li', { hasText: 'numa_nodeset' }).waitFor({ state: 'attached' })
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: it } = document
      return it?.tagName === 'IFRAME' ? 'frame' : it?.textContent?.trim()
    })
  await page.locator('[data-target=tab14]').focus()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('NUMA')
  await page.keyboard.press('Space')
  const tab = page.frameLocator('[data-numa-pane] iframe')
  await tab.locator('.numa-node').first().waitFor()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('frame')
  expect(await tab.locator('input[name=numa-wish]:focus').count()).toBe(1)
  await page.keyboard.press('Shift+Tab')
  expect(await focused()).toBe('NUMA')
  await tab.locator('#numa-wish-one').check()
  await tab.locator('.numa-verdict button').focus()
  const order = []
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Tab')
    order.push(await focused())
  }
  expect(order).toEqual(['Hide Advanced Options', 'OK', 'Cancel'])
})

test('by keyboard the way out of what the dialog does not take comes before OK', async () => {
  const page = await portal({ query: '?sheet=deaf' })
  const tab = await add(page)
  const name = `e2e-keys-${Date.now().toString(36)}`
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), name)
  await openTab(page)
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await tab.getByRole('button', { name: 'The dialog does not take' }).waitFor()
  await ok(page)
  await page.locator('[data-numa-notice] button').waitFor()
  await page.locator('#VmPopupView_OnSave > button').focus()
  await page.keyboard.press('Shift+Tab')
  expect(await page.locator('[data-numa-notice] button:focus').count()).toBe(1)
  // Enter is OK for the dialog as well: saved once, without them.
  await page.keyboard.press('Enter')
  await closed(page)
  expect(await properties(name)).toEqual({})
})

test('what was typed survives that the dialog takes its content away for a while', async () => {
  const page = await portal()
  const tab = await add(page)
  const name = `e2e-away-${Date.now().toString(36)}`
  await page.route('**/ovirt-engine/api/options/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.continue()
  })
  await typeIn(tab.locator('#numa-text-nodeset'), 'preferred:1')
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), name)
  await toCluster(page, 'power')
  await page.locator('.popup-content .spinner').waitFor()
  expect(await page.locator('#VmPopupWidget').count()).toBe(0)
  await page.locator('#VmPopupWidget').waitFor()
  await expect.poll(() => rows(page)).toEqual({ numa_nodeset: 'preferred:1', ...remembered })
  await openTab(page)
  expect(await tab.locator('#numa-text-nodeset').inputValue()).toBe('preferred:1')
  await ok(page)
  await closed(page)
  expect(await stored(name)).toMatchObject({ nodeset: 'preferred:1', migration: 'pinned' })
})
