// SPDX-License-Identifier: Apache-2.0
/** The nodes of every host of a cluster, as small bars. */
import type { ClusterNuma } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import { useMessages } from '../../messages/messages'
import { PlaceLink } from '../frame/PlaceLink'
import { MemoryBar } from '../frame/MemoryBar'
import { HookLabel } from './HookLabel'

export function CapacityTable({ cluster }: { cluster: ClusterNuma }) {
  const messages = useMessages()
  const { t, memory } = messages
  const stateOf = (id: string) => cluster.hosts.find((each) => each.id === id)
  return (
    <table className="numa-table">
      <thead>
        <tr>
          <th scope="col">{t('preview.host')}</th>
          <th scope="col">{t('cluster.hook')}</th>
          <th scope="col">{t('cluster.free')}</th>
          <th scope="col">{t('cluster.largest')}</th>
          <th scope="col" className="numa-wide">
            {t('cluster.nodes')}
          </th>
        </tr>
      </thead>
      <tbody>
        {cluster.capacity.map(({ host: id, name, problem, warnings }) => {
          const nodes = cluster.pictures.find((each) => each.id === id)?.nodes ?? []
          const free = nodes.map((node) => node.availableKib)
          const { hook = 'unknown', version = null, differs = false } = stateOf(id) ?? {}
          return (
            <tr key={id}>
              <th scope="row">
                <PlaceLink what="hosts" name={name} />
              </th>
              <td>
                <HookLabel state={hook} version={version} differs={differs} />
              </td>
              <td className="numa-number">{memory(free.reduce((sum, kib) => sum + kib, 0))}</td>
              <td className="numa-number">{memory(Math.max(0, ...free))}</td>
              <td>
                {problem && <p>{messages.problem(problemOf(problem)).what}</p>}
                {warnings.map((each) => (
                  <p key={each.code} className="numa-small">
                    {messages.problem(problemOf(each)).what}
                  </p>
                ))}
                <div className="numa-mini">
                  {nodes.map((node) => (
                    <MemoryBar key={node.id} node={node} askedKib={0} />
                  ))}
                </div>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
