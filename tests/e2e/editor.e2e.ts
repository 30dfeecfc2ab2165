// SPDX-License-Identifier: Apache-2.0
/** The editor in its own dialog, over the service. */
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  engine,
  expectErrors,
  makeNativeVm,
  makeVm,
  openEditor,
  portal,
  select,
  stored,
  vmNamed,
  typeIn,
} from './world'

const closed = (page: Page) => page.locator('.popup-content').waitFor({ state: 'detached' })
const OUR_API = '**/ovirt-engine-numa/api/v1/**'

const problem = (editor: FrameLocator, name: RegExp) =>
  editor.locator('.numa-problems').getByRole('button', { name })
const notices = (editor: FrameLocator) => editor.locator('.numa-notices')

/** After one question. */
async function remove(editor: FrameLocator): Promise<void> {
  await editor.getByRole('button', { name: 'Remove NUMA settings' }).click()
  const sure = editor.getByRole('alertdialog')
  await sure.getByRole('button', { name: 'Remove NUMA settings' }).click()
}

async function drag(page: Page, card: Locator, target: Locator): Promise<void> {
  await card.scrollIntoViewIfNeeded()
  await target.scrollIntoViewIfNeeded()
  const from = await card.boundingBox()
  const to = await target.boundingBox()
  if (!from || !to) throw new Error('not in sight')
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(from.x + 20, from.y + 20, { steps: 3 })
  await page.mouse.move(to.x + to.width / 2, to.y + to.height - 8, {
    steps: 5,
  })
  await page.mouse.up()
}

test('cells are dragged onto nodes, previewed and saved', async () => {
  expectErrors(/409/)
  const name = await makeVm(8, 4)
  const page = await portal()
  const editor = await openEditor(page, name)
  await editor.locator('#numa-topology-kind').selectOption('count')
  await drag(page, editor.locator('[data-card="0"]'), editor.locator('[data-node="1"]'))
  await editor.locator('[data-node="1"] [data-card="0"]').waitFor()
  await drag(page, editor.locator('[data-card="1"]'), editor.locator('[data-node="0"]'))
  await editor.locator('[data-node="0"] [data-card="1"]').waitFor()
  const topology = 'cpus=0-1 mem=4G nodes=1 / cpus=2-3 mem=4G nodes=0'
  expect(await editor.locator('#numa-text-topology').inputValue()).toBe(topology)
  await editor.locator('.numa-diff', { hasText: 'memnode' }).waitFor()
  await editor.getByRole('button', { name: 'Save' }).click()
  await editor.getByRole('button', { name: 'Save all the same' }).click()
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology,
    migration: 'pinned',
  })
})

test('a card dropped on the tray is unbound again', async () => {
  const name = await makeVm(8, 4)
  const page = await portal()
  const editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-topology'), 'cpus=0-3 mem=8G nodes=0')
  await drag(page, editor.locator('[data-card="0"]'), editor.locator('[data-tray]'))
  await expect
    .poll(() => editor.locator('#numa-text-topology').inputValue())
    .toBe('cpus=0-3 mem=8G')
})

test('the keyboard alone suffices', async () => {
  const name = await makeVm(8, 4)
  const page = await portal({ height: 1000 })
  const editor = await openEditor(page, name)
  await editor.locator('#numa-topology-kind').focus()
  await page.keyboard.press('e') // "equal cells"
  const card = editor.locator('[data-card="1"]')
  const text = editor.locator('#numa-text-topology')
  await card.waitFor()
  await card.focus()
  // Each key waits for what the one before it has done: the machine may be slow, the order is not.
  const keys = async (...steps: readonly (readonly [key: string, said: string | RegExp])[]) => {
    for (const [key, said] of steps) {
      await editor.locator('[data-card="1"]:focus').waitFor()
      await page.keyboard.press(key)
      await editor.getByText(said).waitFor()
    }
  }
  // It begins over the first node.
  await keys(
    ['Space', 'Cell 1 picked up. Over node 0,'],
    ['ArrowRight', 'Over node 1,'],
    ['ArrowRight', 'Over node 2,'],
    ['ArrowLeft', 'Over node 1,'],
    ['Space', 'Cell 1 put on node 1.'],
    ['Space', 'Cell 1 picked up. Over node 0,'],
    ['End', /Over node [2-9],/],
    ['Home', 'Over node 0,'],
    ['Shift+Enter', 'Cell 1 put on node 0-1.'],
  )
  await expect.poll(() => text.inputValue()).toBe('cpus=0-1 mem=4G / cpus=2-3 mem=4G nodes=0-1')
  await editor.locator('[data-card="1"]:focus').waitFor()
  await page.keyboard.press('Delete')
  await expect.poll(() => text.inputValue()).toBe('cpus=0-1 mem=4G / cpus=2-3 mem=4G')
  await keys(['Space', 'Cell 1 picked up.'], ['Escape', 'Cell 1 stays where it was.'])
  expect(await page.locator('.popup-content').count()).toBe(1)
})

