// SPDX-License-Identifier: Apache-2.0
/** The NUMA tab inside WebAdmin's Add/Edit VM dialog. */
import { useEffect, useMemo, useState } from 'react'
import { clusterId, readCluster } from '../../api/hosts'
import { readSettings, type Settings } from '../../api/settings'
import type { BridgeFrame, DialogBridge, DialogState } from '../../bridge/dialogBridge'
import { useMessages } from '../../messages/messages'
import type { Scene } from '../../model/edit'
import type { Problem } from '../../model/problem'
import { type Inputs, sameInputs } from '../../model/request'
import { dedicated, hostToShow, type Vm } from '../../model/vm'
import { Editor } from '../editor/Editor'
import { type Edited, useEdited } from '../editor/useEditor'
import { useApis } from '../frame/apiContext'
import { useLoad } from '../frame/useLoad'
import { Preview } from '../preview/Preview'
import { DialogNotices } from './DialogNotices'
import { Note } from './Note'
import { useSuggestion } from './useSuggestion'

export default function DialogPage() {
  const bridge = (window.frameElement as BridgeFrame | null)?.ovirtNuma
  return bridge ? <InDialog bridge={bridge} /> : null
}

function InDialog({ bridge }: { bridge: DialogBridge }) {
  const { t } = useMessages()
  const { client } = useApis()
  const [state, setState] = useState<DialogState>(() => bridge.state())
  const [inputs, setInputs] = useState<Inputs>(state.inputs)
  const [hostId, setHostId] = useState('')
  useEffect(
    () =>
      bridge.subscribe((next) => {
        setState(next)
        setInputs((old) => (sameInputs(old, next.inputs) ? old : next.inputs))
      }),
    [bridge],
  )
  const cluster = useLoad(state.cluster || undefined, async (signal) =>
    readCluster(client, await clusterId(client, state.cluster, signal), signal),
  )
  const settings = useLoad(state.kind === 'vm' ? state.vmId : undefined, (signal) =>
    readSettings(client, state.vmId ?? '', signal),
  )
  const onlyOn = state.hosts.join(', ') || undefined
  const hosts = dedicated(cluster.value?.pictures ?? [], state.hosts)
  const host = hostToShow(hosts, hostId)
  const scene = useScene(state, settings.value?.vm, host)
  const edited = useEdited(inputs, scene)
  const locked = state.locked || !(state.defined.nodeset || state.defined.topology)
  useEffect(() => bridge.setErrors(edited.errors), [bridge, edited.errors])
  const change = (next: Inputs) => {
    setInputs(next)
    void bridge.write(next)
  }
  const suggestion = useSuggestion(state.vmId ?? '', (next, id) => {
    if (id) setHostId(id)
    change(next)
  })
  // The service knows the VM as it was saved: another size or cluster is nothing that it can judge.
  const judged = settings.value?.clusterId === cluster.value?.id && sameVm(state, settings.value)
  return (
    <div className="numa-page">
      <h1 className="numa-sr-only">NUMA</h1>
      <DialogNotices
        state={state}
        running={settings.value?.running ?? false}
        clusterError={cluster.error}
      />
      <Note text={suggestion.note} />
      <Editor
        edited={state.refused ? withProblem(edited, t('notice.refused')) : edited}
        noHost={cluster.loading ? '' : onlyOn && t('nodes.noHost.of', { hosts: onlyOn })}
        hosts={hosts}
        locked={locked}
        onChange={(next) => {
          suggestion.clear()
          change(next)
        }}
        onHost={setHostId}
        onSuggest={judged ? suggestion.ask : undefined}
      />
      {judged && <Preview vmId={state.vmId ?? ''} inputs={inputs} errors={edited.errors} />}
    </div>
  )
}

/** What the dialog does not take is no state without problems. */
function withProblem(edited: Edited, text: string): Edited {
  const place = { input: 'nodeset' } as const
  const own: Problem = { code: 'dialog.refused', severity: 'error', place, facts: {}, text }
  return { ...edited, problems: [...edited.problems, own] }
}

/** Memory and vCPUs as the dialog has them now, the rest as the VM had it when it was saved. */
function useScene(state: DialogState, saved: Vm | undefined, host: Scene['host']): Scene {
  const { memoryKib, vcpus, threads, pageKib } = state
  return useMemo(() => {
    const vm: Vm = {
      memoryKib,
      vcpus,
      threads,
      arch: saved?.arch ?? 'x86_64',
      ...(pageKib ? { pageKib } : {}),
    }
    return host ? { vm, host } : { vm }
  }, [memoryKib, vcpus, threads, pageKib, saved, host])
}

function sameVm({ memoryKib, vcpus, threads }: DialogState, saved: Settings | undefined): boolean {
  const { vm } = saved ?? {}
  return vm?.memoryKib === memoryKib && vm.vcpus === vcpus && vm.threads === threads
}
