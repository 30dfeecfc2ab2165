// SPDX-License-Identifier: Apache-2.0
/** Whatever is typed into a field: nothing breaks, nothing is stored by accident, Undo takes it back. */
import type { FrameLocator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeVm, openEditor, portal, stored, typeIn } from './world'

const TOPOLOGY = 'cpus=0-1 mem=4G dist=10,21 / cpus=2-3 mem=4G dist=21,10'
const FIELDS = [
  '#numa-cell-0-cpus',
  '#numa-cell-0-mem',
  '#numa-cell-0-nodes',
  '#numa-dist-0-1',
  '#numa-text-nodeset',
  '#numa-text-topology',
]
const RUBBISH = [
  '1.5',
  '-1',
  '1e9',
  '80 GB',
  '0-',
  ',',
  '🦊',
  '<b>\'"&;',
  'x'.repeat(300),
  '00',
  '٣',
]

async function opened(): Promise<{ name: string; page: Page; editor: FrameLocator }> {
  const name = await makeVm(8, 4)
  const page = await portal({ height: 1000 })
  const editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-topology'), TOPOLOGY)
  await editor.locator('#numa-dist-0-1').waitFor()
  // What is typed without leaving a field is one step of Undo.
  await page.keyboard.press('Tab')
  return { name, page, editor }
}

test.each(FIELDS)('%s takes any rubbish, and Escape gives back what was there', async (id) => {
  const { name, page, editor } = await opened()
  const field = editor.locator(id)
  const before = await field.inputValue()
  for (const text of RUBBISH) {
    await field.click()
    await field.press('ControlOrMeta+a')
    // Longer ones are pasted, as a person would.
    if (text.length > 20) await page.keyboard.insertText(text)
    else await field.pressSequentially(text)
    expect(await field.inputValue(), text).toBe(text)
    expect(await editor.locator('.numa-footer').count()).toBe(1)
    await field.press('Enter')
    expect(await page.locator('.popup-content').count()).toBe(1)
    // What was read as something stays; what was not, Escape takes back.
    if ((await field.getAttribute('aria-invalid')) === 'true') await field.press('Escape')
    for (let i = 0; i < 60 && (await field.inputValue()) !== before; i++) {
      await page.keyboard.press('ControlOrMeta+z')
    }
    expect(await field.inputValue(), `back from ${text}`).toBe(before)
  }
  expect(await page.locator('.popup-content').count()).toBe(1)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology: undefined,
    migration: 'migratable',
  })
})
