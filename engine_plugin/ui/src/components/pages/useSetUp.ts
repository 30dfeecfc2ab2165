// SPDX-License-Identifier: Apache-2.0
/** Whether a cluster is ready for VMs with NUMA settings, said before they are saved. */
import type { ClusterNuma } from '../../api/hosts'
import { useMessages } from '../../messages/messages'
import { NEEDED_PROPERTIES, propertyGood } from '../maps/SetUp'
import type { Said } from './Notices'

/** `only`: ids or names of the hosts that the VM is dedicated to. */
export function useSetUp(
  cluster: ClusterNuma | undefined,
  only: readonly string[],
): readonly Said[] {
  const { t } = useMessages()
  if (!cluster) return []
  const hosts = cluster.hosts.filter(
    (host) => !only.length || only.includes(host.id) || only.includes(host.name),
  )
  const named = (states: readonly string[]) =>
    hosts
      .filter((host) => states.includes(host.hook))
      .map((host) => host.name)
      .join(', ')
  const gone = Object.entries(cluster.properties)
    .filter(([name, { state }]) => NEEDED_PROPERTIES.includes(name) && !propertyGood(state))
    .map(([name]) => name)
    .join(', ')
  const [bare, old] = [named(['missing', 'foreign']), named(['old', 'partial'])]
  return [
    [
      gone !== '',
      'danger',
      t('notice.undefined', { names: gone, level: cluster.level, cluster: cluster.name }),
    ],
    [bare !== '', 'warning', t('notice.hooksMissing', { hosts: bare })],
    [old !== '', 'warning', t('notice.hooksOld', { hosts: old })],
  ]
}
