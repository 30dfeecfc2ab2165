// SPDX-License-Identifier: Apache-2.0
/** Which VMs of a cluster are bound, unbound or in trouble: all of them, searched and sorted. */
import { Button, TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useMemo, useState } from 'react'
import { clusterVms } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import type { WireVmRow } from '../../api/wire'
import { type Messages, useMessages } from '../../messages/messages'
import { type Order, type Row, STATES, type State, shownRows } from '../../model/vmRows'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { useAsk } from '../frame/useAsk'
import { STATE_LOOKS, VmTable } from './VmTable'

/** Drawn at once; the rest when somebody wants it. */
const AT_ONCE = 200

export function ClusterVms({ name }: { name: string }) {
  const { client } = useApis()
  const { value, error, reload } = useAsk(
    ['vms', name],
    (signal) => clusterVms(client, name, signal),
    { follow: true },
  )
  if (error !== undefined) return <Failure error={error} onRetry={reload} />
  return value ? <Listed vms={value} /> : <Loading />
}

function Listed({ vms }: { vms: readonly WireVmRow[] }) {
  const messages = useMessages()
  const { t } = messages
  const [search, setSearch] = useState('')
  const [states, setStates] = useState<ReadonlySet<State>>(new Set())
  const [order, setOrder] = useState<Order>({ column: 'state', down: false })
  const [most, setMost] = useState(AT_ONCE)
  const rows = useMemo(() => vms.map((vm) => rowOf(vm, messages)), [vms, messages])
  if (!rows.length) return <p>{t('cluster.noVms')}</p>
  const found = shownRows(rows, search, states, order)
  const toggle = (state: State) =>
    setStates((old) => new Set(STATES.filter((each) => old.has(each) !== (each === state))))
  return (
    <>
      <div className="numa-filters">
        <TextInput
          type="search"
          className="numa-search"
          aria-label={t('cluster.search')}
          placeholder={t('cluster.search')}
          value={search}
          onChange={(_, text) => setSearch(text)}
        />
        <ToggleGroup aria-label={t('cluster.state')}>
          {STATES.map((state) => (
            <ToggleGroupItem
              key={state}
              buttonId={`numa-state-${state}`}
              text={`${t(STATE_LOOKS[state].text)} (${rows.filter((r) => r.state === state).length})`}
              isSelected={states.has(state)}
              onChange={() => toggle(state)}
            />
          ))}
        </ToggleGroup>
        <span className="numa-small" role="status">
          {t('cluster.shown', { count: found.length, all: rows.length })}
        </span>
      </div>
      <VmTable rows={found.slice(0, most)} order={order} onOrder={setOrder} />
      {found.length > most && (
        <Button variant="secondary" onClick={() => setMost(most + AT_ONCE)}>
          {t('host.more', { count: found.length - most })}
        </Button>
      )}
    </>
  )
}

function rowOf(vm: WireVmRow, messages: Messages): Row {
  return {
    id: vm.id,
    name: vm.name,
    state: vm.state,
    nodeset: vm.request?.nodeset ?? '',
    topology: vm.request?.topology ?? '',
    reasons: vm.problems.map((each) => messages.problem(problemOf(each, 'warning')).what),
  }
}
