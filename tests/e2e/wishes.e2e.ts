// SPDX-License-Identifier: Apache-2.0
/** Wishes first: choosing a card is enough, and the picture is what the service says. */
import type { FrameLocator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { closed, ok, openWishesTab, remembered, rows, toCluster } from './dialogs'
import {
  engine,
  expectErrors,
  makeVm,
  openWishes,
  portal,
  properties,
  stored,
  typeIn,
  vmNamed,
} from './world'

const verdict = (tab: FrameLocator) => tab.locator('.numa-verdict')
const fits = (tab: FrameLocator) =>
  verdict(tab)
    .filter({ hasText: /Fits on/ })
    .waitFor()
const OUR_API = '**/ovirt-engine-numa/api/v1/**'

/** A VM that may run only on a host with the hook. */
async function makeVmOn(name: string, gib = 8, vcpus = 4): Promise<string> {
  const vm = await makeVm(gib, vcpus)
  const { host = [] } = await engine<{ host?: { id: string }[] }>(`/hosts?search=name%3D${name}`)
  const body = { placement_policy: { hosts: { host: [{ id: host[0]?.id }] } } }
  await engine(`/vms/${(await vmNamed(vm))?.id}`, { method: 'PUT', body })
  return vm
}

/** Counts what a person clicks from now on. */
async function clicks(page: Page): Promise<() => Promise<number>> {
  const count = () => {
    const top = window.top as unknown as { clicked: number }
    top.clicked ??= 0
    document.addEventListener(
      'pointerup',
      () => {
        top.clicked++
      },
      true,
    )
  }
  await page.evaluate(() => Object.assign(window, { clicked: 0 }))
  for (const frame of page.frames()) await frame.evaluate(count)
  page.on('framenavigated', (frame) => void frame.evaluate(count).catch(() => {}))
  return () => page.evaluate(() => (window as unknown as { clicked: number }).clicked)
}

describe('clicks from the open dialog to what is stored', () => {
  test.each([
    ['one', { nodeset: 'auto:1', topology: undefined, migration: 'pinned' }],
    ['like', { nodeset: 'auto', topology: 'host', migration: 'pinned' }],
  ])('the wish %s: 2, with Save', async (wish, wanted) => {
    const name = await makeVmOn('epyc-nps4')
    const page = await portal()
    const editor = await openWishes(page, name)
    await editor.locator('.numa-node').first().waitFor()
    const counted = await clicks(page)
    await editor.locator(`[data-wish=${wish}]`).click()
    await editor.getByRole('button', { name: 'Save', exact: true }).click()
    await closed(page)
    expect(await counted()).toBe(2)
    expect(await stored(name)).toEqual(wanted)
  })

  test.each([
    ['one', { numa_nodeset: 'auto:1' }],
    ['like', { numa_nodeset: 'auto', numa_topology: 'host' }],
  ])('of a new VM, the wish %s: 3, with the tab and OK', async (wish, wanted) => {
    const page = await portal()
    const name = await begin(page)
    const counted = await clicks(page)
    await page.locator('[data-numa-tab] a').click()
    const tab = page.frameLocator('[data-numa-pane] iframe')
    await tab.locator(`[data-wish=${wish}]`).click()
    await expect.poll(() => rows(page)).toEqual({ ...wanted, ...remembered })
    await ok(page)
    await closed(page)
    expect(await counted()).toBe(3)
    expect(await properties(name)).toEqual({ ...wanted, ...remembered })
  })

  test('of a new VM that is bound to node 3: 3, with the tab and OK', async () => {
    const page = await portal()
    const name = await begin(page)
    const counted = await clicks(page)
    await page.locator('[data-numa-tab] a').click()
    const tab = page.frameLocator('[data-numa-pane] iframe')
    await tab.locator('#numa-node-3').click()
    await tab.locator('[data-wish=hand][data-chosen]').waitFor()
    await ok(page)
    await closed(page)
    expect(await counted()).toBe(3)
    expect(await stored(name)).toEqual({ nodeset: '3', topology: undefined, migration: 'pinned' })
  })

  async function begin(page: Page): Promise<string> {
    const name = `e2e-wish-${Date.now().toString(36)}`
    await page.click('#ActionPanelView_NewVm')
    await toCluster(page, 'numa-lab')
    await typeIn(page.locator('#VmPopupWidget_name'), name)
    await page.locator('#tab11 li', { hasText: 'numa_nodeset' }).waitFor({ state: 'attached' })
    return name
  }
})

test('the wish that suits is marked, with the reason', async () => {
  const [fitting, tooLarge] = [await makeVm(8, 4), await makeVmOn('epyc-nps4', 100, 16)]
  const page = await portal()
  const small = await openWishes(page, fitting)
  const one = small.locator('[data-wish=one]')
  await one.getByText('Recommended').waitFor()
  await one.getByText('Its 8 GiB and 4 vCPUs fit one node: all memory is local.').waitFor()
  await small.getByRole('button', { name: 'Cancel' }).click()
  await closed(page)
  const large = await openWishes(page, tooLarge)
  const like = large.locator('[data-wish=like]')
  await like.getByText('Recommended').waitFor()
  await like.getByText(/Here: \d cells, since its 100 GiB fit no single node/).waitFor()
  await large.locator('[data-wish=one]').getByText('No node has room for its 100 GiB').waitFor()
})

describe('the picture is the placement', () => {
  test('of auto with host: a card for each cell that the service makes, before anything is saved', async () => {
    const name = await makeVmOn('epyc-nps4', 100, 16)
    const page = await portal()
    // It is asked for the card's own sentence, before anybody chooses it.
    const asked = page.waitForResponse(
      (answer) =>
        answer.url().includes('/preview') &&
        (answer.request().postData() ?? '').includes('"topology":"host"'),
    )
    const editor = await openWishes(page, name)
    await editor.locator('[data-wish=like]').click()
    const { hosts } = (await (await asked).json()) as {
      hosts: { placement: { cells: { id: number; nodes: string }[] } }[]
    }
    const cells = hosts[0]?.placement.cells ?? []
    expect(cells.length).toBeGreaterThan(1)
    for (const { id, nodes } of cells) {
      await editor.locator(`[data-node="${nodes}"] [data-card="${id}"]`).waitFor()
    }
    expect(await editor.locator('[data-card]').count()).toBe(cells.length)
    await editor.locator('.numa-picture[data-source=service]').waitFor()
    await editor.locator('.numa-node .numa-bar-asked:not([style="width: 0%;"])').first().waitFor()
  })

  test('of a VM that does not exist yet, with the memory that the dialog has by now', async () => {
    const page = await portal()
    await page.click('#ActionPanelView_NewVm')
    await toCluster(page, 'numa-lab')
    const tab = await openWishesTab(page)
    await tab.locator('[data-wish=one]').click()
    await tab.locator('[data-node] [data-card="-1"]').waitFor()
    await fits(tab)
    await page.locator('[data-target=tab2]').click()
    await typeIn(page.locator('#VmPopupWidget_memSize'), '900 GB')
    await page.keyboard.press('Tab')
    await openWishesTab(page)
    await verdict(tab)
      .filter({ hasText: /Fits nowhere/ })
      .waitFor()
    expect(await verdict(tab).getAttribute('data-tone')).toBe('bad')
    expect(await tab.locator('[data-node] [data-card="-1"]').count()).toBe(0)
  })

  test('says that it asks, and is a guess where the service is down', async () => {
    expectErrors(/ERR_CONNECTION_REFUSED/)
    const name = await makeVm(8, 4)
    const page = await portal()
    const editor = await openWishes(page, name)
    await editor.locator('.numa-node').first().waitFor()
    await page.waitForTimeout(500)
    await page.route('**/numa/preview', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 900))
      await route.continue()
    })
    await editor.locator('[data-wish=hand]').click()
    await editor.locator('#numa-node-0').click()
    await editor.locator('[data-source=asking]').waitFor()
    await verdict(editor).filter({ hasText: 'Checking the hosts' }).waitFor()
    await fits(editor)
    await page.unroute('**/numa/preview')
    await page.route(OUR_API, (route) => route.abort('connectionrefused'))
    await editor.locator('#numa-target').selectOption('auto')
    await verdict(editor).filter({ hasText: 'Not checked' }).waitFor()
    await editor.getByText('A guess: the service cannot be asked.').waitFor()
    await editor.locator('[data-node] [data-card="-1"]').waitFor()
  })

  test('has the memory of a VM that runs once', async () => {
    const name = await makeVmOn('epyc-nps4', 4, 2)
    const id = (await vmNamed(name))?.id
    const custom_property = [{ name: 'numa_nodeset', value: '5' }]
    const body = {
      custom_properties: { custom_property },
      placement_policy: { affinity: 'pinned' },
    }
    await engine(`/vms/${id}`, { method: 'PUT', body })
    await engine(`/vms/${id}/start`, { method: 'POST', body: {} })
    await expect
      .poll(async () => (await engine<{ status: string }>(`/vms/${id}`)).status)
      .toBe('up')
    const page = await portal()
    const editor = await openWishes(page, name)
    await editor.getByText('It runs here').waitFor()
    const bar = editor.locator('[data-node="5"] .numa-bar')
    await expect
      .poll(() => bar.getAttribute('aria-label'))
      .toMatch(/0 KiB promised, 4.09 GiB for this VM/)
    await engine(`/vms/${id}/stop`, { method: 'POST', body: {} })
  })
})

