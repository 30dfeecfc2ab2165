// SPDX-License-Identifier: Apache-2.0
/**
 * Dividing a VM into cells: vCPUs by sockets or cores, memory in pages, nothing lost.
 *
 * Decides who gets which vCPU and how many KiB, as `numa_domain/topology/division.py` does: the vCPUs that
 * run are divided first, and those that can be plugged in later are then dealt out by whole
 * sockets or cores, so that the cells stay even.
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

/** vCPUs of a socket and of a core, the larger first; those of a core alone where no more is known. */
function unitSizes(vm: Vm): readonly number[] {
  const socket = (vm.cores ?? 1) * vm.threads
  const whole = most(vm) % socket === 0
  return socket > vm.threads && whole ? [socket, vm.threads] : [vm.threads]
}

function most(vm: Vm): number {
  return vm.vcpusMax ?? vm.vcpus
}

/**
 * All vCPUs in one set per weight, in proportion; a weight of 0 gets none. By whole sockets where
 * as many run as there are cells, else by cores.
 */
export function divideVcpus(vm: Vm, weights: readonly number[]): Nodeset[] {
  const all = range(0, most(vm)).ids
  const taken = split(vm, all, weights, unitSizes(vm))
  return dealRest(
    vm,
    taken.map((ids) => Nodeset.of(ids)),
  )
}

function split(
  vm: Vm,
  whole: readonly number[],
  weights: readonly number[],
  sizes: readonly number[],
): number[][] {
  const [size = 1, ...smaller] = sizes
  const running = unitsOf(whole, size).filter((unit) => unit.some((id) => id < vm.vcpus))
  const takers = weights.filter(Boolean).length
  if (!smaller.length || (running.length >= takers && isEven(running.length, weights))) {
    let at = 0
    return inProportion(running.length, weights, 1).map((count) => {
      at += count
      return running.slice(at - count, at).flat()
    })
  }
  const each = weights.length / Math.max(1, running.length)
  if (running.length > 1 && Number.isInteger(each) && new Set(weights).size === 1) {
    const parts = running.flatMap((unit) => split(vm, unit, weights.slice(0, each), smaller))
    if (parts.every((part) => part.length)) return parts
  }
  return split(vm, whole, weights, smaller)
}

/** Whether so many units go round with no cell a quarter off its share; equal ones may differ. */
function isEven(total: number, weights: readonly number[]): boolean {
  if (new Set(weights.filter(Boolean)).size === 1) return true
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return inProportion(total, weights, 1).every((count, i) => {
    const share = total * (weights[i] ?? 0)
    return 4 * Math.abs(count * whole - share) <= share
  })
}

/**
 * `taken`, with every vCPU that nobody has dealt out by sockets, then by cores.
 *
 * A unit of which one cell already has a part goes there; of one that several have, the smaller
 * units are dealt among these. The others go to the cell that has been dealt the fewest so far, of
 * these to the smallest one, of these to the first, as long as there is one for each.
 */
export function dealRest(vm: Vm, taken: readonly Nodeset[]): Nodeset[] {
  const cells = taken.map((cell) => new Set(cell.ids))
  const takers = taken.flatMap((cell, i) => (cell.size ? [i] : []))
  const table = { cells, dealt: taken.map(() => 0) }
  if (takers.length) deal(range(0, most(vm)).ids, unitSizes(vm), takers, table)
  return cells.map((cell) => Nodeset.of(cell))
}

interface Table {
  readonly cells: Set<number>[]
  readonly dealt: number[]
}

function deal(
  whole: readonly number[],
  sizes: readonly number[],
  takers: readonly number[],
  table: Table,
): void {
  const [size = 1, ...smaller] = sizes
  const nobodys: (readonly number[])[] = []
  for (const unit of unitsOf(whole, size)) {
    const owners = takers.filter((i) => unit.some((id) => table.cells[i]?.has(id)))
    const [first] = owners
    if (first === undefined) nobodys.push(unit)
    else if (owners.length === 1 || !smaller.length) give(unit, first, table)
    else deal(unit, smaller, owners, table)
  }
  const rounds = smaller.length ? nobodys.length - (nobodys.length % takers.length) : Infinity
  nobodys.forEach((unit, i) => {
    const chosen = fewest(takers, table.dealt, table.cells)
    const largest = Math.max(...takers.map((taker) => table.cells[taker]?.size ?? 0))
    if (i < rounds || (table.cells[chosen]?.size ?? 0) + free(unit, table).length <= largest) {
      table.dealt[chosen] = (table.dealt[chosen] ?? 0) + free(unit, table).length
      give(unit, chosen, table)
    } else deal(unit, smaller, takers, table)
  })
}

function give(unit: readonly number[], cell: number, table: Table): void {
  for (const id of free(unit, table)) table.cells[cell]?.add(id)
}

function free(unit: readonly number[], table: Table): number[] {
  return unit.filter((id) => !table.cells.some((cell) => cell.has(id)))
}

/** Consecutive pieces of so many. */
function unitsOf(whole: readonly number[], size: number): (readonly number[])[] {
  const count = Math.ceil(whole.length / size)
  return Array.from({ length: count }, (_, i) => whole.slice(i * size, (i + 1) * size))
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
