// SPDX-License-Identifier: Apache-2.0
/** What a screen reader says while a card is moved. */
import type { Announcements } from '@dnd-kit/core'
import { useRef } from 'react'
import { useMessages } from '../../messages/messages'
import { WHOLE_VM } from '../../model/cards'
import type { Nodeset } from '../../model/nodeset'
import type { Host } from '../../model/vm'
import { idOf, TRAY } from './moving'

export function useAnnouncements(
  host: Host,
  target: (card: number) => Nodeset | undefined,
): Announcements {
  const { t, memory } = useMessages()
  const name = (key: string | number) => {
    const id = idOf(key)
    return id === WHOLE_VM ? t('card.vm') : t('card.cell', { id })
  }
  const first = useRef(false)
  return {
    onDragStart({ active }) {
      first.current = true
      return t('say.picked', { name: name(active.id) })
    },
    // The first node is said together with the card: what is said later is heard instead.
    onDragOver({ active, over }) {
      if (!over || over.id === TRAY) return undefined
      const node = idOf(over.id)
      const free = host.nodes.find((each) => each.id === node)?.availableKib ?? 0
      const said = t('say.over', { node, free: memory(free) })
      const picked = first.current ? `${t('say.picked', { name: name(active.id) })} ` : ''
      first.current = false
      return `${picked}${said}`
    },
    onDragEnd({ active }) {
      const nodes = target(idOf(active.id))
      if (!nodes) return t('say.cancelled', { name: name(active.id) })
      const facts = { name: name(active.id), nodes: nodes.toString() }
      return t(nodes.size ? 'say.dropped' : 'say.unbound', facts)
    },
    onDragCancel: ({ active }) => t('say.cancelled', { name: name(active.id) }),
  }
}