describe('the verdict', () => {
  test('is not green where the hook is missing, and leads to the hosts', async () => {
    const name = await makeVmOn('xeon-full', 0.5, 1)
    const page = await portal()
    const editor = await openWishes(page, name)
    await editor.locator('[data-wish=one]').click()
    const text = 'would start without NUMA on xeon-full: no hook there'
    await verdict(editor).filter({ hasText: text }).waitFor()
    expect(await verdict(editor).getAttribute('data-tone')).toBe('bad')
    await verdict(editor).getByRole('button').click()
    expect(await editor.locator('.numa-preview:focus').count()).toBe(1)
  })

  test('says what Save refused', async () => {
    expectErrors(/409/)
    const name = await makeVmOn('xeon-full', 0.5, 1)
    const page = await portal()
    const editor = await openWishes(page, name)
    await editor.locator('[data-wish=one]').click()
    await editor.getByRole('button', { name: 'Save', exact: true }).click()
    await verdict(editor)
      .filter({ hasText: /Not saved: .* could start without/ })
      .waitFor()
    expect(await editor.locator('body').textContent()).not.toMatch(/force=true|`command`/)
  })

  test('stays in sight while the page is scrolled, in the dialog too', async () => {
    const page = await portal({ height: 620 })
    await page.click('#ActionPanelView_NewVm')
    await toCluster(page, 'numa-lab')
    const tab = await openWishesTab(page)
    await tab.locator('[data-wish=one]').click()
    await fits(tab)
    await tab.locator('.numa-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    const bar = await verdict(tab).boundingBox()
    const button = await page.locator('#VmPopupView_OnSave > button').boundingBox()
    expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeLessThanOrEqual(button?.y ?? 0)
    expect(bar?.y ?? 0).toBeGreaterThan(100)
  })
})
