// SPDX-License-Identifier: Apache-2.0
/** A button that has a host asked once more; what only the host knows is as old as the last time. */
import { Button } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import { Failure } from '../frame/Failure'
import { useRefreshHost } from './useRefreshHost'

export function AskAgain({ host, name }: { host: string; name: string }) {
  const { t } = useMessages()
  const { busy, error, refresh } = useRefreshHost(host)
  return (
    <>
      <Button variant="link" isInline isLoading={busy} isDisabled={busy} onClick={refresh}>
        {t('host.ask', { host: name })}
      </Button>
      {error !== undefined && <Failure error={error} title={t('host.ask.failed')} />}
    </>
  )
}
