// SPDX-License-Identifier: Apache-2.0
/** What an admin has to know and decide before a VM's settings are stored. */
import { Alert, AlertActionLink } from '@patternfly/react-core'
import type { ClusterNuma } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import { Failure } from '../frame/Failure'
import { Native } from './Native'
import { Notices } from './Notices'
import type { Saving } from './useSaving'
import { useSetUp } from './useSetUp'

interface Props {
  readonly settings: Settings
  readonly latest: Settings
  readonly cluster: ClusterNuma | undefined
  readonly locked: boolean
  readonly saving: Saving
}

export function SettingsNotices(props: Props) {
  const { settings, latest, cluster, locked, saving } = props
  const messages = useMessages()
  const { t } = messages
  const { conflict, error, forcible } = saving
  const changed = latest.etag !== settings.etag && !saving.busy
  const setUp = useSetUp(cluster, settings.wire.migration.hosts)
  const stored = settings.wire.problems
    .filter((each) => each.code !== 'BothKinds')
    .map((each) => messages.problem(problemOf(each)))
  return (
    <div className="numa-notices" aria-live="polite" tabIndex={-1}>
      <Notices
        said={[
          [locked, 'info', t('notice.readOnly')],
          ...setUp,
          ...stored.map(({ what, todo }) => [true, 'warning', `${what}; ${todo}`] as const),
        ]}
      />
      {(conflict || changed) && (
        <Alert
          component="p"
          variant="warning"
          isInline
          title={t('editor.conflict')}
          actionLinks={
            <>
              <AlertActionLink onClick={saving.theirs}>
                {t('editor.conflict.theirs')}
              </AlertActionLink>
              {conflict && (
                <AlertActionLink onClick={() => saving.again({ overwrite: true })}>
                  {t('editor.conflict.mine')}
                </AlertActionLink>
              )}
            </>
          }
        />
      )}
      {error !== undefined && !conflict && (
        <Failure
          error={error}
          title={t('editor.failed')}
          {...(forcible ? {} : { onRetry: () => saving.again() })}
        />
      )}
      {forcible && (
        <Alert
          component="p"
          variant="warning"
          isInline
          isPlain
          title={t('preview.noHook')}
          actionLinks={
            <AlertActionLink onClick={() => saving.again({ force: true })}>
              {t('editor.force')}
            </AlertActionLink>
          }
        />
      )}
      {settings.nativeNodes > 0 && (
        <Native settings={settings} locked={locked} onAdopt={saving.adopt} />
      )}
      <Notices
        said={[
          [!locked, 'info', t('notice.migration')],
          [settings.running, 'info', t('notice.nextRun')],
        ]}
      />
    </div>
  )
}
