// SPDX-License-Identifier: Apache-2.0
/** The boxes of a host's nodes. */
import type { Layout } from '../../model/cards'
import { resolve } from '../../model/plan'
import type { Host } from '../../model/vm'
import { NO_CARDS, NOTHING, NodeBox } from './NodeBox'
import type { Edited } from './useEditor'

/** With more nodes than this the boxes are small. */
const MANY = 16

interface Props {
  readonly edited: Edited
  readonly layout: Layout
  readonly host: Host
  readonly own: ReadonlyMap<number, number> | undefined
  readonly locked: boolean
  readonly onTake: (node: number) => void
  readonly onFree: (card: number) => void
}

export function Nodes({ edited, layout, host, own, locked, onTake, onFree }: Props) {
  const { target } = edited.request
  const taken = target && resolve(target, host)
  const many = host.nodes.length > MANY
  return (
    <div className="numa-nodes" data-many={many || undefined}>
      {host.nodes.map((node) => (
        <NodeBox
          key={node.id}
          node={node}
          taken={taken?.has(node.id) ?? false}
          cards={layout.byNode.get(node.id) ?? NO_CARDS}
          asked={layout.asked.get(node.id) ?? NOTHING}
          ownKib={own?.get(node.id) ?? 0}
          locked={locked}
          small={many}
          onTake={onTake}
          onFree={onFree}
        />
      ))}
    </div>
  )
}
