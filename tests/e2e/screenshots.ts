// SPDX-License-Identifier: Apache-2.0
/**
 * The pictures in docs/screenshots, made by `make screenshots`: no test, but run as one.
 *
 * Decides what is shown, at 1280 and at 1920 pixels; some in dark.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, test } from 'vitest'
import { manyNodes } from './manyNodes'
import { openTab, openWishesTab, toCluster } from './dialogs'
import {
  expectErrors,
  type Look,
  makeVm,
  openEditor,
  openPlace,
  openWishes,
  portal,
  typeIn,
} from './world'

const OUT =
  process.env.SCREENSHOTS ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url))
mkdirSync(OUT, { recursive: true })

const SIZES = [
  { width: 1280, height: 860 },
  { width: 1920, height: 1080 },
]

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(400)
  const { width } = page.viewportSize() ?? { width: 0 }
  await page.screenshot({ path: `${OUT}/${name}-${width}.png` })
}

const looks: [string, Look][] = SIZES.flatMap((size) => [[`${size.width}`, size] as [string, Look]])

describe.each(looks)('at %s pixels', (_, look) => {
  test.each([
    ['one', 'web-small'],
    ['like', 'web-small'],
    ['hand', 'web-small'],
  ])('the wish %s', async (wish, vm) => {
    const page = await portal(look)
    const editor = await openWishes(page, vm)
    await editor.getByText('Recommended').waitFor()
    await editor.locator(`[data-wish=${wish}]`).click()
    if (wish === 'hand') await editor.locator('#numa-node-3').click()
    await editor.locator('.numa-verdict', { hasText: /Fits|starts/ }).waitFor()
    await shoot(page, `wish-${wish}`)
  })
  test('of a new VM in the dialog', async () => {
    const page = await portal(look)
    await page.click('#ActionPanelView_NewVm')
    await toCluster(page, 'numa-lab')
    const tab = await openWishesTab(page)
    await tab.locator('[data-wish=one]').click()
    await tab.locator('.numa-verdict', { hasText: 'Fits' }).waitFor()
    await shoot(page, 'new-vm')
  })
  test('editor', async () => {
    const page = await portal(look)
    const editor = await openEditor(page, 'cache-cxl')
    await editor.locator('.numa-diff').waitFor()
    await shoot(page, 'editor')
    await editor.locator('.numa-preview').scrollIntoViewIfNeeded()
    await editor.locator('.numa-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await shoot(page, 'editor-below')
  })
  test('editor with problems', async () => {
    const page = await portal(look)
    const editor = await openEditor(page, 'sap-hana')
    const topology = 'cpus=0-31 mem=96G nodes=0 / cpus=32-62 mem=90G nodes=1 mode=restrictive'
    await typeIn(editor.locator('#numa-text-topology'), topology)
    await editor.locator('.numa-problems').scrollIntoViewIfNeeded()
    await shoot(page, 'problems')
  })
  test('what does not fit', async () => {
    const page = await portal(look)
    const editor = await openEditor(page, 'too-big')
    await editor.getByText('Fits nowhere').waitFor()
    await editor.locator('.numa-preview').scrollIntoViewIfNeeded()
    await shoot(page, 'does-not-fit')
  })
  test('64 nodes and 16 cells', async () => {
    const name = await makeVm(256, 64, `warehouse-${look.width}`)
    const page = await portal(look)
    await manyNodes(page, 64)
    const editor = await openEditor(page, name)
    await editor.locator('[data-node="63"]').waitFor()
    const cells = Array.from(
      { length: 16 },
      (_, i) => `cpus=${i * 4}-${i * 4 + 3} mem=16G nodes=${i * 4}`,
    )
    await editor.locator('#numa-text-topology').click()
    await page.keyboard.insertText(cells.join(' / '))
    await editor.locator('#numa-target').scrollIntoViewIfNeeded()
    await shoot(page, 'many')
    await editor.locator('.numa-cells').scrollIntoViewIfNeeded()
    await shoot(page, 'many-cells')
  })
  test('dialog', async () => {
    const name = await makeVm(16, 8, `shop-${look.width}`)
    const page = await portal(look)
    await page.locator('tr', { hasText: name }).locator('td').first().click()
    await page.click('#ActionPanelView_Edit')
    const tab = await openTab(page)
    await tab.locator('.numa-node').first().waitFor()
    await typeIn(tab.locator('#numa-text-nodeset'), '0-1')
    await typeIn(tab.locator('#numa-text-topology'), '2')
    await tab.locator('#numa-target').scrollIntoViewIfNeeded()
    await shoot(page, 'dialog')
  })
  test('details', async () => {
    expectErrors(/./)
    const page = await portal(look)
    const vm = await openPlace(page, 'vms', 'db-strict')
    await vm.locator('.numa-table').waitFor()
    await shoot(page, 'vm')
    const host = await openPlace(page, 'hosts', 'epyc-nps4')
    await host.locator('.numa-heat').waitFor()
    await shoot(page, 'host')
    const cluster = await openPlace(page, 'clusters', 'numa-lab')
    await cluster.locator('table[role=grid]').waitFor()
    await shoot(page, 'cluster')
  })
})

test('dark', async () => {
  const page = await portal({ width: 1280, height: 860, dark: true })
  const host = await openPlace(page, 'hosts', 'epyc-nps4')
  await host.locator('.numa-heat').waitFor()
  await shoot(page, 'host-dark')
  await page.evaluate(() => (location.hash = 'vms'))
  const editor = await openEditor(page, 'cache-cxl')
  await editor.locator('.numa-diff').waitFor()
  await shoot(page, 'editor-dark')
})

test('at twice the zoom', async () => {
  const page = await portal({ width: 640, height: 480 })
  const editor = await openWishes(page, 'web-small')
  await editor.locator('[data-wish=one]').click()
  await editor.locator('.numa-verdict', { hasText: 'Fits' }).waitFor()
  await shoot(page, 'zoom')
})

test('in German', async () => {
  const page = await portal({ width: 1280, height: 860, query: '?locale=de-DE' })
  const editor = await openEditor(page, 'too-big')
  await editor.locator('.numa-verdict', { hasText: 'Passt nirgends' }).waitFor()
  await editor.locator('.numa-preview').scrollIntoViewIfNeeded()
  await shoot(page, 'german')
})
