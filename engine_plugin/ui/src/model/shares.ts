// SPDX-License-Identifier: Apache-2.0
/**
 * Dividing a VM into cells: vCPUs by whole cores, memory in pages, nothing lost.
 *
 * Decides who gets which vCPU and how many KiB, as `numa_domain/topology/division.py` does: the vCPUs that
 * run are divided first, and those that can be plugged in later are then dealt out by whole
 * cores, so that the cells stay even.
 *
 *     divideVcpus({ vcpus: 4, vcpusMax: 16, threads: 1, ... }, [1, 1])
 *     0-1,4,6,8,10,12,14   2-3,5,7,9,11,13,15
 */
import { Nodeset } from './nodeset'
import type { Vm } from './vm'

/** How many cores have at least one vCPU that runs when the guest starts. */
export function runningCores(vm: Vm): number {
  return Math.ceil(vm.vcpus / vm.threads)
}

/** All vCPUs in one set per weight, in proportion; a weight of 0 gets none. */
export function divideVcpus(vm: Vm, weights: readonly number[]): Nodeset[] {
  let core = 0
  const most = vm.vcpusMax ?? vm.vcpus
  const taken = inProportion(runningCores(vm), weights, 1).map((count) => {
    const first = core * vm.threads
    core += count
    return range(first, Math.min(core * vm.threads, most))
  })
  return dealRest(vm, taken)
}

/**
 * `taken`, with every vCPU that nobody has dealt out by whole cores.
 *
 * A core of which a cell already has a thread goes there. Each other core goes to the cell that
 * has been dealt the fewest so far, of these to the smallest one, of these to the first.
 */
export function dealRest(vm: Vm, taken: readonly Nodeset[]): Nodeset[] {
  const cells = taken.map((cell) => new Set(cell.ids))
  const dealt = taken.map(() => 0)
  const takers = taken.flatMap((cell, i) => (cell.size ? [i] : []))
  const used = new Set(taken.flatMap((cell) => cell.ids))
  const most = vm.vcpusMax ?? vm.vcpus
  for (let first = 0; takers.length && first < most; first += vm.threads) {
    const core = range(first, Math.min(first + vm.threads, most)).ids
    const rest = core.filter((id) => !used.has(id))
    if (!rest.length) continue
    const mate = takers.find((i) => core.some((id) => cells[i]?.has(id)))
    const chosen = mate ?? fewest(takers, dealt, cells)
    for (const id of rest) cells[chosen]?.add(id)
    if (mate === undefined) dealt[chosen] = (dealt[chosen] ?? 0) + rest.length
  }
  return cells.map((cell) => Nodeset.of(cell))
}

function fewest(
  takers: readonly number[],
  dealt: readonly number[],
  cells: readonly ReadonlySet<number>[],
): number {
  const rank = (i: number) => [dealt[i] ?? 0, cells[i]?.size ?? 0, i] as const
  return takers.reduce((best, i) => (before(rank(i), rank(best)) ? i : best))
}

function before(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((value, at) => value !== b[at])
  return i >= 0 && (a[i] as number) < (b[i] as number)
}

/** `kib` in proportion to the weights, each a multiple of the granule, the sum exact. */
export function divideMemory(
  kib: number,
  weights: readonly number[],
  granuleKib: number,
): number[] {
  const parts = inProportion(Math.floor(kib / granuleKib), weights, 1)
  const last = weights.findLastIndex((weight) => weight > 0)
  return parts.map((part, i) => part * granuleKib + (i === last ? kib % granuleKib : 0))
}

/** Whole numbers that sum to `total`, by the largest remainder, ties to the first. */
export function inProportion(total: number, weights: readonly number[], least = 0): number[] {
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  const exact = weights.map((weight) => BigInt(total) * BigInt(weight))
  const parts = exact.map((share) => Number(share / whole))
  const order = exact
    .map((share, i) => ({ rest: share % whole, i }))
    .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest < b.rest ? 1 : -1))
  const given = parts.reduce((sum, part) => sum + part, 0)
  for (const { i } of order.slice(0, total - given)) parts[i] = (parts[i] ?? 0) + 1
  weights.forEach((weight, i) => {
    const richest = parts.indexOf(Math.max(...parts))
    while (weight && (parts[i] ?? 0) < least && (parts[richest] ?? 0) > least) {
      parts[i] = (parts[i] ?? 0) + 1
      parts[richest] = (parts[richest] ?? 0) - 1
    }
  })
  return parts
}

function range(first: number, end: number): Nodeset {
  return Nodeset.of(Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i))
}
