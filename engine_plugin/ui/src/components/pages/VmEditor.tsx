// SPDX-License-Identifier: Apache-2.0
/** One VM's settings, being edited: nothing is stored before Save. */
import { useMemo, useState } from 'react'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import { start } from '../../model/editing'
import type { Scene } from '../../model/edit'
import { asks } from '../../model/request'
import { dedicated, hostToShow } from '../../model/vm'
import { verdictOf } from '../../model/verdict'
import { Editor } from '../editor/Editor'
import { useAnswer } from '../editor/useAnswer'
import { useEdited } from '../editor/useEditor'
import { useEditing } from '../editor/useEditing'
import { Preview } from '../preview/Preview'
import { lead } from '../verdict/lead'
import { EditorFooter } from './EditorFooter'
import { SettingsNotices } from './SettingsNotices'
import { useCluster } from './useCluster'
import { useOwn } from './useOwn'
import { useMayChange } from './useMayChange'
import { useNoHost } from './useNoHost'
import { refusalOf, useSaving } from './useSaving'

interface Props {
  /** As they are stored now: others may have changed them meanwhile. */
  readonly latest: Settings
  readonly reload: () => void
}

export function VmEditor({ latest, reload }: Props) {
  const messages = useMessages()
  const { t } = messages
  const [settings, setSettings] = useState(latest)
  const [state, dispatch] = useEditing(
    () => start(latest.inputs, latest.hostId ?? ''),
    (next) => {
      if (next.history.now !== state.history.now) saving.clear()
    },
  )
  const mayChange = useMayChange(settings.id)
  const saving = useSaving(settings, (stored) => {
    setSettings(stored)
    dispatch({ type: 'adopt', inputs: stored.inputs })
    reload()
  })
  const cluster = useCluster(settings.clusterId ?? undefined)
  const own = useOwn(settings)
  const noHost = useNoHost(cluster.value, cluster.loading)
  const hosts = dedicated(cluster.value?.pictures ?? [], settings.wire.migration.hosts)
  const host = hostToShow(hosts, state.hostId)
  const scene = useMemo<Scene>(
    () => (host ? { vm: settings.vm, host } : { vm: settings.vm }),
    [settings.vm, host],
  )
  const subject = useMemo(() => ({ vm: settings.id }), [settings.id])
  const edited = useEdited(state, scene)
  const { inputs, errors } = edited
  const answering = useAnswer(subject, inputs, errors > 0)
  const refused = [...answering.problems, ...saving.problems]
  const verdict = verdictOf({
    asks: asks(inputs),
    byHand: state.byHand,
    halfTyped: edited.halfTyped,
    problems: [...edited.problems, ...answering.problems],
    refused: refusalOf(saving, messages),
    asking: answering.asking,
    failed: answering.error !== undefined,
    answer: answering.answer,
  })
  const locked = mayChange === 'no'
  return (
    <div className="numa-page numa-page-modal">
      <h1 className="numa-sr-only">{t('editor.title', { vm: settings.name })}</h1>
      <div className="numa-scroll">
        <SettingsNotices
          settings={settings}
          latest={latest}
          cluster={cluster.value}
          locked={locked}
          saving={saving}
        />
        <div className="numa-columns">
          <Editor
            edited={edited}
            answering={{ ...answering, problems: refused }}
            subject={subject}
            hosts={hosts}
            own={own}
            locked={locked}
            noHost={noHost}
            dispatch={dispatch}
          />
          <Preview subject={subject} inputs={inputs} errors={errors} answering={answering} />
        </div>
      </div>
      <EditorFooter
        settings={settings}
        edited={edited}
        saving={saving}
        verdict={verdict}
        locked={locked}
        onLead={(leads) => lead(leads, dispatch)}
      />
    </div>
  )
}
