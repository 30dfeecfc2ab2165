// SPDX-License-Identifier: Apache-2.0
/** What is to be done next, until VMs of the cluster start with their NUMA settings. */
import { Alert } from '@patternfly/react-core'
import type { ClusterNuma } from '../../api/hosts'
import { useMessages } from '../../messages/messages'

export function NextStep({ cluster }: { cluster: ClusterNuma }) {
  const { t } = useMessages()
  const named = (hosts: ClusterNuma['hosts']) => hosts.map((host) => host.name).join(', ')
  if (cluster.command) {
    return (
      <Alert component="p" variant="warning" isInline title={t('cluster.command')}>
        <code>{cluster.command}</code>
      </Alert>
    )
  }
  const bare = named(cluster.hosts.filter((host) => host.hook !== 'ok'))
  const loose = named(cluster.hosts.filter((host) => host.vcpus.state !== 'held'))
  if (bare) {
    return (
      <Alert
        component="p"
        variant="warning"
        isInline
        title={t('cluster.next.hook', { hosts: bare })}
      />
    )
  }
  if (loose) {
    return (
      <Alert
        component="p"
        variant="info"
        isInline
        title={t('cluster.next.vcpus', { hosts: loose })}
      />
    )
  }
  return <Alert component="p" variant="success" isInline title={t('cluster.next.none')} />
}
