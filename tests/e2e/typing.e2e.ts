// SPDX-License-Identifier: Apache-2.0
/** Fields as people use them: key by key, half typed, pasted, left with Tab, undone. */
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { closed, edit, ok } from './dialogs'
import { makeVm, openEditor, portal, stored, typeIn } from './world'

const TWO = 'cpus=0-1 mem=4G dist=10,21 / cpus=2-3 mem=4G dist=21,10'
const topology = (editor: FrameLocator) => editor.locator('#numa-text-topology')
const nodeset = (editor: FrameLocator) => editor.locator('#numa-text-nodeset')

async function opened(height = 900): Promise<{ page: Page; editor: FrameLocator }> {
  const name = await makeVm(8, 4)
  const page = await portal({ height })
  return { page, editor: await openEditor(page, name) }
}

/** As from another window. */
async function paste(page: Page, field: Locator, text: string): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text)
  await field.click()
  await field.press('ControlOrMeta+a')
  await field.press('ControlOrMeta+v')
}

describe('a field', () => {
  test('of the matrix is typed anew, and the matrix stays', async () => {
    const { page, editor } = await opened()
    await typeIn(topology(editor), TWO)
    const field = editor.locator('#numa-dist-0-1')
    await field.click()
    await field.press('End')
    for (const key of ['Backspace', 'Backspace', '3']) {
      await page.keyboard.press(key)
      expect(await editor.locator('#numa-dist-1-0').count()).toBe(1)
      expect(await topology(editor).inputValue()).toBe(TWO)
    }
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('2')
    expect(await topology(editor).inputValue()).toBe(TWO.replace(/21/g, '32'))
    expect(await editor.locator('#numa-dist-1-0').inputValue()).toBe('32')
  })

  test('"Number of cells" survives Backspace, and the cells with it', async () => {
    const { page, editor } = await opened()
    await editor.locator('#numa-topology-kind').selectOption('count')
    const count = editor.locator('#numa-cells-count')
    await count.click()
    await page.keyboard.press('End')
    await page.keyboard.press('Backspace')
    expect(await count.inputValue()).toBe('')
    expect(await topology(editor).inputValue()).toBe('2')
    expect(await editor.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true)
    await page.keyboard.press('4')
    expect(await topology(editor).inputValue()).toBe('4')
  })

  test('emptied in the last cell takes no row away', async () => {
    const { page, editor } = await opened()
    await typeIn(topology(editor), 'mem=8G')
    const field = editor.locator('#numa-cell-0-mem')
    await typeIn(field, '')
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toBe('')
    expect(await editor.locator('.numa-cells tbody tr').count()).toBe(1)
    await typeIn(field, '8 GB')
    expect(await topology(editor).inputValue()).toBe('mem=8G')
  })

  test.each([
    ['4 GB', '4G'],
    ['4GiB', '4G'],
    ['4.5G', '4608M'],
  ])('of memory takes %s as it is typed, and shows %s when it is left', async (text, value) => {
    const { page, editor } = await opened()
    await typeIn(topology(editor), 'cpus=0-1 mem=2G / cpus=2-3')
    const field = editor.locator('#numa-cell-0-mem')
    await typeIn(field, text)
    expect(await field.inputValue()).toBe(text)
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toBe(value)
    expect(await topology(editor).inputValue()).toBe(`cpus=0-1 mem=${value} / cpus=2-3`)
  })

  test('keeps its caret where it is', async () => {
    const { page, editor } = await opened()
    await typeIn(topology(editor), 'cpus=0-3 mem=8G')
    const field = editor.locator('#numa-cell-0-cpus')
    await field.click()
    await page.keyboard.press('Home')
    for (const key of ['3', ',', ' ', '2', ',']) await page.keyboard.press(key)
    expect(await field.inputValue()).toBe('3, 2,0-3')
    const caret = await field.evaluate((input: HTMLInputElement) => input.selectionStart)
    expect(caret).toBe(5)
  })

  test('that is half typed is left with Tab, stays, and goes back with Escape', async () => {
    const { page, editor } = await opened()
    await typeIn(nodeset(editor), '0-1')
    await page.keyboard.press('Tab')
    await typeIn(nodeset(editor), '0-')
    await page.keyboard.press('Tab')
    expect(await nodeset(editor).inputValue()).toBe('0-')
    await editor.locator('.numa-verdict', { hasText: 'half typed' }).waitFor()
    await nodeset(editor).press('Escape')
    expect(await nodeset(editor).inputValue()).toBe('0-1')
    expect(await page.locator('.popup-content').count()).toBe(1)
  })
})

