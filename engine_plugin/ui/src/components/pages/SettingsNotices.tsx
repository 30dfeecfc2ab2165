// SPDX-License-Identifier: Apache-2.0
/** What an admin has to know and decide before a VM's settings are stored. */
import { Alert, AlertActionLink } from '@patternfly/react-core'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { Failure } from '../frame/Failure'
import type { Saving } from './useSaving'

interface Props {
  readonly settings: Settings
  readonly inputs: Inputs
  readonly saving: Saving
  readonly reload: () => void
}

export function SettingsNotices({ settings, inputs, saving, reload }: Props) {
  const { t } = useMessages()
  const set = Boolean(inputs.nodeset.trim() || inputs.topology.trim())
  const { conflict, error, forcible } = saving
  return (
    <div className="numa-notices" aria-live="polite">
      {conflict && (
        <Alert
          component="p"
          variant="warning"
          isInline
          title={t('editor.conflict')}
          actionLinks={
            <>
              <AlertActionLink onClick={reload}>{t('editor.conflict.theirs')}</AlertActionLink>
              <AlertActionLink onClick={() => saving.again({ overwrite: true })}>
                {t('editor.conflict.mine')}
              </AlertActionLink>
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
        <Alert
          component="p"
          variant="warning"
          isInline
          title={t('notice.native', { count: settings.nativeNodes })}
          actionLinks={
            <AlertActionLink onClick={() => saving.adopt(reload)}>
              {t('notice.adopt')}
            </AlertActionLink>
          }
        />
      )}
      {set && <Alert component="p" variant="info" isInline isPlain title={t('notice.migration')} />}
      {settings.running && (
        <Alert component="p" variant="info" isInline isPlain title={t('notice.nextRun')} />
      )}
    </div>
  )
}
