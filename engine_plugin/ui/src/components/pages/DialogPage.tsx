// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab inside WebAdmin's Add/Edit VM dialog. */
import { readSettings } from '../../api/settings'
import type { BridgeFrame, DialogBridge } from '../../bridge/dialogBridge'
import { useMessages } from '../../messages/messages'
import { type Editing, start } from '../../model/editing'
import { asks } from '../../model/request'
import { verdictOf } from '../../model/verdict'
import { dedicated, hostToShow } from '../../model/vm'
import { Editor } from '../editor/Editor'
import { useAnswer } from '../editor/useAnswer'
import { useEdited } from '../editor/useEditor'
import { useEditing } from '../editor/useEditing'
import { useApis } from '../frame/apiContext'
import { useAsk } from '../frame/useAsk'
import { Preview } from '../preview/Preview'
import { lead } from '../verdict/lead'
import { Verdict } from '../verdict/Verdict'
import { DialogNotices } from './DialogNotices'
import { useClusterNamed } from './useCluster'
import { useDialogState } from './useDialogState'
import { useMayChange } from './useMayChange'
import { useNoHost } from './useNoHost'
import { useDialogScene, useDialogSubject } from './useDialogVm'
import { useOwn } from './useOwn'
import { useWriting } from './useWriting'

export default function DialogPage() {
  const bridge = (window.frameElement as BridgeFrame | null)?.ovirtNuma
  return bridge ? <InDialog bridge={bridge} /> : null
}

function InDialog({ bridge }: { bridge: DialogBridge }) {
  const { t } = useMessages()
  const { client } = useApis()
  const [state, dispatch] = useEditing(
    () => found(bridge),
    (next) => {
      bridge.hold(next.history.now, JSON.stringify(next.drafts))
      bridge.keep(next)
    },
  )
  const dialog = useDialogState(bridge, dispatch)
  const vmId = dialog.kind === 'vm' ? dialog.vmId : undefined
  const settings = useAsk(vmId ? ['settings', vmId] : undefined, (signal) =>
    readSettings(client, vmId ?? '', signal),
  )
  const cluster = useClusterNamed(dialog.cluster)
  const mayChange = useMayChange(vmId)
  const own = useOwn(settings.value)
  const hosts = dedicated(cluster.value?.pictures ?? [], dialog.hosts)
  const host = hostToShow(hosts, state.hostId)
  const scene = useDialogScene(dialog, settings.value?.vm, host)
  const subject = useDialogSubject(dialog, settings.value, cluster.value)
  const edited = useEdited(state, scene)
  const { inputs, errors } = edited
  const answering = useAnswer(subject, inputs, errors > 0)
  useWriting(bridge, edited)
  const verdict = verdictOf({
    asks: asks(inputs),
    byHand: state.byHand,
    halfTyped: edited.halfTyped,
    problems: [...edited.problems, ...answering.problems],
    ...(dialog.refused ? { refused: t('notice.refused') } : {}),
    asking: answering.asking || cluster.loading,
    failed: answering.error !== undefined || cluster.error !== undefined,
    answer: answering.answer,
  })
  const undefinedHere = dialog.ready && !(dialog.defined.nodeset || dialog.defined.topology)
  const locked = dialog.locked || undefinedHere || mayChange === 'no'
  const noHost = useNoHost(cluster.value, cluster.loading, dialog.hosts)
  return (
    <div className="numa-page numa-page-tab">
      <div className="numa-scroll">
        <h1 className="numa-sr-only">NUMA</h1>
        <DialogNotices
          state={dialog}
          inputs={inputs}
          cluster={cluster.value}
          settings={settings.value}
          readOnly={mayChange === 'no'}
          clusterError={cluster.error}
          onHostTab={() => bridge.toHostTab()}
        />
        <Editor
          edited={edited}
          answering={answering}
          subject={subject}
          hosts={hosts}
          own={own}
          locked={locked}
          noHost={noHost}
          dispatch={dispatch}
        />
        {subject && (
          <Preview subject={subject} inputs={inputs} errors={errors} answering={answering} />
        )}
      </div>
      <footer className="numa-footer">
        <Verdict verdict={verdict} onLead={(leads) => lead(leads, dispatch)} />
      </footer>
    </div>
  )
}

/** As it was when WebAdmin took the page away, unless the dialog has other texts by now. */
function found(bridge: DialogBridge): Editing {
  const { inputs } = bridge.state()
  const kept = bridge.kept() as Editing | undefined
  const same = kept && JSON.stringify(kept.history.now) === JSON.stringify(inputs)
  return same ? kept : start(inputs)
}
