// SPDX-License-Identifier: Apache-2.0
/** The dialog's OK, held: why, where that is said, how long, and what can be done. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { add, closed, edit, editOther, mode, notice, ok, openTab, rows, toCluster } from './dialogs'
import { engine, makeVm, portal, properties, stored, typeIn, vmNamed } from './world'

interface Named {
  readonly id: string
  readonly name: string
}

const WRONG = 'cpus=0-3 mem=1G'

/** Whether the reason stands between the content and the buttons, above none of them. */
async function besideTheButton(page: Page): Promise<boolean> {
  const box = await notice(page).boundingBox()
  const button = await page.locator('.modal-footer [id$=Save] > button').boundingBox()
  const dialog = await page.locator('.modal-dialog').boundingBox()
  if (!box || !button || !dialog) return false
  const end = box.y + box.height
  return end <= button.y && button.y - end < 40 && button.y + button.height < dialog.y + 812
}

describe('errors', () => {
  test('hold OK once: the reason is beside it, from every tab, with what to do', async () => {
    const name = await makeVm()
    const page = await portal()
    const tab = await edit(page, name)
    await typeIn(tab.locator('#numa-text-topology'), WRONG)
    await page.locator('[data-target=tab1]').click()
    expect(await notice(page).count()).toBe(0)
    await ok(page)
    await notice(page).waitFor()
    expect(await page.locator('[data-numa-tab]').getAttribute('class')).toContain('active')
    expect(await notice(page).textContent()).toContain('Press OK once more to save all the same')
    for (const id of ['tab1', 'tab11', 'tab2']) {
      await page.locator(`[data-target=${id}]`).click()
      expect(await besideTheButton(page)).toBe(true)
    }
    await openTab(page)
    await tab
      .locator('.numa-problems')
      .getByRole('button', { name: /1 GiB together/ })
      .waitFor()
    expect((await stored(name)).topology).toBeUndefined()
    await ok(page)
    await closed(page)
    expect((await stored(name)).topology).toBe(WRONG)
  })

  test('that are gone take the reason with them, and OK saves', async () => {
    const name = await makeVm()
    const page = await portal()
    const tab = await edit(page, name)
    const scrolling = page.locator('.x-scroll')
    const height = await scrolling.evaluate((box) => box.clientHeight)
    await typeIn(tab.locator('#numa-text-topology'), WRONG)
    await ok(page)
    await notice(page).waitFor()
    expect(await scrolling.evaluate((box) => box.clientHeight)).toBeLessThan(height)
    await typeIn(tab.locator('#numa-text-topology'), '2')
    await notice(page).waitFor({ state: 'detached' })
    expect(await scrolling.evaluate((box) => box.clientHeight)).toBe(height)
    await ok(page)
    await closed(page)
    expect((await stored(name)).topology).toBe('2')
  })

  test('that are others hold OK again', async () => {
    const name = await makeVm()
    const page = await portal()
    const tab = await edit(page, name)
    await typeIn(tab.locator('#numa-text-topology'), WRONG)
    await ok(page)
    await notice(page).waitFor()
    await typeIn(tab.locator('#numa-text-nodeset'), 'x')
    await notice(page).waitFor({ state: 'detached' })
    await ok(page)
    await notice(page).waitFor()
    expect((await stored(name)).topology).toBeUndefined()
  })

  test('that another memory size removes take the reason with them', async () => {
    const name = await makeVm(8, 4)
    const page = await portal()
    const tab = await edit(page, name)
    await typeIn(tab.locator('#numa-text-topology'), 'cpus=0-3 mem=4G')
    await ok(page)
    await notice(page).waitFor()
    await page.locator('[data-target=tab2]').click()
    await typeIn(page.locator('#VmPopupWidget_memSize'), '4096')
    await page.keyboard.press('Tab')
    await notice(page).waitFor({ state: 'detached' })
  })

  test.each([
    ['de-DE', 'Drücken Sie noch einmal OK, um trotzdem zu speichern'],
    ['ja-JP', 'このまま保存するにはもう一度 OK を押すか'],
  ])('are told in %s', async (locale, text) => {
    const name = await makeVm()
    const page = await portal({ query: `?locale=${locale}` })
    const tab = await edit(page, name)
    await typeIn(tab.locator('#numa-text-topology'), WRONG)
    await ok(page)
    await notice(page).filter({ hasText: text }).waitFor()
    expect(await besideTheButton(page)).toBe(true)
  })
})

