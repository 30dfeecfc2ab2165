// SPDX-License-Identifier: Apache-2.0
/** A page in a details tab: of what WebAdmin shows there, by its id or by its name. */
import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { type Kind, type PlacesBridge, placesBridge, type Shown } from '../../bridge/placesBridge'
import { useMessages } from '../../messages/messages'
import { ByName } from './ByName'
import { Empty } from './Empty'

interface Props {
  readonly what: Kind
  readonly children: (id: string) => ReactNode
}

export function Selected({ what, children }: Props) {
  const { t } = useMessages()
  const shown = useShown(what)
  if (shown?.id) return children(shown.id)
  if (shown) {
    return (
      <ByName key={shown.name} what={what} name={shown.name}>
        {children}
      </ByName>
    )
  }
  return <Empty text={t('app.select', { what: t(`app.what.${what}`) })} />
}

function useShown(what: Kind): Shown | undefined {
  const [bridge] = useState(placesBridge)
  const [subscribe] = useState(() => (changed: () => void) => listen(bridge, changed))
  return useSyncExternalStore(subscribe, () => bridge?.shown(what))
}

/** WebAdmin takes the page away without a word to it: what it listens to has to end then, too. */
function listen(bridge: PlacesBridge | undefined, changed: () => void): () => void {
  const end = bridge?.subscribe(changed)
  if (!end) return () => {}
  window.addEventListener('pagehide', end)
  return () => {
    window.removeEventListener('pagehide', end)
    end()
  }
}
