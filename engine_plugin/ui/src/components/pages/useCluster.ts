// SPDX-License-Identifier: Apache-2.0
/** A cluster's nodes and set-up, by its id or, as a dialog has it, by its name. */
import { type ClusterNuma, clusterId, readCluster } from '../../api/hosts'
import { useApis } from '../frame/apiContext'
import { type Load, useAsk } from '../frame/useAsk'

const HOW = { freshMs: 5_000, partial: lacksHosts }

/** Hosts of which nothing came: the engine was asked, and has not answered about them. */
function lacksHosts({ capacity }: ClusterNuma): boolean {
  return capacity.some(({ problem }) => problem?.blames === 'engine')
}

export function useCluster(id: string | undefined): Load<ClusterNuma> {
  const { client } = useApis()
  const key = id ? ['cluster', id] : undefined
  return useAsk(key, (signal) => readCluster(client, id ?? '', signal), HOW)
}

export function useClusterNamed(name: string): Load<ClusterNuma> {
  const { client } = useApis()
  return useAsk(
    name ? ['cluster named', name] : undefined,
    async (signal) => readCluster(client, await clusterId(client, name, signal), signal),
    HOW,
  )
}