describe('a sheet that does not take the settings', () => {
  const REFUSED = 'The dialog does not take these settings'

  test('holds OK, and nothing else is changed', async () => {
    const page = await portal({ query: '?sheet=deaf' })
    const tab = await add(page)
    const name = `e2e-deaf-${Date.now().toString(36)}`
    await typeIn(tab.locator('#numa-text-nodeset'), '0')
    await tab.getByRole('button', { name: REFUSED }).waitFor()
    expect(await tab.locator('.numa-verdict').getAttribute('data-tone')).toBe('bad')
    expect(await rows(page)).toEqual({})
    expect(await page.locator('#tab11 .filter-option').first().textContent()).toBe(
      'Please select a key...',
    )
    expect(await mode(page)).toBe('Allow manual and automatic migration')
    await page.locator('[data-target=tab1]').click()
    await typeIn(page.locator('#VmPopupWidget_name'), name)
    await ok(page)
    await notice(page).waitFor()
    expect(await notice(page).textContent()).toContain('press NUMA above the list of VMs')
    expect(await besideTheButton(page)).toBe(true)
    expect(await vmNamed(name)).toBeUndefined()
    await ok(page)
    await page.waitForTimeout(300)
    expect(await vmNamed(name)).toBeUndefined()
    await page.getByRole('button', { name: 'Save without them' }).click()
    await closed(page)
    expect(await properties(name)).toEqual({})
    expect((await stored(name)).migration).toBe('migratable')
  })

  test('leaves a VM with settings as it was', async () => {
    const name = await makeVm()
    const page = await portal()
    let tab = await edit(page, name)
    await typeIn(tab.locator('#numa-text-nodeset'), '0')
    await ok(page)
    await closed(page)
    const before = { ...(await properties(name)), ...(await stored(name)) }
    const other = await portal({ query: '?sheet=deaf' })
    tab = await edit(other, name)
    // Its row takes another nodeset; a topology, for which there is no row, is not taken.
    await typeIn(tab.locator('#numa-text-topology'), '2')
    await tab.getByRole('button', { name: REFUSED }).waitFor()
    await typeIn(tab.locator('#numa-text-nodeset'), '1')
    await expect.poll(() => rows(other)).toEqual({ numa_nodeset: '0', numa_restore: 'migratable' })
    expect(await mode(other)).toBe('Do not allow migration')
    await ok(other)
    await other.getByRole('button', { name: 'Save without them' }).click()
    await closed(other)
    expect({ ...(await properties(name)), ...(await stored(name)) }).toEqual(before)
  })

  test('is told by a toast to whoever saves with Enter', async () => {
    const page = await portal({ query: '?sheet=deaf' })
    const tab = await add(page)
    const name = `e2e-enter-${Date.now().toString(36)}`
    await typeIn(tab.locator('#numa-text-nodeset'), '0')
    await tab.getByRole('button', { name: REFUSED }).waitFor()
    await page.locator('[data-target=tab1]').click()
    await typeIn(page.locator('#VmPopupWidget_name'), name)
    await page.keyboard.press('Enter')
    await closed(page)
    await page.locator('.toast', { hasText: 'without the NUMA settings' }).waitFor()
    expect(await properties(name)).toEqual({})
    expect((await stored(name)).migration).toBe('migratable')
  })

  test('of a template says what serves there, where there is no NUMA button', async () => {
    // It has no row for what is remembered, and this sheet gives it none.
    const { template = [] } = await engine<{ template?: Named[] }>('/templates')
    const { id } = template.find((each) => each.name === 'rhel9-numa') ?? {}
    const custom_property = [{ name: 'numa_nodeset', value: 'auto:2' }]
    const body = { custom_properties: { custom_property } }
    await engine(`/templates/${id}`, { method: 'PUT', body })
    const page = await portal({ query: '?sheet=deaf' })
    const tab = await editOther(page, 'Templates', 'rhel9-numa')
    await typeIn(tab.locator('#numa-text-nodeset'), '0')
    await tab.getByRole('button', { name: REFUSED }).waitFor()
    await page.locator('#TemplateEditPopupView_OnSaveConfirm > button').click()
    await notice(page).waitFor()
    expect(await notice(page).textContent()).toContain('Type them into its Custom Properties tab')
  })

  test('says nothing of it any more once it takes them', async () => {
    const page = await portal()
    await page.click('#ActionPanelView_NewVm')
    await toCluster(page, 'numa-lab')
    const tab = await openTab(page)
    await typeIn(tab.locator('#numa-text-nodeset'), '0')
    await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0', numa_restore: 'migratable' })
    await page.locator('[data-target=tab1]').click()
    await toCluster(page, 'legacy')
    await openTab(page)
    await tab.getByRole('button', { name: REFUSED }).waitFor()
    await ok(page)
    await notice(page).waitFor()
    await page.locator('[data-target=tab1]').click()
    await toCluster(page, 'numa-lab')
    await notice(page).waitFor({ state: 'detached' })
    await expect.poll(() => rows(page)).toEqual({ numa_nodeset: '0', numa_restore: 'migratable' })
  })
})

test('the sheet of former versions, in which a fresh row shows no field, takes the settings', async () => {
  const page = await portal({ query: '?sheet=4.4.9' })
  const tab = await add(page)
  const name = `e2e-former-${Date.now().toString(36)}`
  await typeIn(tab.locator('#numa-text-nodeset'), '0')
  await typeIn(tab.locator('#numa-text-topology'), '1')
  await page.locator('[data-target=tab1]').click()
  await typeIn(page.locator('#VmPopupWidget_name'), name)
  await ok(page)
  await closed(page)
  expect(await properties(name)).toEqual({
    numa_nodeset: '0',
    numa_topology: '1',
    numa_restore: 'migratable',
  })
})
