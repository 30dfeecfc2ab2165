// SPDX-License-Identifier: Apache-2.0
/** How our hook is on a host: which release, and what is amiss. */
import { Label } from '@patternfly/react-core'
import { HOOK_STATES, type HookState } from '../../api/wire'
import { useMessages } from '../../messages/messages'

interface Props {
  readonly state: HookState
  readonly version: string | null
  /** Other hosts of the cluster have another. */
  readonly differs?: boolean
}

export function HookLabel({ state, version, differs = false }: Props) {
  const { t } = useMessages()
  const known = HOOK_STATES.includes(state) ? state : 'unknown'
  const amiss = known === 'ok' && differs ? 'differs' : known
  return (
    <>
      <Label color={amiss === 'ok' ? 'green' : 'orange'} isCompact>
        {t(`hook.${known}`, { version: version ?? '' })}
      </Label>
      {amiss !== 'ok' && amiss !== 'unknown' && (
        <span className="numa-todo">{t(`hook.why.${amiss}`)}</span>
      )}
    </>
  )
}
