// SPDX-License-Identifier: Apache-2.0
/** VMs as a table that can be sorted by each column. */
import { Label } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import type { MessageKey } from '../../messages/en'
import { useMessages } from '../../messages/messages'
import { COLUMNS, type Column, type Order, type Row } from '../../model/vmRows'
import { PlaceLink } from '../frame/PlaceLink'

export const STATE_LOOKS = {
  problem: { color: 'red', text: 'cluster.state.trouble' },
  set: { color: 'green', text: 'cluster.state.bound' },
  none: { color: 'grey', text: 'cluster.state.unbound' },
} as const

const HEADS: Readonly<Record<Column, MessageKey>> = {
  name: 'cluster.vm',
  state: 'cluster.state',
  nodeset: 'vm.nodeset',
  topology: 'vm.topology',
  reasons: 'preview.reason',
}

interface Props {
  readonly rows: readonly Row[]
  readonly order: Order
  readonly onOrder: (order: Order) => void
}

export function VmTable({ rows, order, onOrder }: Props) {
  const { t } = useMessages()
  return (
    <Table variant="compact" aria-label={t('cluster.vms')}>
      <Thead>
        <Tr>
          {COLUMNS.map((column, columnIndex) => (
            <Th
              key={column}
              modifier="nowrap"
              sort={{
                columnIndex,
                sortBy: {
                  index: COLUMNS.indexOf(order.column),
                  direction: order.down ? 'desc' : 'asc',
                },
                onSort: (_, __, direction) => onOrder({ column, down: direction === 'desc' }),
              }}
            >
              {t(HEADS[column])}
            </Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr key={row.id}>
            <Th scope="row" dataLabel={t('cluster.vm')}>
              <PlaceLink what="vms" name={row.name} />
            </Th>
            <Td dataLabel={t('cluster.state')}>
              <Label color={STATE_LOOKS[row.state].color} isCompact>
                {t(STATE_LOOKS[row.state].text)}
              </Label>
            </Td>
            <Td dataLabel={t('vm.nodeset')} className="numa-nowrap">
              <code>{row.nodeset}</code>
            </Td>
            <Td dataLabel={t('vm.topology')}>
              <code>{row.topology}</code>
            </Td>
            <Td dataLabel={t('preview.reason')}>
              {row.reasons.map((reason) => (
                <p key={reason}>{reason}</p>
              ))}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}
