// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab on a host's details: a map of its nodes, and who is bound to each. */
import { Alert, Button, Title } from '@patternfly/react-core'
import { type HostNuma, readHost } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import { useMessages } from '../../messages/messages'
import { liesOf } from '../../model/lies'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Legend } from '../frame/Legend'
import { Loading } from '../frame/Loading'
import { useAsk } from '../frame/useAsk'
import { HeatMap } from '../maps/HeatMap'
import { HostAdvice } from '../maps/HostAdvice'
import { HookLabel } from '../maps/HookLabel'
import { NodeTile } from '../maps/NodeTile'
import { VcpusLabel } from '../maps/VcpusLabel'
import { AskAgain } from './AskAgain'

export default function HostPage({ id }: { id: string }) {
  const { client } = useApis()
  const { value, error, reload } = useAsk<HostNuma>(
    ['host', id],
    (signal) => readHost(client, id, signal),
    {
      follow: true,
    },
  )
  return (
    <div className="numa-page">
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {value && <HostMap host={value} reload={reload} />}
      {!value && error === undefined && <Loading />}
    </div>
  )
}

function HostMap({ host, reload }: { host: HostNuma; reload: () => void }) {
  const messages = useMessages()
  const { t, memory } = messages
  const { nodes } = host.picture
  const sum = (of: (node: (typeof nodes)[number]) => number) =>
    nodes.reduce((total, node) => total + of(node), 0)
  return (
    <>
      <div className="numa-heading">
        <Title headingLevel="h1" size="xl">
          {t('host.title', { host: host.name })}
        </Title>
        <HookLabel state={host.hook} version={host.version} />
        <VcpusLabel vcpus={host.vcpus} />
        <Button variant="link" onClick={reload}>
          {t('app.reload')}
        </Button>
        <AskAgain host={host.id} name={host.name} />
      </div>
      {host.warnings.map((each) => {
        const { what, todo } = messages.problem(problemOf(each))
        return (
          <Alert key={each.code} component="p" variant="info" isInline title={what}>
            {todo}
          </Alert>
        )
      })}
      <p className="numa-small">
        {t('host.sum', {
          nodes: nodes.length,
          cpus: sum((node) => node.cpus.size),
          free: memory(sum((node) => node.availableKib)),
          total: memory(sum((node) => node.memoryKib)),
        })}
      </p>
      <div className="numa-map">
        <section className="numa-nodes" aria-label={t('nodes.title')}>
          {nodes.map((node) => (
            <NodeTile
              key={node.id}
              node={node}
              vms={host.vms.filter((vm) => liesOn(vm, node.id))}
            />
          ))}
        </section>
        <HeatMap host={host.picture} />
      </div>
      <Legend parts={['used', 'promised', 'free']} />
      <HostAdvice host={host} />
    </>
  )
}

/** By what it was promised; where the host chose its nodes, by what the host told of it. */
function liesOn(vm: HostNuma['vms'][number], node: number): boolean {
  if (vm.told) return `${node}` in vm.nodes
  return liesOf(vm.lies)?.nodes.has(node) ?? false
}
