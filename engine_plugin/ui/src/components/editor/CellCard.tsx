// SPDX-License-Identifier: Apache-2.0
/** One cell (or the whole VM) as a card that can be moved. */
import { memo } from 'react'
import { useMessages } from '../../messages/messages'
import { type Card, sameCard, WHOLE_VM } from '../../model/cards'
import type { MoveHandlers } from './useCardMoves'

interface Props {
  readonly card: Card
  readonly moves: MoveHandlers
  readonly moving: boolean
  readonly inNode: boolean
  readonly locked: boolean
}

export const CellCard = memo(function CellCard({ card, moves, moving, inNode, locked }: Props) {
  const { t, memory } = useMessages()
  const name = card.id === WHOLE_VM ? t('card.vm') : t('card.cell', { id: card.id })
  const size = card.vcpus
    ? t('card.size', { cpus: card.vcpus, memory: memory(card.memoryKib) })
    : t('card.memoryOnly', { memory: memory(card.memoryKib) })
  const nodes = card.nodes?.toString()
  const place = nodes ? t('card.place.node', { nodes }) : t('card.place.vm')
  return (
    <button
      type="button"
      className={`numa-card numa-hue-${card.id === WHOLE_VM ? 'vm' : card.id % 8}`}
      data-card={card.id}
      data-moving={moving || undefined}
      data-inherited={!card.own || undefined}
      aria-pressed={moving}
      disabled={locked}
      onPointerDown={(event) => moves.onPointerDown(card.id, event)}
      onPointerMove={moves.onPointerMove}
      onPointerUp={moves.onPointerUp}
      onPointerCancel={moves.onPointerCancel}
      onKeyDown={(event) => moves.onKeyDown(card.id, event)}
      onBlur={moves.onBlur}
    >
      <span className="numa-card-name">{name}</span>
      <span className="numa-card-size">{size}</span>
      {!inNode && nodes !== undefined && (
        <span className="numa-card-size">{t('card.on', { nodes })}</span>
      )}
      <span className="numa-sr-only">{t('card.move', { place })}</span>
    </button>
  )
}, same)

function same(a: Props, b: Props): boolean {
  return (
    sameCard(a.card, b.card) &&
    a.moves === b.moves &&
    a.moving === b.moving &&
    a.locked === b.locked
  )
}