test('it is reached by keyboard, and the focus goes back to where it was', async () => {
  const name = await makeVm(8, 4)
  const page = await portal()
  await select(page, name)
  await page.locator('#ActionPanelView_Numa').focus()
  await page.keyboard.press('Enter')
  const editor = page.frameLocator('.popup-content iframe')
  await editor.locator('.numa-footer').waitFor()
  await page.keyboard.press('Tab')
  expect(await editor.locator('input[name=numa-wish]:focus').count()).toBe(1)
  await editor.getByRole('button', { name: 'Cancel' }).press('Enter')
  await closed(page)
  await expect.poll(() => page.locator('#ActionPanelView_Numa:focus').count()).toBe(1)
})

test('a problem leads to its field', async () => {
  const name = await makeVm(8, 4)
  const page = await portal()
  const editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-topology'), 'cpus=0-1 mem=4G / cpus=2-3 mem=4G')
  await typeIn(editor.locator('#numa-cell-1-mem'), '8X')
  await editor.locator('#numa-text-nodeset').focus()
  await problem(editor, /not an amount of memory/).click()
  expect(await editor.locator('#numa-cell-1-mem:focus').inputValue()).toBe('8X')
  await typeIn(editor.locator('#numa-cell-1-mem'), '3G')
  await problem(editor, /7 GiB together/).waitFor()
  expect(await editor.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await editor.getByText('7 GiB of 8 GiB given').waitFor()
  await typeIn(editor.locator('#numa-text-nodeset'), '0-1,x')
  await problem(editor, /an id is expected/).click()
  const chosen = await editor
    .locator('#numa-text-nodeset')
    .evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd])
  expect(chosen).toEqual([4, 5])
})

test('what does not fit says why, node by node', async () => {
  const page = await portal()
  const editor = await openEditor(page, 'too-big')
  await editor.locator('.numa-verdict', { hasText: /Fits nowhere: node \d+ lacks/ }).waitFor()
  const row = editor.locator('.numa-preview tr', { hasText: 'spr-snc4' })
  expect(await row.textContent()).toContain('does not fit')
  expect(await row.textContent()).toMatch(/node 3: .* needed, .* missing/)
})

test('suggest fills in what fits', async () => {
  const name = await makeVm(16, 8)
  const page = await portal()
  const editor = await openEditor(page, name)
  await editor.getByRole('button', { name: 'Suggest' }).click()
  await expect.poll(() => editor.locator('#numa-text-nodeset').inputValue()).not.toBe('')
  await editor.locator('.numa-verdict', { hasText: /Fits on [1-9]/ }).waitFor()
})

test('a conflict with another admin is theirs or mine to choose', async () => {
  const name = await makeVm(8, 4)
  expectErrors(/412/)
  const page = await portal()
  const editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-nodeset'), '0')
  const vm = await vmNamed(name)
  const theirs = [{ name: 'numa_nodeset', value: '1' }]
  const body = { custom_properties: { custom_property: theirs } }
  await engine(`/vms/${vm?.id}`, { method: 'PUT', body })
  await editor.getByRole('button', { name: 'Save', exact: true }).click()
  await notices(editor).getByText('Somebody else has changed this VM').waitFor()
  expect((await stored(name)).nodeset).toBe('1')
  await editor.getByRole('button', { name: 'Show their settings' }).click()
  await expect.poll(() => editor.locator('#numa-text-nodeset').inputValue()).toBe('1')
})

test('settings are removed, and the migration mode comes back', async () => {
  const name = await makeVm(8, 4)
  expectErrors(/409/)
  const page = await portal()
  let editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-nodeset'), '0')
  await editor.getByRole('button', { name: 'Save', exact: true }).click()
  await editor.getByRole('button', { name: 'Save all the same' }).click()
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: '0',
    topology: undefined,
    migration: 'pinned',
  })
  editor = await openEditor(page, name)
  await remove(editor)
  await closed(page)
  expect(await stored(name)).toEqual({
    nodeset: undefined,
    topology: undefined,
    migration: 'migratable',
  })
})

