// SPDX-License-Identifier: Apache-2.0
/** Where a VM's memory really is, in words, or why that is not known. */
import type { WireLies } from '../../api/wire'
import { useMessages } from '../../messages/messages'
import { liesOf } from '../../model/lies'
import { AskAgain } from './AskAgain'
import type { Own } from './useOwn'

export function Lying({ lies, own }: { lies: WireLies; own: Own }) {
  const { t, time, memory } = useMessages()
  const told = liesOf(lies)
  const host = own.hostName
  const amounts = [...(told?.kib ?? [])].map(([id, kib]) =>
    t('vm.lies.node', { node: id, memory: memory(kib) }),
  )
  return (
    <div className="numa-small">
      {told &&
        t('vm.lies.told', {
          nodes: told.nodes.toString(),
          host,
          time: time(told.at),
        })}{' '}
      {told && (amounts.length ? t('vm.lies.amounts', { amounts: amounts.join(', ') }) : '')}
      {!told && lies.state === 'before' && t('vm.lies.before', { host })}
      {!told && lies.state !== 'before' && t('vm.lies.unknown', { host })}{' '}
      <AskAgain host={own.host} name={host} />
    </div>
  )
}
