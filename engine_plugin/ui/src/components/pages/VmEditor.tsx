// SPDX-License-Identifier: Apache-2.0
/** One VM's settings, being edited: nothing is stored before Save. */
import { useMemo, useState } from 'react'
import { readCluster } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import { type Settings, suggestion } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Scene } from '../../model/edit'
import type { Inputs } from '../../model/request'
import { hostToShow } from '../../model/vm'
import { Editor } from '../editor/Editor'
import { useEdited } from '../editor/useEditor'
import { useApis } from '../frame/apiContext'
import { useLoad } from '../frame/useLoad'
import { Preview } from '../preview/Preview'
import { EditorFooter } from './EditorFooter'
import { SettingsNotices } from './SettingsNotices'
import { useSaving } from './useSaving'

export function VmEditor({ settings, reload }: { settings: Settings; reload: () => void }) {
  const { t } = useMessages()
  const { client } = useApis()
  const [inputs, setInputs] = useState<Inputs>(settings.inputs)
  const [hostId, setHostId] = useState(settings.hostId ?? settings.wire.migration.hosts[0] ?? '')
  const [note, setNote] = useState('')
  const saving = useSaving(settings)
  const { clusterId } = settings
  const cluster = useLoad(clusterId ?? undefined, (signal) =>
    readCluster(client, clusterId ?? '', signal),
  )
  const hosts = cluster.value?.pictures ?? []
  const host = hostToShow(hosts, hostId)
  const scene = useMemo<Scene>(
    () => (host ? { vm: settings.vm, host } : { vm: settings.vm }),
    [settings.vm, host],
  )
  const edited = useEdited(inputs, scene)
  const change = (next: Inputs) => {
    setInputs(next)
    setNote('')
    saving.clear()
  }
  const suggest = async () => {
    try {
      const found = await suggestion(client, settings.id)
      if (!found.suggestion) {
        setNote(found.refusals.map((each) => `${each.host}: ${each.message}`).join(' '))
        return
      }
      const { request, why } = found.suggestion
      if (found.host) setHostId(found.host.id)
      change({ nodeset: request.numa_nodeset ?? '', topology: request.numa_topology ?? '' })
      setNote(t('cells.suggested', { why: why.join('; ') }))
    } catch (error) {
      saving.fail(error)
    }
  }
  const refused = saving.problems.map((each) => problemOf(each))
  return (
    <div className="numa-page numa-page-modal">
      <h1 className="numa-sr-only">{t('editor.title', { vm: settings.name })}</h1>
      <div className="numa-scroll">
        <SettingsNotices settings={settings} inputs={inputs} saving={saving} reload={reload} />
        {note && (
          <p className="numa-note" role="status">
            {note}
          </p>
        )}
        <div className="numa-columns">
          <Editor
            edited={{ ...edited, problems: [...edited.problems, ...refused] }}
            hosts={hosts}
            onChange={change}
            onHost={setHostId}
            onSuggest={suggest}
          />
          <Preview vmId={settings.id} inputs={inputs} errors={edited.errors} />
        </div>
      </div>
      <EditorFooter settings={settings} edited={edited} saving={saving} />
    </div>
  )
}
