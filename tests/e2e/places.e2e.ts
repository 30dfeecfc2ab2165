// SPDX-License-Identifier: Apache-2.0
/** The NUMA tabs on details that were opened by their address, and the browser's history. */
import type { FrameLocator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { engine, expectErrors, makeVm, openPlace, portal } from './world'

const hash = (page: Page) => page.evaluate(() => location.hash)

async function toTab(page: Page, token: string): Promise<FrameLocator> {
  await page.locator(`.nav-tabs a[href="#${token}"]`).click()
  return page.frameLocator('.place iframe')
}

/** What stands above the details and what our tab is about. */
async function both(page: Page): Promise<[string, string]> {
  const ours = page.frameLocator('.place iframe').locator('h1')
  const crumb = page.locator('.breadcrumb li').last()
  return [(await crumb.textContent()) ?? '', (await ours.textContent()) ?? '']
}

test.each([
  ['a VM', '#vms-general;name=db-strict', 'numa-vm', 'NUMA settings of db-strict'],
  ['a host', '#hosts-general;name=xeon-cxl', 'numa-host', 'NUMA nodes of xeon-cxl'],
  ['a cluster', '#clusters-general;name=numa-lab', 'numa-cluster', 'NUMA in cluster numa-lab'],
])('%s that was opened by its address is shown', async (_, address, token, heading) => {
  const page = await portal({ hash: address })
  const tab = await toTab(page, token)
  await tab.getByRole('heading', { name: heading }).waitFor()
})

test('a reload, or a bookmark, of our tab shows the same', async () => {
  const page = await portal({ hash: '#hosts-general;name=xeon-cxl' })
  const tab = await toTab(page, 'numa-host')
  await tab.getByRole('heading', { name: 'NUMA nodes of xeon-cxl' }).waitFor()
  expect(await hash(page)).toBe('#numa-host;name=xeon-cxl')
  await page.reload()
  await tab.getByRole('heading', { name: 'NUMA nodes of xeon-cxl' }).waitFor()
})

test('a name with letters of any kind is found', async () => {
  const name = await makeVm(8, 4, `e2e-bücher_ß.${Date.now().toString(36)}`)
  const page = await portal({
    hash: `#${encodeURI(`vms-general;name=${encodeURIComponent(name)}`)}`,
  })
  const tab = await toTab(page, 'numa-vm')
  await tab.getByRole('heading', { name: `NUMA settings of ${name}` }).waitFor()
  await page.reload()
  await tab.getByRole('heading', { name: `NUMA settings of ${name}` }).waitFor()
})

describe('a name', () => {
  test('that nothing has is said', async () => {
    const page = await portal({ hash: '#numa-host;name=gone' })
    const tab = page.frameLocator('.place iframe')
    await tab.getByText("The engine shows you no host named 'gone'.").waitFor()
  })

  test('that several VMs have is said', async () => {
    const page = await portal()
    await page.route('**/ovirt-engine/api/vms?search=*', async (route) => {
      const vm = ['1', '2'].map((id) => ({ id, name: 'twins' }))
      await route.fulfill({ json: { vm } })
    })
    await page.evaluate(() => (location.hash = '#numa-vm;name=twins'))
    await page.reload()
    const tab = page.frameLocator('.place iframe')
    await tab.getByText("2 of the engine's entries (virtual machine) are named 'twins'.").waitFor()
  })

  test('that is not there at all is said', async () => {
    const page = await portal({ hash: '#numa-cluster' })
    const tab = page.frameLocator('.place iframe')
    await tab.getByText('No cluster is selected. Go to the list').waitFor()
  })

  test('that cannot be looked up is said, and another try works', async () => {
    expectErrors(/ERR_CONNECTION_REFUSED/)
    const page = await portal()
    const engineApi = '**/ovirt-engine/api/hosts?search=*'
    await page.route(engineApi, (route) => route.abort('connectionrefused'))
    await page.evaluate(() => (location.hash = '#numa-host;name=epyc-nps4'))
    await page.reload()
    const tab = page.frameLocator('.place iframe')
    await tab.getByText('This could not be loaded').waitFor()
    await page.unroute(engineApi)
    await tab.getByRole('button', { name: 'Try again' }).click()
    await tab.getByRole('heading', { name: 'NUMA nodes of epyc-nps4' }).waitFor()
  })
})

test.each([
  ['by its address', '#hosts-general;name=epyc-nps4'],
  ['from the list', ''],
])('the next host is shown below its name, and Back keeps both: opened %s', async (_, address) => {
  const { host = [] } = await engine<{ host?: { name: string }[] }>('/hosts?max=200')
  const names = host.map((each) => each.name)
  const first = names.indexOf('epyc-nps4')
  const page = await portal({ hash: address })
  if (address) await toTab(page, 'numa-host')
  else await openPlace(page, 'hosts', 'epyc-nps4')
  const at = (index: number) => [names[index], `NUMA nodes of ${names[index]}`]
  await expect.poll(() => both(page)).toEqual(at(first))
  await page.keyboard.press('ArrowUp')
  await expect.poll(() => both(page)).toEqual(at(first - 1))
  expect(await hash(page)).toBe(`#numa-host;name=${names[first - 1]}`)
  await page.evaluate(() => history.back())
  await page.waitForTimeout(500)
  const [name, heading] = await both(page)
  expect(heading).toBe(`NUMA nodes of ${name}`)
  expect(await hash(page)).toBe(`#numa-host;name=${name}`)
})
