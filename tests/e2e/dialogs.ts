// SPDX-License-Identifier: Apache-2.0
/** WebAdmin's Add/Edit VM dialog as a person works it: opened, read, saved. */
import type { FrameLocator, Page } from 'playwright-core'
import { openDetails, select } from './world'

/** The tab as it opens, with the wishes. */
export async function openWishesTab(page: Page): Promise<FrameLocator> {
  await page.locator('[data-numa-tab] a').click()
  const tab = page.frameLocator('[data-numa-pane] iframe')
  await tab.locator('.numa-editor').waitFor()
  return tab
}

/** The same with its details. */
export async function openTab(page: Page): Promise<FrameLocator> {
  const tab = await openWishesTab(page)
  await openDetails(tab)
  return tab
}

/** The dialog of a VM that is edited or, with the other button, cloned. */
export async function edit(page: Page, name: string, button = 'Edit'): Promise<FrameLocator> {
  await select(page, name)
  await page.click(`#ActionPanelView_${button}`)
  await page
    .locator('#VmPopupWidget_vmId[value], #VmPopupWidget_vmId:disabled')
    .waitFor({ state: 'attached' })
  return openTab(page)
}

/** That of a template or a pool, from its list. */
export async function editOther(page: Page, list: string, name: string): Promise<FrameLocator> {
  await page.getByRole('link', { name: list, exact: true }).click()
  await page.getByRole('heading', { name: list }).waitFor()
  await select(page, name)
  await page.click('#ActionPanelView_Edit')
  return openTab(page)
}

/** A new VM in the cluster with the captured hosts. */
export async function add(page: Page): Promise<FrameLocator> {
  await page.click('#ActionPanelView_NewVm')
  await toCluster(page, 'numa-lab')
  return openTab(page)
}

export async function toCluster(page: Page, name: string): Promise<void> {
  await page.locator('#VmPopupWidget_dataCenterWithCluster button').click()
  await page.getByRole('menuitem', { name, exact: true }).click()
}

export async function toTemplate(page: Page, name: string): Promise<void> {
  const box = page.locator('#VmPopupWidget_templateWithVersion')
  await box.locator('.input-group-addon').click()
  await box.locator('li', { hasText: name }).click()
}

export const ok = (page: Page) => page.locator('#VmPopupView_OnSave > button').click()
export const closed = (page: Page) => page.locator('.popup-content').waitFor({ state: 'detached' })
export const notice = (page: Page) => page.getByRole('alert').filter({ visible: true })
export const mode = (page: Page) =>
  page.locator('[id$=PopupWidget_migrationMode] .filter-option').textContent()

/** Rows of the dialog's own sheet that have a key, as a person would see them. */
export async function rows(page: Page): Promise<Record<string, string>> {
  return page.locator('#tab11').evaluate((pane) => {
    const found: Record<string, string> = {}
    for (const line of pane.querySelectorAll('.row.x-w')) {
      const input = line.querySelector<HTMLInputElement>(
        '.col-sm-6:nth-child(2) > .form-group:nth-child(2) input',
      )
      const key = line.querySelector('.filter-option')?.textContent ?? ''
      if (input && !input.disabled) found[key] = input.value
    }
    return found
  })
}

/** The row for what a VM without settings had before. */
export const remembered = { numa_restore: 'migratable' }
