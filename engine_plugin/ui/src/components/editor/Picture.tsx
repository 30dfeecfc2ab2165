// SPDX-License-Identifier: Apache-2.0
/** The host as a picture, with the VM's cells in it. */
import { useEffect, useRef, useState } from 'react'
import type { MessageKey } from '../../messages/en'
import { useMessages } from '../../messages/messages'
import { WHOLE_VM } from '../../model/cards'
import { moveCell, setTarget, toggleNode } from '../../model/edit'
import { Nodeset } from '../../model/nodeset'
import { resolve } from '../../model/plan'
import type { Inputs } from '../../model/request'
import type { Host } from '../../model/vm'
import { Legend } from '../frame/Legend'
import { CellCard } from './CellCard'
import { NO_CARDS, NOTHING, NodeBox } from './NodeBox'
import { useCardMoves } from './useCardMoves'
import type { Edited } from './useEditor'

/** With more nodes than this the boxes are small. */
const MANY = 16

interface Props {
  readonly edited: Edited
  readonly host: Host
  readonly locked: boolean
  readonly onChange: (inputs: Inputs) => void
}

export function Picture({ edited, host, locked, onChange }: Props) {
  const { t, memory } = useMessages()
  const [said, setSaid] = useState('')
  const latest = useRef({ edited, onChange })
  latest.current = { edited, onChange }
  const [take] = useState(() => (node: number) => {
    const { edited: now, onChange: change } = latest.current
    change(toggleNode(now.inputs, node, now.scene))
  })
  const refocus = useRefocus(edited.inputs)

  const name = (card: number) => (card === WHOLE_VM ? t('card.vm') : t('card.cell', { id: card }))
  const { move, handlers } = useCardMoves({
    nodes: host.nodes.map((node) => node.id),
    drop(card, node, add) {
      const nodes = targetNodes(edited, card, node, add)
      const { inputs, scene } = edited
      refocus(card)
      onChange(
        card === WHOLE_VM
          ? setTarget(inputs, nodes.toString())
          : moveCell(inputs, card, nodes, scene),
      )
      const what: MessageKey = node === undefined ? 'say.unbound' : 'say.dropped'
      setSaid(t(what, { name: name(card), nodes: nodes.toString() }))
    },
    say(what, card, node) {
      const free = host.nodes.find((each) => each.id === node)?.availableKib ?? 0
      setSaid(t(`say.${what}`, { name: name(card), node: node ?? '', free: memory(free) }))
    },
  })

  const { layout, request } = edited
  const taken = request.target && resolve(request.target, host)
  return (
    <div className="numa-picture">
      <section className="numa-tray" data-tray aria-label={t('card.anywhere')}>
        <span className="numa-small">{t('card.anywhere')}</span>
        {layout.loose.map((card) => (
          <CellCard
            key={card.id}
            card={card}
            moves={handlers}
            moving={move?.card === card.id}
            inNode={false}
            locked={locked}
          />
        ))}
      </section>
      <div className="numa-nodes" data-many={host.nodes.length > MANY || undefined}>
        {host.nodes.map((node) => {
          const cards = layout.byNode.get(node.id) ?? NO_CARDS
          return (
            <NodeBox
              key={node.id}
              node={node}
              taken={taken?.has(node.id) ?? false}
              cards={cards}
              asked={layout.asked.get(node.id) ?? NOTHING}
              moves={handlers}
              moving={cards.some((card) => card.id === move?.card) ? move?.card : undefined}
              over={move?.over === node.id}
              locked={locked}
              small={host.nodes.length > MANY}
              onTake={take}
            />
          )
        })}
      </div>
      <Legend />
      <p className="numa-small">{t('card.help')}</p>
      <p className="numa-sr-only" role="status">
        {said}
      </p>
    </div>
  )
}

function targetNodes(
  edited: Edited,
  card: number,
  node: number | undefined,
  add: boolean,
): Nodeset {
  if (node === undefined) return Nodeset.EMPTY
  const had = edited.layout.cards.find((each) => each.id === card)
  const kept = add && had?.own && had.nodes ? had.nodes : Nodeset.EMPTY
  return kept.union(Nodeset.of([node]))
}

/** A card that moves into another box is a new element: the focus goes with it. */
function useRefocus(inputs: Inputs): (card: number) => void {
  const wanted = useRef<number>(undefined)
  useEffect(() => {
    if (wanted.current === undefined) return
    document.querySelector<HTMLElement>(`[data-card="${wanted.current}"]`)?.focus()
    wanted.current = undefined
  }, [inputs])
  return (card) => {
    wanted.current = card
  }
}
