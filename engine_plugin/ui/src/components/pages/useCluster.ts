// SPDX-License-Identifier: Apache-2.0
/** A cluster's nodes and set-up, by its id or, as a dialog has it, by its name. */
import { type ClusterNuma, clusterId, readCluster } from '../../api/hosts'
import { useApis } from '../frame/apiContext'
import { type Load, useAsk } from '../frame/useAsk'

const FRESH_MS = 5_000

export function useCluster(id: string | undefined): Load<ClusterNuma> {
  const { client } = useApis()
  const key = id ? ['cluster', id] : undefined
  return useAsk(key, (signal) => readCluster(client, id ?? '', signal), { freshMs: FRESH_MS })
}

export function useClusterNamed(name: string): Load<ClusterNuma> {
  const { client } = useApis()
  return useAsk(
    name ? ['cluster named', name] : undefined,
    async (signal) => readCluster(client, await clusterId(client, name, signal), signal),
    { freshMs: FRESH_MS },
  )
}
