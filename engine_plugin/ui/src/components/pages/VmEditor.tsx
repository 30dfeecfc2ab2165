// SPDX-License-Identifier: Apache-2.0
/** One VM's settings, being edited: nothing is stored before Save. */
import { useMemo, useState } from 'react'
import { readCluster } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Scene } from '../../model/edit'
import type { Inputs } from '../../model/request'
import { dedicated, hostToShow } from '../../model/vm'
import { Editor } from '../editor/Editor'
import { useEdited } from '../editor/useEditor'
import { useApis } from '../frame/apiContext'
import { useLoad } from '../frame/useLoad'
import { Preview } from '../preview/Preview'
import { EditorFooter } from './EditorFooter'
import { Note } from './Note'
import { SettingsNotices } from './SettingsNotices'
import { useSaving } from './useSaving'
import { useSuggestion } from './useSuggestion'

export function VmEditor({ settings, reload }: { settings: Settings; reload: () => void }) {
  const { t } = useMessages()
  const { client } = useApis()
  const [inputs, setInputs] = useState<Inputs>(settings.inputs)
  const [hostId, setHostId] = useState(settings.hostId ?? '')
  const saving = useSaving(settings)
  const { clusterId } = settings
  const cluster = useLoad(clusterId ?? undefined, (signal) =>
    readCluster(client, clusterId ?? '', signal),
  )
  const hosts = dedicated(cluster.value?.pictures ?? [], settings.wire.migration.hosts)
  const host = hostToShow(hosts, hostId)
  const scene = useMemo<Scene>(
    () => (host ? { vm: settings.vm, host } : { vm: settings.vm }),
    [settings.vm, host],
  )
  const edited = useEdited(inputs, scene)
  const change = (next: Inputs) => {
    setInputs(next)
    saving.clear()
  }
  const suggestion = useSuggestion(settings.id, (next, host) => {
    if (host) setHostId(host)
    change(next)
  })
  const refused = saving.problems.map((each) => problemOf(each))
  return (
    <div className="numa-page numa-page-modal">
      <h1 className="numa-sr-only">{t('editor.title', { vm: settings.name })}</h1>
      <div className="numa-scroll">
        <SettingsNotices settings={settings} inputs={inputs} saving={saving} reload={reload} />
        <Note text={suggestion.note} />
        <div className="numa-columns">
          <Editor
            edited={{ ...edited, problems: [...edited.problems, ...refused] }}
            hosts={hosts}
            onChange={(next) => {
              suggestion.clear()
              change(next)
            }}
            onHost={setHostId}
            onSuggest={suggestion.ask}
          />
          <Preview vmId={settings.id} inputs={inputs} errors={edited.errors} />
        </div>
      </div>
      <EditorFooter settings={settings} edited={edited} saving={saving} />
    </div>
  )
}
