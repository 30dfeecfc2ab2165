// SPDX-License-Identifier: Apache-2.0
/**
 * Things of the engine that are known by their name alone: ids of those that have it.
 *
 * Decides that the whole name counts: the engine's search knows patterns, and takes no quotes
 * inside of quotes. VMs of two data centres may share a name.
 */
import type { Kind } from '../bridge/placesBridge'
import type { Client } from './client'

interface Listed {
  readonly id: string
  readonly name: string
}

export async function idsNamed(
  client: Client,
  kind: Kind,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const search = encodeURIComponent(`name="${name.replaceAll('"', '')}"`)
  const path = `/${kind}s?search=${search}`
  const { value } = await client.askEngine<{ readonly [key in Kind]?: readonly Listed[] }>(path, {
    signal,
  })
  return (value[kind] ?? []).filter((each) => each.name === name).map((each) => each.id)
}
