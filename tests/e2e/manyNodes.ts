// SPDX-License-Identifier: Apache-2.0
/**
 * A host larger than any that was captured: the service's answer about a cluster with the
 * nodes of its first host repeated.
 */
import type { Page } from 'playwright-core'

interface Node {
  id: number
  cpus: string
  distances: Record<string, number>
}

export async function manyNodes(page: Page, count: number): Promise<void> {
  await page.route('**/ovirt-engine-numa/api/v1/clusters/*/numa', async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    const found = body.capacity.find((host: { name: string }) => host.name === 'epyc-nps4')
    const nodes: Node[] = found.nodes
    found.nodes = Array.from({ length: count }, (_, id) => {
      const like = nodes[id % nodes.length] as Node
      const distances = Array.from({ length: count }, (_, to) => {
        const near = Math.floor(to / 8) === Math.floor(id / 8) ? 12 : 32
        return [`${to}`, to === id ? 10 : near] as const
      })
      return {
        ...like,
        id,
        cpus: `${id * 4}-${id * 4 + 3}`,
        distances: Object.fromEntries(distances),
      }
    })
    body.capacity = [found, ...body.capacity.filter((host: unknown) => host !== found)]
    await route.fulfill({ response, json: body })
  })
}
