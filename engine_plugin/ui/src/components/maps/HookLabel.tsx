// SPDX-License-Identifier: Apache-2.0
/** How our hook is on a host, in words: which release, or what is amiss. */
import { Label } from '@patternfly/react-core'
import { HOOK_STATES, type HookState } from '../../api/wire'
import { useMessages } from '../../messages/messages'

interface Props {
  readonly state: HookState
  readonly version: string | null
  readonly differs?: boolean
}

export function HookLabel({ state, version, differs = false }: Props) {
  const { t } = useMessages()
  const known = HOOK_STATES.includes(state) ? state : 'unknown'
  return (
    <Label color={state === 'ok' && !differs ? 'green' : 'orange'} isCompact>
      {t(differs ? 'hook.differs' : `hook.${known}`, { version: version ?? '' })}
    </Label>
  )
}
