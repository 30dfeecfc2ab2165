// SPDX-License-Identifier: Apache-2.0
/**
 * What a VM that runs holds of its host's nodes, as far as the engine knows it.
 *
 * Decides nothing: the service tells it of every VM that is bound to nodes; where the host chose
 * them, it is what the host told last.
 */
import { useMemo } from 'react'
import { readHost } from '../../api/hosts'
import type { Settings } from '../../api/settings'
import { useApis } from '../frame/apiContext'
import { useAsk } from '../frame/useAsk'

export interface Own {
  readonly host: string
  readonly hostName: string
  readonly nodes: ReadonlyMap<number, number>
  /** False where the host chose the nodes. */
  readonly told: boolean
  /** Whether anything is known of what it holds. */
  readonly known: boolean
}

export function useOwn(settings: Settings | undefined): Own | undefined {
  const { client } = useApis()
  const host = settings?.hostId ?? undefined
  const { value } = useAsk(host ? ['host', host] : undefined, (signal) =>
    readHost(client, host ?? '', signal),
  )
  return useMemo(() => {
    const vm = value?.vms.find((each) => each.id === settings?.id)
    if (!value) return undefined
    const told = vm?.told ?? true
    const kib = (told ? vm?.nodes : vm?.lies.kib) ?? {}
    const nodes = new Map(Object.entries(kib).map(([id, amount]) => [Number(id), amount]))
    const known = told || nodes.size > 0
    return { host: value.id, hostName: value.name, nodes, told, known }
  }, [value, settings?.id])
}
