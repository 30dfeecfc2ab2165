// SPDX-License-Identifier: Apache-2.0
/** What an admin has to know before the dialog is saved. */
import { Alert } from '@patternfly/react-core'
import type { DialogState } from '../../bridge/dialogBridge'
import { useMessages } from '../../messages/messages'
import { asks } from '../../model/request'
import { errorText } from '../frame/Failure'

interface Props {
  readonly state: DialogState
  readonly running: boolean
  readonly clusterError?: unknown
}

export function DialogNotices({ state, running, clusterError }: Props) {
  const messages = useMessages()
  const { t } = messages
  const { inputs, defined, migration } = state
  const set = asks(inputs)
  const missing = [
    ...(defined.nodeset ? [] : ['numa_nodeset']),
    ...(defined.topology ? [] : ['numa_topology']),
  ]
  const notices: [show: boolean, variant: 'danger' | 'warning' | 'info', text: string][] = [
    [
      state.ready && missing.length > 0,
      'danger',
      t('notice.undefined', { names: missing.join(', ') }),
    ],
    [
      state.ready && state.locked && missing.length === 0,
      'warning',
      t(state.kind === 'pool' ? 'notice.locked.pool' : 'notice.locked'),
    ],
    [state.refused, 'danger', t('notice.refused')],
    [
      state.nativeNodes > 0 && set,
      'warning',
      `${t('notice.native', { count: state.nativeNodes })} ${t('notice.native.dialog')}`,
    ],
    [
      set && !state.refused && migration !== undefined && migration !== 'pinned',
      'warning',
      t('notice.migratable'),
    ],
    [set && !state.locked && migration === 'pinned', 'info', t('notice.migration')],
    [state.pinsRemoved, 'warning', t('notice.pinsRemoved')],
    [set && running, 'info', t('notice.nextRun')],
    [set && state.kind === 'template', 'info', t('notice.template')],
    [clusterError !== undefined, 'warning', errorText(clusterError, messages)],
  ]
  return (
    <div className="numa-notices" aria-live="polite">
      {notices
        .filter(([show]) => show)
        .map(([, variant, text]) => (
          <Alert component="p" key={text} variant={variant} isInline isPlain title={text} />
        ))}
    </div>
  )
}
