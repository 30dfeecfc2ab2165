// SPDX-License-Identifier: Apache-2.0
/** Whether a cluster is ready for VMs with NUMA settings. */
import { Label } from '@patternfly/react-core'
import type { ClusterNuma } from '../../api/hosts'
import { useMessages } from '../../messages/messages'
import { Facts } from '../pages/Facts'

export const NEEDED_PROPERTIES: readonly string[] = ['numa_nodeset', 'numa_topology']

export const propertyGood = (state: string): boolean => state === 'ok' || state === 'other'

export function SetUp({ cluster }: { cluster: ClusterNuma }) {
  const { t } = useMessages()
  const without = cluster.hosts.filter((host) => host.hook !== 'ok')
  const properties = Object.entries(cluster.properties).map(([name, { state }]) => {
    const good = propertyGood(state)
    const text = good
      ? t('cluster.property.yes')
      : t('cluster.property.no', { level: cluster.level })
    return [
      t('cluster.property', { name }),
      <Label key={name} color={good ? 'green' : 'red'}>
        {state === 'wrong' ? t('cluster.property.wrong') : text}
      </Label>,
    ] as const
  })
  const loose = cluster.hosts.filter((host) => host.vcpus.state !== 'held')
  const names = without.map((host) => host.name).join(', ')
  return (
    <section className="numa-tile" aria-label={t('cluster.setup')}>
      <Facts
        facts={[
          ...properties,
          [
            t('cluster.hook'),
            <Label key="hook" color={without.length ? 'orange' : 'green'}>
              {without.length
                ? t('cluster.hook.missing', { hosts: names })
                : t('cluster.hook.all', { count: cluster.hosts.length })}
            </Label>,
          ],
          [
            t('vcpus.name'),
            <Label key="vcpus" color={loose.length ? 'orange' : 'green'}>
              {loose.length
                ? t('cluster.vcpus.loose', { hosts: loose.map((host) => host.name).join(', ') })
                : t('cluster.vcpus.held', { count: cluster.hosts.length })}
            </Label>,
          ],
        ]}
      />
    </section>
  )
}
