// SPDX-License-Identifier: Apache-2.0
/** A node's memory as one bar: used, promised, asked for, free; red where too much is asked. */
import { useMessages } from '../../messages/messages'
import type { HostNode } from '../../model/vm'

interface Props {
  readonly node: HostNode
  /** KiB that the VM in the editor asks of this node, in ordinary pages. */
  readonly askedKib: number
  /** KiB that it holds there already: a part of what is promised, and drawn as its own alone. */
  readonly ownKib?: number
}

export function MemoryBar({ node, askedKib, ownKib = 0 }: Props) {
  const { t, memory } = useMessages()
  const { memoryKib } = node
  const availableKib = Math.min(memoryKib, node.availableKib + ownKib)
  const promisedKib = Math.max(0, node.promisedKib - ownKib)
  const total = Math.max(memoryKib, 1)
  const promised = Math.min(promisedKib, Math.max(0, memoryKib - availableKib))
  const used = Math.max(0, memoryKib - availableKib - promised)
  const over = Math.max(0, askedKib - availableKib)
  const left = Math.max(0, availableKib - askedKib)
  const share = (kib: number) => ({ width: `${(100 * kib) / total}%` })
  const facts = { id: node.id, total: memory(memoryKib), used: memory(used) }
  const more = { promised: memory(promised), asked: memory(askedKib), left: memory(left) }
  const label = t('node.bar', { ...facts, ...more })
  return (
    <div
      className="numa-bar"
      role="img"
      aria-label={label}
      title={label}
      data-over={over > 0 || undefined}
      data-empty={memoryKib === 0 || undefined}
    >
      <span className="numa-bar-used" style={share(used)} />
      <span className="numa-bar-promised" style={share(promised)} />
      <span className="numa-bar-asked" style={share(Math.min(askedKib, availableKib))} />
    </div>
  )
}
