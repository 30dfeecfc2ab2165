// SPDX-License-Identifier: Apache-2.0
/** What only a host knows, on the pages: where a VM lies, how the host's settings are, its last start. */
import { afterEach, describe, expect, test } from 'vitest'
import { engine, makeVm, openPlace, portal, vmNamed } from './world'

const started: string[] = []

afterEach(async () => {
  for (const id of started.splice(0)) await engine(`/vms/${id}/stop`, { method: 'POST', body: {} })
})

/** A VM on `auto:1` that runs on epyc-nps4, of which the host has told nothing yet. */
async function running(nodeset = 'auto:1'): Promise<string> {
  const name = await makeVm(2, 2)
  const id = (await vmNamed(name))?.id ?? ''
  const { host = [] } = await engine<{ host?: { id: string }[] }>('/hosts?search=name%3Depyc-nps4')
  const custom_property = [{ name: 'numa_nodeset', value: nodeset }]
  const body = {
    custom_properties: { custom_property },
    placement_policy: { affinity: 'pinned', hosts: { host: [{ id: host[0]?.id }] } },
  }
  await engine(`/vms/${id}`, { method: 'PUT', body })
  await engine(`/vms/${id}/start`, { method: 'POST', body: {} })
  started.push(id)
  await expect.poll(async () => (await engine<{ status: string }>(`/vms/${id}`)).status).toBe('up')
  return name
}

describe("a VM's page", () => {
  test('says that the host has told nothing yet, and shows where it lies once it was asked', async () => {
    const name = await running()
    const page = await portal()
    const vm = await openPlace(page, 'vms', name)
    await vm.getByRole('heading', { name: 'Where it would lie' }).waitFor()
    await vm.getByText('has told nothing of it yet').waitFor()
    await vm.getByRole('button', { name: 'Ask epyc-nps4 again' }).click()
    await vm.getByRole('heading', { name: 'Where it lies' }).waitFor()
    const said = await vm.getByText(/On node \d+, as epyc-nps4 told it/).innerText()
    const node = /On node (\d+)/.exec(said)?.[1]
    await vm.locator(`[data-node="${node}"] [data-card="-1"]`).waitFor()
    expect(await vm.locator('.numa-picture[data-source=told]').count()).toBe(1)
    const host = await openPlace(page, 'hosts', 'epyc-nps4')
    await host
      .locator('.numa-node', { has: host.getByRole('heading', { name: `Node ${node}` }) })
      .getByText(name)
      .waitFor()
  })

  test('has the decision of its last start, host by host', async () => {
    const { scheduling_policy = [] } = await engine<{
      scheduling_policy?: { id: string; name: string }[]
    }>('/schedulingpolicies')
    const { cluster = [] } = await engine<{
      cluster?: { id: string; name: string; scheduling_policy: { id: string } }[]
    }>('/clusters')
    const lab = cluster.find((each) => each.name === 'numa-lab')
    const ours = scheduling_policy.find(
      (each) => each.name.startsWith('none') && each.name !== 'none',
    )
    const policy = (id: string | undefined) =>
      engine(`/clusters/${lab?.id}`, { method: 'PUT', body: { scheduling_policy: { id } } })
    await policy(ours?.id)
    try {
      const name = await makeVm(40, 2)
      const id = (await vmNamed(name))?.id ?? ''
      const custom_property = [{ name: 'numa_nodeset', value: 'auto:1' }]
      const body = {
        custom_properties: { custom_property },
        placement_policy: { affinity: 'pinned' },
      }
      await engine(`/vms/${id}`, { method: 'PUT', body })
      await engine(`/vms/${id}/start`, { method: 'POST', body: {} })
      started.push(id)
      await expect
        .poll(async () => (await engine<{ status: string }>(`/vms/${id}`)).status)
        .toBe('up')
      const page = await portal()
      const vm = await openPlace(page, 'vms', name)
      await vm.getByRole('heading', { name: /^The last start, / }).waitFor()
      const rows = await vm
        .locator('[aria-labelledby=numa-decision-title] tbody tr')
        .allInnerTexts()
      expect(rows.filter((row) => /chosen\s+on \d/.test(row))).toHaveLength(1)
      expect(rows.find((row) => row.startsWith('xeon-full'))).toMatch(/not asked|passed over/)
      expect(rows.filter((row) => /would do/.test(row))).not.toHaveLength(0)
    } finally {
      await policy(lab?.scheduling_policy.id)
    }
  })
})

test("a host's page has what follows from its settings, and what to run where it does not tell", async () => {
  const page = await portal()
  const host = await openPlace(page, 'hosts', 'epyc-2of8')
  await host.getByRole('heading', { name: 'Settings of the host' }).waitFor()
  await host
    .getByText(/ksm: pages of bound VMs are merged/)
    .first()
    .waitFor()
  await host.getByText(/settings, as the host told them/).click()
  await host.getByText('numa_balancing', { exact: true }).waitFor()
  const other = await openPlace(page, 'hosts', 'xeon-full')
  await other.getByText('Run “numa-domain host --advise” there').waitFor()
})
