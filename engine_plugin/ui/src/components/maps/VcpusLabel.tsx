// SPDX-License-Identifier: Apache-2.0
/** Whether a host holds vCPUs beside their memory, and since when. */
import { Label } from '@patternfly/react-core'
import type { WireVcpusOnHost } from '../../api/wire'
import { useMessages } from '../../messages/messages'

export function VcpusLabel({ vcpus }: { vcpus: WireVcpusOnHost }) {
  const { t, time } = useMessages()
  const { state, since } = vcpus
  return (
    <>
      <Label color={state === 'held' ? 'green' : 'orange'} isCompact>
        {t(`vcpus.host.${state}`, { since: since ? time(since) : '' })}
      </Label>
      {state !== 'held' && <span className="numa-todo">{t(`vcpus.host.why.${state}`)}</span>}
    </>
  )
}
