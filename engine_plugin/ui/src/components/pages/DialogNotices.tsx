// SPDX-License-Identifier: Apache-2.0
/** What an admin has to know before the dialog is saved. */
import { Button } from '@patternfly/react-core'
import type { ClusterNuma } from '../../api/hosts'
import type { Settings } from '../../api/settings'
import type { DialogState } from '../../bridge/dialogBridge'
import { useMessages } from '../../messages/messages'
import { asks, type Inputs } from '../../model/request'
import { errorText } from '../frame/Failure'
import { Notices } from './Notices'
import { useSetUp } from './useSetUp'

interface Props {
  readonly state: DialogState
  readonly inputs: Inputs
  readonly cluster: ClusterNuma | undefined
  readonly settings: Settings | undefined
  readonly readOnly: boolean
  readonly clusterError?: unknown
  readonly onHostTab: () => void
}

export function DialogNotices(props: Props) {
  const { state, inputs, cluster, settings, readOnly, clusterError, onHostTab } = props
  const messages = useMessages()
  const { t } = messages
  const { defined, migration } = state
  const set = asks(inputs)
  const native = state.nativeNodes > 0 && set
  const setUp = useSetUp(cluster, state.hosts)
  const missing = [
    ...(defined.nodeset ? [] : ['numa_nodeset']),
    ...(defined.topology ? [] : ['numa_topology']),
  ]
  const gone = state.ready && missing.length > 0
  const facts = { names: missing.join(', '), level: cluster?.level ?? '', cluster: state.cluster }
  return (
    <div className="numa-notices" aria-live="polite" tabIndex={-1}>
      <Notices
        said={[
          [gone, 'danger', t(cluster ? 'notice.undefined' : 'notice.undefined.short', facts)],
          ...setUp.filter(([, tone]) => tone !== 'danger'),
          [readOnly, 'info', t('notice.readOnly')],
          [
            state.ready && state.locked && !gone,
            'warning',
            t(state.kind === 'pool' ? 'notice.locked.pool' : 'notice.locked'),
          ],
          [state.refused, 'danger', t('notice.refused')],
          [
            native,
            'warning',
            `${t('notice.native', { count: state.nativeNodes })} ${t('notice.native.dialog')}`,
          ],
          [
            set && !state.refused && migration !== undefined && migration !== 'pinned',
            'warning',
            t('notice.migratable'),
          ],
          [!state.locked && !gone, 'info', t('notice.migration')],
          [state.pinsRemoved, 'warning', t('notice.pinsRemoved')],
          [set && (settings?.running ?? false), 'info', t('notice.nextRun')],
          [set && state.kind === 'template', 'info', t('notice.template')],
          [clusterError !== undefined, 'warning', errorText(clusterError, messages)],
        ]}
      />
      {native && (
        <Button variant="link" isInline onClick={onHostTab}>
          {t('notice.native.host')}
        </Button>
      )}
    </div>
  )
}
