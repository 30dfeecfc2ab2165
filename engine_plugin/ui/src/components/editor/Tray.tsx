// SPDX-License-Identifier: Apache-2.0
/** The cards that lie on no node alone: a card dropped here is bound to none. */
import { useDroppable } from '@dnd-kit/core'
import { useMessages } from '../../messages/messages'
import type { Layout } from '../../model/cards'
import { CellCard } from './CellCard'
import { TRAY } from './moving'

interface Props {
  readonly layout: Layout
  readonly locked: boolean
  readonly onFree: (card: number) => void
}

export function Tray({ layout, locked, onFree }: Props) {
  const { t } = useMessages()
  const { setNodeRef, isOver } = useDroppable({ id: TRAY })
  return (
    <section
      ref={setNodeRef}
      className="numa-tray"
      data-tray
      data-over={isOver || undefined}
      aria-label={t('card.anywhere')}
    >
      <span className="numa-small">{t('card.anywhere')}</span>
      {layout.loose.map((card) => (
        <CellCard key={card.id} card={card} inNode={false} locked={locked} onFree={onFree} />
      ))}
    </section>
  )
}