describe('pasted', () => {
  test('two lines are two cells', async () => {
    const { page, editor } = await opened()
    await paste(page, topology(editor), 'cpus=0-1 mem=4G\ncpus=2-3 mem=4G\n')
    await page.keyboard.press('Tab')
    expect(await topology(editor).inputValue()).toBe('cpus=0-1 mem=4G / cpus=2-3 mem=4G')
    expect(await editor.locator('.numa-cells tbody tr').count()).toBe(2)
  })
  test('ids below each other are a set', async () => {
    const { page, editor } = await opened()
    await paste(page, nodeset(editor), '0\n2\n')
    expect(await nodeset(editor).inputValue()).toBe('0,2')
    expect(await editor.locator('#numa-node-2').isChecked()).toBe(true)
  })
  test('both texts with their names go where they belong', async () => {
    const { page, editor } = await opened()
    await paste(page, nodeset(editor), 'numa_nodeset = 0-1\nnuma_topology = 2\n')
    expect(await nodeset(editor).inputValue()).toBe('0-1')
    expect(await topology(editor).inputValue()).toBe('2')
  })
})

describe('undo', () => {
  test('goes back over everything, by keys and by buttons', async () => {
    const { page, editor } = await opened()
    await editor.locator('[data-wish=like]').click()
    await editor.locator('#numa-node-1').click()
    await typeIn(topology(editor), '2')
    expect(await nodeset(editor).inputValue()).toBe('1')
    await page.keyboard.press('ControlOrMeta+z')
    expect(await topology(editor).inputValue()).toBe('host')
    await page.keyboard.press('ControlOrMeta+z')
    expect(await nodeset(editor).inputValue()).toBe('auto')
    await editor.getByRole('button', { name: 'Undo' }).click()
    expect(await nodeset(editor).inputValue()).toBe('')
    expect(await editor.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true)
    await page.keyboard.press('ControlOrMeta+Shift+z')
    await editor.getByRole('button', { name: 'Redo' }).click()
    await page.keyboard.press('ControlOrMeta+Shift+z')
    expect([await nodeset(editor).inputValue(), await topology(editor).inputValue()]).toEqual([
      '1',
      '2',
    ])
  })

  test('takes back that a touched cell wrote out all, which is said', async () => {
    const { page, editor } = await opened()
    await typeIn(topology(editor), '2')
    await typeIn(editor.locator('#numa-cell-1-nodes'), '1')
    await editor.getByText('The cells are written out one by one now').waitFor()
    expect(await topology(editor).inputValue()).toContain('nodes=1')
    await page.keyboard.press('ControlOrMeta+z')
    expect(await topology(editor).inputValue()).toBe('2')
    expect(await editor.getByText('The cells are written out one by one now').count()).toBe(0)
  })
})

test('another mode under "no request" binds nothing: there is none to choose', async () => {
  const { editor } = await opened()
  expect(await editor.locator('#numa-mode').isDisabled()).toBe(true)
  await editor.locator('#numa-target').selectOption('auto')
  await editor.locator('#numa-mode').selectOption('preferred')
  expect(await nodeset(editor).inputValue()).toBe('preferred:auto')
  await editor.locator('#numa-target').selectOption('none')
  expect(await nodeset(editor).inputValue()).toBe('')
})

describe('keys', () => {
  test('Tab stays in the modal, and Escape closes it', async () => {
    const { page, editor } = await opened()
    await editor.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('Tab')
    const inside = () =>
      page.evaluate(() => document.activeElement?.closest('.popup-content') !== null)
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      expect(await inside()).toBe(true)
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('IFRAME')
    }
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+Tab')
    expect(await inside()).toBe(true)
    await page.keyboard.press('Escape')
    await closed(page)
  })

  test('Escape asks once where something would be lost', async () => {
    const { page, editor } = await opened()
    await editor.locator('[data-wish=one]').click()
    await page.keyboard.press('Escape')
    await editor.getByText('Close without saving the changes?').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('.popup-content').count()).toBe(1)
    await page.keyboard.press('Escape')
    await editor.getByRole('button', { name: 'Discard' }).press('Enter')
    await closed(page)
  })

  test("Enter in another field of oVirt's dialog stores nothing that OK would hold back", async () => {
    const name = await makeVm()
    const page = await portal()
    const tab = await edit(page, name)
    await typeIn(nodeset(tab), '0')
    await typeIn(topology(tab), 'cpus=0-3 mem=1G')
    await page.locator('[data-target=tab1]').click()
    await page.locator('#VmPopupWidget_description').press('Enter')
    await closed(page)
    await page.locator('.toast', { hasText: 'those on the NUMA tab have errors' }).waitFor()
    expect(await stored(name)).toMatchObject({ nodeset: '0', topology: undefined })
  })

  test('Save by keyboard alone: a card, Tab, Enter', async () => {
    const name = await makeVm()
    const page = await portal()
    const tab = await edit(page, name)
    await tab.locator('#numa-wish-none').focus()
    await page.keyboard.press('ArrowRight')
    expect(await nodeset(tab).inputValue()).toBe('auto:1')
    await ok(page)
    await closed(page)
    expect((await stored(name)).nodeset).toBe('auto:1')
  })
})
