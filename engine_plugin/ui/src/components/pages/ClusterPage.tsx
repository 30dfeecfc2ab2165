// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab on a cluster's details: set-up, capacity, and the state of its VMs. */
import { Button, Title } from '@patternfly/react-core'
import { type ClusterNuma, readCluster } from '../../api/hosts'
import { useMessages } from '../../messages/messages'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { useAsk } from '../frame/useAsk'
import { CapacityTable } from '../maps/CapacityTable'
import { ClusterVms } from '../maps/ClusterVms'
import { NextStep } from '../maps/NextStep'
import { SetUp } from '../maps/SetUp'

export default function ClusterPage({ id }: { id: string }) {
  const { client } = useApis()
  const { value, error, reload } = useAsk<ClusterNuma>(['cluster', id], (signal) =>
    readCluster(client, id, signal),
  )
  return (
    <div className="numa-page">
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {value && <Shown cluster={value} reload={reload} />}
      {!value && error === undefined && <Loading />}
    </div>
  )
}

function Shown({ cluster, reload }: { cluster: ClusterNuma; reload: () => void }) {
  const { t } = useMessages()
  return (
    <>
      <div className="numa-heading">
        <Title headingLevel="h1" size="xl">
          {t('cluster.title', { cluster: cluster.name })}
        </Title>
        <Button variant="link" onClick={reload}>
          {t('app.reload')}
        </Button>
      </div>
      <SetUp cluster={cluster} />
      <NextStep cluster={cluster} />
      <Title headingLevel="h2" size="lg">
        {t('cluster.capacity')}
      </Title>
      <CapacityTable cluster={cluster} />
      <Title headingLevel="h2" size="lg">
        {t('cluster.vms')}
      </Title>
      <ClusterVms name={cluster.name} />
    </>
  )
}
