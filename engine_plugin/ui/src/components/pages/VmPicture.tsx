// SPDX-License-Identifier: Apache-2.0
/** Where a VM lies, or would lie at its next start; and what each host says to that. */
import { Title } from '@patternfly/react-core'
import { useMemo } from 'react'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Scene } from '../../model/edit'
import { start } from '../../model/editing'
import { layOutTold, liesOf, ownOf } from '../../model/lies'
import { asks } from '../../model/request'
import { dedicated, hostToShow } from '../../model/vm'
import { verdictOf } from '../../model/verdict'
import { HostChoice } from '../editor/HostChoice'
import { Picture } from '../editor/Picture'
import { useAnswer } from '../editor/useAnswer'
import { useEdited, useLayout } from '../editor/useEditor'
import { useEditing } from '../editor/useEditing'
import { Preview } from '../preview/Preview'
import { lead } from '../verdict/lead'
import { Verdict } from '../verdict/Verdict'
import { Lying } from './Lying'
import { useCluster } from './useCluster'
import type { Own } from './useOwn'
import '../editor/editor.css'

export function VmPicture({ settings, own }: { settings: Settings; own: Own | undefined }) {
  const { t } = useMessages()
  const { inputs, vm, clusterId } = settings
  const [chosen, dispatch] = useEditing(() => start(inputs, settings.hostId ?? ''))
  const state = useMemo(() => start(inputs, chosen.hostId), [inputs, chosen.hostId])
  const cluster = useCluster(clusterId ?? undefined)
  const hosts = dedicated(cluster.value?.pictures ?? [], settings.wire.migration.hosts)
  const host = hostToShow(hosts, state.hostId)
  const scene = useMemo<Scene>(() => (host ? { vm, host } : { vm }), [vm, host])
  const subject = useMemo(() => ({ vm: settings.id }), [settings.id])
  const edited = useEdited(state, scene)
  const answering = useAnswer(subject, inputs, edited.errors > 0)
  const { answer, asking, error } = answering
  const would = useLayout(edited, answer, error !== undefined)
  if (!asks(inputs)) return null
  const ofHost = answer?.hosts.find((each) => each.id === host?.id)
  const runs = own !== undefined && own.host === host?.id
  const { lies } = settings.wire
  const told = runs && !own.told && lies ? liesOf(lies) : undefined
  const layout = told ? layOutTold({ ...edited, vm, host, answer: ofHost }, told) : would
  const lying = runs && (own.told || told !== undefined)
  const verdict = verdictOf({
    asks: true,
    byHand: false,
    halfTyped: 0,
    problems: [...edited.problems, ...answering.problems],
    asking,
    failed: error !== undefined,
    answer,
  })
  return (
    <>
      <Verdict verdict={verdict} onLead={(leads) => lead(leads, dispatch)} />
      {host && (
        <section className="numa-editor" aria-labelledby="numa-nodes-title">
          <Title headingLevel="h2" size="lg" id="numa-nodes-title">
            {t(lying ? 'vm.lies' : 'vm.wouldLie')}
          </Title>
          <HostChoice
            host={host}
            hosts={hosts}
            source={layout.source}
            asking={asking}
            refused={ofHost?.fits === false}
            runs={lying}
            dispatch={dispatch}
          />
          {runs && lies && <Lying lies={lies} own={own} />}
          <Picture
            edited={edited}
            layout={layout}
            host={host}
            own={told ? ownOf(layout) : runs ? own.nodes : undefined}
            locked
            dispatch={dispatch}
          />
        </section>
      )}
      <Preview
        subject={subject}
        inputs={inputs}
        errors={edited.errors}
        answering={answering}
        withDiff={false}
      />
    </>
  )
}
