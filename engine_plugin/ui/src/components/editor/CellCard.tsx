// SPDX-License-Identifier: Apache-2.0
/** One cell (or the whole VM) as a card that can be moved. */
import { useDraggable } from '@dnd-kit/core'
import { type KeyboardEvent, memo } from 'react'
import { useMessages } from '../../messages/messages'
import { type Card, sameCard, WHOLE_VM } from '../../model/cards'
import { cardKey } from './moving'

interface Props {
  readonly card: Card
  readonly inNode: boolean
  readonly locked: boolean
  /** Off its nodes. */
  readonly onFree: (card: number) => void
}

export const CellCard = memo(function CellCard({ card, inNode, locked, onFree }: Props) {
  const { t } = useMessages()
  const key = cardKey(card.id)
  const { setNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: key,
    disabled: locked,
  })
  const nodes = card.nodes?.toString()
  const place = nodes
    ? t(card.own ? 'card.place.node' : 'card.place.chosen', { nodes })
    : t('card.place.vm')
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!isDragging && (event.key === 'Delete' || event.key === 'Backspace')) {
      event.preventDefault()
      onFree(card.id)
    } else listeners?.onKeyDown?.(event)
  }
  return (
    <button
      {...attributes}
      {...listeners}
      ref={setNodeRef}
      type="button"
      className={`numa-card ${hueOf(card)}`}
      data-card={card.id}
      data-moving={isDragging || undefined}
      data-inherited={!card.own || undefined}
      disabled={locked}
      onKeyDown={onKeyDown}
    >
      <CardFace card={card} inNode={inNode} />
      <span className="numa-sr-only">{t('card.move', { place })}</span>
    </button>
  )
}, same)

const hueOf = ({ id }: Card) => `numa-hue-${id === WHOLE_VM ? 'vm' : id % 8}`

/** What is seen of it, also while it is being moved. */
export function CardFace({ card, inNode }: { card: Card; inNode: boolean }) {
  const { t, memory } = useMessages()
  const size = card.vcpus
    ? t('card.size', { cpus: card.vcpus, memory: memory(card.memoryKib) })
    : t('card.memoryOnly', { memory: memory(card.memoryKib) })
  return (
    <>
      <span className="numa-card-name">
        {card.id === WHOLE_VM ? t('card.vm') : t('card.cell', { id: card.id })}
      </span>
      <span className="numa-card-size">{size}</span>
      {!inNode && card.nodes && (
        <span className="numa-card-size">{t('card.on', { nodes: `${card.nodes}` })}</span>
      )}
    </>
  )
}

export function MovingCard({ card }: { card: Card }) {
  return (
    <div className={`numa-card ${hueOf(card)}`} data-moving>
      <CardFace card={card} inNode />
    </div>
  )
}

function same(a: Props, b: Props): boolean {
  return (
    sameCard(a.card, b.card) &&
    a.onFree === b.onFree &&
    a.inNode === b.inNode &&
    a.locked === b.locked
  )
}
