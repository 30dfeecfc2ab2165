// SPDX-License-Identifier: Apache-2.0
/** What only a rendered page shows: scroll bars, words that are cut, and a system's own colours. */
import type { FrameLocator } from 'playwright-core'
import { expect, test } from 'vitest'
import { add } from './dialogs'
import { makeVm, openDetails, openEditor, openPlace, openWishes, portal, typeIn } from './world'

const scrolls = (frame: FrameLocator) =>
  frame.locator('html').evaluate((page) => page.scrollHeight - page.clientHeight)

test.each([
  ['large', 1400, 900],
  ['at twice the zoom', 640, 450],
])('the modal has one scroll bar, %s', async (_, width, height) => {
  const name = await makeVm()
  const page = await portal({ width, height })
  const editor = await openWishes(page, name)
  await openDetails(editor)
  expect(await scrolls(editor)).toBe(0)
})

test("the tab has one scroll bar, and the dialog's sidebar none", async () => {
  const page = await portal({ width: 1400, height: 900 })
  const tab = await add(page)
  expect(await scrolls(tab)).toBe(0)
  const over = await page
    .locator('.x-scroll', { has: page.locator('#VmPopupWidget') })
    .evaluate((box) => box.scrollHeight - box.clientHeight)
  expect(over).toBe(0)
})

test("no word of a list is cut at the dialog's own width", async () => {
  const page = await portal({ width: 1280, height: 900 })
  const tab = await add(page)
  await typeIn(tab.locator('#numa-text-topology'), '1')
  await tab.locator('#numa-topology-kind').selectOption('cells')
  await tab.locator('#numa-cell-0-mode').selectOption('restrictive')
  const cut = await tab.locator('.numa-cells').evaluate((table) => {
    const words = document.createElement('span')
    words.style.cssText = 'position:absolute;visibility:hidden;white-space:nowrap'
    document.body.append(words)
    return [...table.querySelectorAll('select')].flatMap((list) => {
      const style = getComputedStyle(list)
      words.style.font = style.font
      const space = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight)
      return [...list.options].flatMap((option) => {
        words.textContent = option.label
        const wanted = words.getBoundingClientRect().width + space
        return wanted > list.clientWidth + 1 ? [`${list.id}: ${option.label}`] : []
      })
    })
  })
  expect(cut).toEqual([])
  const box = await tab.locator('.numa-cells-box').evaluate((e) => e.scrollWidth - e.clientWidth)
  expect(box).toBe(0)
})

test("with a system's own colours bars have an end, and what is chosen is marked", async () => {
  const page = await portal()
  await page.emulateMedia({ forcedColors: 'active' })
  const editor = await openEditor(page, 'db-strict')
  await editor.locator('.numa-node[data-taken]').first().waitFor()
  const look = (selector: string, names: string[]) =>
    editor
      .locator(selector)
      .first()
      .evaluate(
        (element, wanted) => wanted.map((name) => getComputedStyle(element).getPropertyValue(name)),
        names,
      )
  expect(await look('.numa-bar', ['border-top-style', 'border-top-width'])).toEqual([
    'solid',
    '1px',
  ])
  expect(await look('.numa-node[data-taken]', ['outline-style'])).toEqual(['solid'])
  expect(await look('.numa-verdict-sign', ['border-top-style'])).toEqual(['solid'])
  const parts = ['used', 'asked'].map((each) => look(`.numa-bar-${each}`, ['background-color']))
  const [used, asked] = await Promise.all(parts)
  expect(used).not.toEqual(asked)
  expect(used).not.toEqual(await look('.numa-bar', ['background-color']))
})

test('20 cells are a few lines of distances, and all of them when they are asked for', async () => {
  const name = await makeVm(64, 64)
  const page = await portal()
  const editor = await openEditor(page, name)
  const cells = Array.from({ length: 20 }, (_, i) => {
    const cpus = i < 19 ? `${3 * i}-${3 * i + 2}` : '57-63'
    const dist = Array.from({ length: 20 }, (_, j) => (i === j ? 10 : i >> 2 === j >> 2 ? 12 : 32))
    return `cpus=${cpus} mem=${i < 19 ? 3 : 7}G dist=${dist.join(',')}`
  })
  await editor.locator('#numa-text-topology').click()
  await page.keyboard.insertText(cells.join(' / '))
  const classes = editor.locator('.numa-classes tbody tr')
  await classes.first().waitFor()
  expect(await classes.allInnerTexts()).toEqual([
    expect.stringMatching(/^12\s+0-3 · 4-7 · 8-11 · 12-15 · 16-19\s+30$/),
    expect.stringMatching(/^32\s+all\s+160$/),
  ])
  expect(await editor.locator('#numa-dist-0-1').count()).toBe(0)
  await editor.getByRole('button', { name: 'Show each distance' }).click()
  expect(await editor.locator('#numa-dist-0-1').inputValue()).toBe('12')
})

test('a host of many nodes has its distances in few lines', async () => {
  const page = await portal()
  const host = await openPlace(page, 'hosts', 'epyc-nps4')
  await host.locator('.numa-heat').first().waitFor()
  expect(await host.locator('.numa-classes').count()).toBe(0)
})
