// SPDX-License-Identifier: Apache-2.0
/** Which VMs of a cluster are bound, unbound or in trouble. */
import { Button, Label } from '@patternfly/react-core'
import { useState } from 'react'
import { clusterVms } from '../../api/hosts'
import type { WireVmRow } from '../../api/wire'
import { useMessages } from '../../messages/messages'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { useLoad } from '../frame/useLoad'

const STATES = {
  problem: { color: 'red', text: 'cluster.state.trouble' },
  set: { color: 'green', text: 'cluster.state.bound' },
  none: { color: 'grey', text: 'cluster.state.unbound' },
} as const

/** Trouble first. */
const ORDER = Object.keys(STATES)

export function ClusterVms({ name }: { name: string }) {
  const { t } = useMessages()
  const { client } = useApis()
  const [page, setPage] = useState(1)
  const key = JSON.stringify([name, page])
  const { value, error, reload } = useLoad(key, (signal) => clusterVms(client, name, page, signal))
  if (error !== undefined) return <Failure error={error} onRetry={reload} />
  if (!value) return <Loading />
  if (!value.vms.length) return <p>{t('cluster.noVms')}</p>
  const rank = (vm: WireVmRow) => ORDER.indexOf(vm.state)
  const vms = [...value.vms].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
  return (
    <>
      <table className="numa-table">
        <thead>
          <tr>
            <th scope="col">{t('cluster.vm')}</th>
            <th scope="col">{t('cluster.state')}</th>
            <th scope="col">{t('vm.nodeset')}</th>
            <th scope="col">{t('vm.topology')}</th>
            <th scope="col">{t('preview.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {vms.map((vm) => (
            <tr key={vm.id}>
              <th scope="row">{vm.name}</th>
              <td>
                <Label color={STATES[vm.state].color} isCompact>
                  {t(STATES[vm.state].text)}
                </Label>
              </td>
              <td className="numa-nowrap">
                <code>{vm.request?.nodeset}</code>
              </td>
              <td>
                <code>{vm.request?.topology}</code>
              </td>
              <td>{vm.problems.map((each) => each.message).join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="numa-pages">
        {page > 1 && (
          <Button variant="secondary" onClick={() => setPage(page - 1)}>
            {t('page.previous')}
          </Button>
        )}
        {value.more && (
          <Button variant="secondary" onClick={() => setPage(page + 1)}>
            {t('page.next')}
          </Button>
        )}
      </p>
    </>
  )
}
