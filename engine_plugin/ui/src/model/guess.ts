// SPDX-License-Identifier: Apache-2.0
/**
 * Which nodes `auto` may take, where the service cannot be asked: a guess, and called one.
 *
 * Decides by free memory alone, the fewest of the emptiest nodes; the service looks at much more.
 *
 *     8 GiB on nodes with 4, 32 and 16 GiB free: node 1
 */
import { Nodeset } from './nodeset'
import type { Target } from './request'
import type { Host, Vm } from './vm'

export function guessNodes(target: Target, vm: Vm, host: Host): Nodeset {
  const count = target.kind === 'auto' ? target.count : undefined
  const usable = host.nodes.filter((node) => node.memoryKib > 0)
  const free = [...usable].sort((a, b) => b.availableKib - a.availableKib || a.id - b.id)
  let left = vm.memoryKib
  const taken: number[] = []
  for (const node of free) {
    if (count === undefined ? left <= 0 : taken.length >= count) break
    taken.push(node.id)
    left -= node.availableKib
  }
  return Nodeset.of(taken)
}
