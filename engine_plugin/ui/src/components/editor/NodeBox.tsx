// SPDX-License-Identifier: Apache-2.0
/** One host node as a box: whether the VM uses it, its memory, and the cards that lie on it. */
import { useDroppable } from '@dnd-kit/core'
import { Checkbox } from '@patternfly/react-core'
import { memo } from 'react'
import { useMessages } from '../../messages/messages'
import { type Asked, type Card, sameCard } from '../../model/cards'
import { memoryText } from '../../model/units'
import type { HostNode } from '../../model/vm'
import { MemoryBar } from '../frame/MemoryBar'
import { CellCard } from './CellCard'
import { nodeKey } from './moving'

interface Props {
  readonly node: HostNode
  readonly taken: boolean
  readonly cards: readonly Card[]
  readonly asked: Asked
  /** KiB that this VM holds there already, because it runs. */
  readonly ownKib: number
  readonly locked: boolean
  /** One of very many. */
  readonly small: boolean
  readonly onTake: (node: number) => void
  readonly onFree: (card: number) => void
}

const NO_CARDS: readonly Card[] = []
const NOTHING: Asked = {}

export const NodeBox = memo(function NodeBox(props: Props) {
  const { node, taken, cards, asked, ownKib, locked } = props
  const { t, memory } = useMessages()
  const { setNodeRef, isOver } = useDroppable({ id: nodeKey(node.id) })
  const askedKib = asked[0] ?? 0
  const available = Math.min(node.memoryKib, node.availableKib + ownKib)
  const missing = askedKib - available
  const free = { free: memory(available), total: memory(node.memoryKib) }
  return (
    <section
      ref={setNodeRef}
      className="numa-node"
      data-node={node.id}
      data-taken={taken || undefined}
      data-over={isOver || undefined}
      aria-label={t('node.name', { id: node.id })}
    >
      <Checkbox
        id={`numa-node-${node.id}`}
        label={<strong>{t('node.name', { id: node.id })}</strong>}
        aria-label={t('node.take', { id: node.id })}
        isChecked={taken}
        isDisabled={locked}
        onChange={() => props.onTake(node.id)}
      />
      <p className="numa-small numa-clip numa-node-cpus" title={node.cpus.toString()}>
        {node.cpus.size ? t('node.cpus', { cpus: node.cpus.toString() }) : t('node.noCpus')}
      </p>
      <MemoryBar node={node} askedKib={askedKib} ownKib={ownKib} />
      <p className="numa-small" data-bad={missing > 0 || undefined}>
        {missing > 0
          ? t('node.over', { over: memory(missing) })
          : node.memoryKib
            ? t(props.small ? 'node.free.short' : 'node.free', free)
            : t('node.noMemory')}
      </p>
      <Pages node={node} asked={asked} />
      <div className="numa-cards">
        {cards.map((card) => (
          <CellCard key={card.id} card={card} inNode locked={locked} onFree={props.onFree} />
        ))}
      </div>
    </section>
  )
}, same)

function Pages({ node, asked }: { node: HostNode; asked: Asked }) {
  const { t } = useMessages()
  return Object.entries(node.pages)
    .filter(([, pool]) => pool.total > 0)
    .map(([kib, pool]) => {
      const size = Number(kib)
      const facts = { size: memoryText(size), free: pool.free, total: pool.total }
      const bad = (asked[size] ?? 0) > pool.free * size
      return (
        <p key={kib} className="numa-small" data-bad={bad || undefined}>
          {t('node.pages', facts)}
        </p>
      )
    })
}

function same(a: Props, b: Props): boolean {
  const cardsSame =
    a.cards.length === b.cards.length &&
    a.cards.every((card, i) => sameCard(card, b.cards[i] as Card))
  const askedSame = JSON.stringify(a.asked) === JSON.stringify(b.asked)
  const rest = ['node', 'taken', 'ownKib', 'locked', 'small', 'onTake', 'onFree'] as const
  return cardsSame && askedSame && rest.every((key) => a[key] === b[key])
}

export { NO_CARDS, NOTHING }
