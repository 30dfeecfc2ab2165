// SPDX-License-Identifier: Apache-2.0
/** The host as a picture, with the VM's cells in it: where they would lie, or do. */
import { DndContext, DragOverlay } from '@dnd-kit/core'
import { type Dispatch, memo, useState } from 'react'
import { useMessages } from '../../messages/messages'
import type { Layout } from '../../model/cards'
import { moveCell, setTarget, toggleNode, writesOut } from '../../model/edit'
import type { Edit } from '../../model/editing'
import { Nodeset } from '../../model/nodeset'
import { WHOLE_VM } from '../../model/cards'
import type { Host } from '../../model/vm'
import { Legend } from '../frame/Legend'
import { MovingCard } from './CellCard'
import { cardKey, idOf, TRAY } from './moving'
import { Nodes } from './Nodes'
import { Tray } from './Tray'
import { useAnnouncements } from './useAnnouncements'
import type { Edited } from './useEditor'
import { useMoving } from './moving'
import { useRefocus, useStable } from './useRefocus'

interface Props {
  readonly edited: Edited
  readonly layout: Layout
  readonly host: Host
  /** KiB that the VM holds of each node already, because it runs there. */
  readonly own?: ReadonlyMap<number, number> | undefined
  readonly locked: boolean
  readonly dispatch: Dispatch<Edit>
}

export const Picture = memo(function Picture({
  edited,
  layout,
  host,
  own,
  locked,
  dispatch,
}: Props) {
  const { t } = useMessages()
  const [moved, setMoved] = useState<number>()
  const ids = host.nodes.map((node) => node.id)
  const moving = useMoving(ids)
  const refocus = useRefocus(layout)
  const put = (card: number, nodes: Nodeset) => {
    const { inputs, scene } = edited
    refocus(card)
    if (card === WHOLE_VM) {
      dispatch({ type: 'change', inputs: setTarget(inputs, nodes.toString()) })
    } else {
      const next = moveCell(inputs, card, nodes, scene)
      dispatch({ type: 'change', inputs: next, writtenOut: writesOut(inputs) })
    }
  }
  const target = (card: number): Nodeset | undefined => {
    const over = moving.over()
    if (over === TRAY) return Nodeset.EMPTY
    if (over === undefined) return undefined
    const had = layout.cards.find((each) => each.id === card)
    const kept = moving.adds() && had?.own && had.nodes ? had.nodes : Nodeset.EMPTY
    return kept.union(Nodeset.of([idOf(over)]))
  }
  const onTake = useStable((node: number) =>
    dispatch({ type: 'change', inputs: toggleNode(edited.inputs, node, edited.scene) }),
  )
  const onFree = useStable((card: number) => put(card, Nodeset.EMPTY))
  const announcements = useAnnouncements(host, target)
  const card = layout.cards.find((each) => each.id === moved)
  const shared = { layout, locked, onFree }
  return (
    <DndContext
      sensors={moving.sensors}
      collisionDetection={moving.collisions}
      accessibility={{
        announcements,
        restoreFocus: false,
        screenReaderInstructions: { draggable: t('card.help') },
      }}
      onDragStart={({ active, activatorEvent }) => {
        moving.begin(activatorEvent instanceof KeyboardEvent)
        setMoved(idOf(active.id))
      }}
      onDragCancel={() => setMoved(undefined)}
      onDragEnd={({ active }) => {
        const id = idOf(active.id)
        const nodes = target(id)
        setMoved(undefined)
        if (nodes) put(id, nodes)
      }}
    >
      <div className="numa-picture" data-source={layout.source}>
        <Tray {...shared} />
        <Nodes {...shared} edited={edited} host={host} own={own} onTake={onTake} />
        <Legend />
        {!locked && <p className="numa-small">{t('card.help')}</p>}
      </div>
      <DragOverlay dropAnimation={null}>
        {card && <MovingCard key={cardKey(card.id)} card={card} />}
      </DragOverlay>
    </DndContext>
  )
})