test("oVirt's own virtual nodes are taken over", async () => {
  expectErrors(/409/)
  const page = await portal()
  const editor = await openEditor(page, 'native-vnuma')
  await editor.getByText("virtual NUMA nodes of oVirt's own").waitFor()
  await editor.getByRole('button', { name: 'Take them over' }).click()
  await editor.getByRole('button', { name: 'Take over', exact: true }).click()
  await editor.getByText("virtual NUMA nodes of oVirt's own").waitFor({ state: 'detached' })
  expect(await editor.locator('#numa-text-topology').inputValue()).toContain('cpus=')
})

test('what was refused for a missing hook is done all the same: taken over, not removed', async () => {
  expectErrors(/409/)
  const name = await makeNativeVm()
  const page = await portal()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.method() !== 'GET') asked.push(`${request.method()} ${request.url()}`)
  })
  const editor = await openEditor(page, name)
  await editor.getByRole('button', { name: 'Take them over' }).click()
  await editor.getByRole('button', { name: 'Take over', exact: true }).click()
  await editor.getByRole('button', { name: 'Save all the same' }).click()
  await editor.getByText("virtual NUMA nodes of oVirt's own").waitFor({ state: 'detached' })
  const topology = 'cpus=0-1 mem=4G / cpus=2-3 mem=4G'
  await expect.poll(() => editor.locator('#numa-text-topology').inputValue()).toBe(topology)
  expect(await stored(name)).toMatchObject({ topology, migration: 'pinned' })
  expect(asked.filter((each) => each.startsWith('DELETE'))).toEqual([])
})

test('another try of a removal that failed removes, and stores nothing', async () => {
  expectErrors(/ERR_CONNECTION_REFUSED/, /409/)
  const name = await makeVm(8, 4)
  const page = await portal()
  let editor = await openEditor(page, name)
  await typeIn(editor.locator('#numa-text-nodeset'), '0')
  await editor.getByRole('button', { name: 'Save', exact: true }).click()
  await editor.getByRole('button', { name: 'Save all the same' }).click()
  await closed(page)
  editor = await openEditor(page, name)
  await page.route(OUR_API, (route) => route.abort('connectionrefused'))
  await remove(editor)
  await editor.getByText('It was not saved.').waitFor()
  await page.unroute(OUR_API)
  await editor.locator('.numa-notices').getByRole('button', { name: 'Try again' }).click()
  await closed(page)
  expect((await stored(name)).nodeset).toBeUndefined()
})

test('a user without the permission is told so on opening, and looks', async () => {
  const name = await makeVm(8, 4)
  const page = await portal({ user: 'rita@internal' })
  const editor = await openEditor(page, name)
  await editor.getByText('You may look at these settings, but not change them').waitFor()
  expect(await editor.locator('#numa-wish-one').isDisabled()).toBe(true)
  expect(await editor.locator('#numa-text-nodeset').isDisabled()).toBe(true)
  expect(await editor.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await editor.getByRole('button', { name: 'Close' }).click()
  await closed(page)
})

test('a service that is down is said, and another try works when it is back', async () => {
  const name = await makeVm(8, 4)
  expectErrors(/ERR_CONNECTION_REFUSED/)
  const page = await portal()
  await page.route(OUR_API, (route) => route.abort('connectionrefused'))
  await page.locator('tr', { hasText: name }).locator('td').first().click()
  await page.click('#ActionPanelView_Numa')
  const editor = page.frameLocator('.popup-content iframe')
  await editor.getByText('The NUMA service does not answer').waitFor()
  await page.unroute(OUR_API)
  await editor.getByRole('button', { name: 'Try again' }).click()
  await editor.locator('.numa-footer').waitFor()
})

test('a slow service shows that something is on its way', async () => {
  const name = await makeVm(8, 4)
  const page = await portal()
  await page.route(OUR_API, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.continue()
  })
  await page.locator('tr', { hasText: name }).locator('td').first().click()
  await page.click('#ActionPanelView_Numa')
  const editor = page.frameLocator('.popup-content iframe')
  await editor.getByRole('progressbar', { name: 'Loading' }).waitFor()
  await editor.locator('.numa-footer').waitFor()
  await page.unroute(OUR_API)
})

test('the token goes to our own origin only, and to no address', async () => {
  const page = await portal()
  const seen: string[] = []
  page.on('request', (request) => {
    if (request.headers().authorization) seen.push(new URL(request.url()).origin)
    expect(request.url()).not.toContain('access_token')
  })
  await openEditor(page, 'db-strict')
  expect(new Set(seen)).toEqual(new Set([new URL(page.url()).origin]))
})
