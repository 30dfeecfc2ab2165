// SPDX-License-Identifier: Apache-2.0
/**
 * The stand-in's dialogs are as WebAdmin's: held to what the real ones were in a browser.
 *
 * `tests/data/webadmin/README.md` says how that was recorded.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { FIELDS } from '../../engine_plugin/ui/src/dialog/selectors'
import { type Outline, outline } from './outline'
import { engine, makeTunedVm, portal, select } from './world'

const DATA = new URL('../data/webadmin/', import.meta.url)
/** What the plugin reads, and some more that the stand-in has. */
const HERE = [...Object.values(FIELDS), 'description', 'maxMemorySize', 'baseTemplate']
HERE.push('templateWithVersion', 'isAutoAssign')

async function real(page: Page, name: string, texts = false): Promise<Outline> {
  const bytes = readFileSync(new URL(name, DATA))
  const html = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const other = await page.context().newPage()
  const whole = html.includes('popup-content')
    ? html
    : `<div class="popup-content"><div class="wizard-pf-row" id="VmPopupWidget"><div class="tab-content">${html}</div></div></div>`
  await other.setContent(whole)
  const found = await other.evaluate(outline, { fields: HERE, texts })
  await other.close()
  return found
}

const standIn = (page: Page, texts = false) => page.evaluate(outline, { fields: HERE, texts })

/** Until nothing is being asked, and what was asked is in the fields. */
async function settled(page: Page): Promise<void> {
  await page.locator('.popup-content .wizard-pf-row').waitFor()
  await page.waitForTimeout(400)
}

async function listed(page: Page, list: string, name: string): Promise<void> {
  await page.getByRole('link', { name: list, exact: true }).click()
  await page.getByRole('heading', { name: list }).waitFor()
  await select(page, name)
  await page.click('#ActionPanelView_Edit')
}

async function inLab(page: Page): Promise<void> {
  await page.locator('[id$=_dataCenterWithCluster] button').click()
  await page.getByRole('menuitem', { name: 'numa-lab', exact: true }).click()
}

interface Shown {
  readonly page: Page
  readonly file: string
}

const DIALOGS: Record<string, () => Promise<Shown>> = {
  async 'New VM'() {
    const page = await portal()
    await page.click('#ActionPanelView_NewVm')
    await inLab(page)
    return { page, file: 'new-vm-advanced.html.gz' }
  },
  async 'New VM, basic'() {
    const page = await portal()
    await page.evaluate(() => localStorage.setItem('ENGINE_WebAdmin_wa_vm_dialog', 'false'))
    await page.click('#ActionPanelView_NewVm')
    return { page, file: 'new-vm-basic.html.gz' }
  },
  async 'Edit VM'() {
    const name = await makeTunedVm()
    const page = await portal()
    await select(page, name)
    await page.click('#ActionPanelView_Edit')
    return { page, file: 'edit-vm-with-settings.html.gz' }
  },
  async 'Edit Template'() {
    const page = await portal()
    await listed(page, 'Templates', 'rhel9-numa')
    return { page, file: 'edit-template.html.gz' }
  },
  async 'Edit Pool'() {
    const properties = [
      { name: 'numa_nodeset', value: '0' },
      { name: 'numa_restore', value: 'migratable' },
    ]
    const body = {
      custom_properties: { custom_property: properties },
      placement_policy: { affinity: 'pinned' },
    }
    const { vm = [] } = await engine<{ vm?: { id: string }[] }>('/vms?search=pool%3Ddesktops')
    for (const { id } of vm) await engine(`/vms/${id}`, { method: 'PUT', body })
    const page = await portal()
    await listed(page, 'Pools', 'desktops')
    return { page, file: 'edit-pool.html.gz' }
  },
}

describe.each(Object.keys(DIALOGS))('%s', (name) => {
  test('is as it was recorded', async () => {
    const { page, file } = await (DIALOGS[name] as () => Promise<Shown>)()
    await settled(page)
    const theirs = await real(page, file)
    const ours = await standIn(page)
    expect(ours.frame).toEqual(theirs.frame)
    expect(ours.fields).toEqual(theirs.fields)
    // The recorded one has a third property, or the same number: rows are alike.
    expect(new Set(ours.rows)).toEqual(new Set(theirs.rows))
  })
})

test('the sheet of custom properties is as it was recorded, step by step', async () => {
  const page = await portal()
  await page.click('#ActionPanelView_NewVm')
  await inLab(page)
  await settled(page)
  await page.locator('[data-target=tab11]').click()
  const compare = async (file: string) => {
    await page.waitForTimeout(100)
    const theirs = await real(page, file, true)
    const ours = await standIn(page, true)
    expect(ours.rows, file).toEqual(theirs.rows)
    const pane = (lines: readonly string[]) => lines.filter((line) => line.includes('#tab11'))
    expect(pane(ours.frame), file).toEqual(pane(theirs.frame))
  }
  const row = page.locator('#tab11 .row.x-w')
  const choose = async (key: string) => {
    await row.last().locator('button').first().click()
    await row.last().getByRole('menuitem', { name: key, exact: true }).click()
  }
  await compare('sheet-1-fresh.html')
  await choose('numa_nodeset')
  await compare('sheet-2-text-key-chosen.html')
  await page.locator('#tab11 button:has(.fa-plus)').click()
  await compare('sheet-4-second-fresh-row.html')
  await choose('sap_agent')
  await compare('sheet-5-list-key-chosen.html')
})
