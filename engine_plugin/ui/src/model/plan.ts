// SPDX-License-Identifier: Apache-2.0
/**
 * Request and VM joined: the cells that the guest will see, for the picture.
 *
 * Decides which vCPUs and how much memory each cell has, as `numa_domain/topology/plan.py` does. It
 * never refuses: what is wrong is told by `problems.ts`, and the picture shows what there is.
 *
 *     topology '2' on a VM of 4 vCPUs and 4 GiB: cells 0-1 and 2-3 of 2 GiB each
 */
import { Nodeset } from './nodeset'
import { type CellRequest, isWritten, type Mode, type NumaRequest, type Target } from './request'
import { dealRest, divideMemory, divideVcpus, runningCores } from './shares'
import { distance, type Host, type HostNode, type Vm } from './vm'

export interface PlannedCell {
  readonly id: number
  readonly cpus: Nodeset
  readonly memoryKib: number
  readonly pageKib?: number
  /** As asked for the cell alone; absent is "the VM's nodeset". */
  readonly nodes?: Nodeset
  readonly mode: Mode
  readonly distances?: readonly number[]
}

/** The unit in which a cell's memory is cut; libvirt rounds up to 1 MiB, 256 MiB on POWER. */
export function granuleKib(vm: Vm, pageKib?: number): number {
  const small = vm.memoryKib % 2048 === 0 ? 2048 : 1024
  const base = vm.arch.startsWith('ppc64') ? 256 * 1024 : small
  return Math.max(base, pageKib ?? 0)
}

/** Empty where no virtual topology is asked for, or where none can be made. */
export function planCells(request: NumaRequest, vm: Vm, host?: Host): readonly PlannedCell[] {
  const { cells } = request
  if (cells === undefined) return []
  if (isWritten(cells)) return writtenCells(request, cells, vm)
  if (cells === 'host') return host ? hostCells(request, vm, host) : []
  const weights = Array<number>(cells).fill(1)
  if (cells > runningCores(vm) || vm.memoryKib < granuleKib(vm, vm.pageKib) * cells) return []
  return shared(request, vm, weights, weights)
}

/** The host nodes that a target names; undefined for auto, which the host decides at start. */
export function resolve(target: Target, host: Host): Nodeset | undefined {
  if (target.kind === 'auto') return undefined
  if (target.kind === 'nodes') return target.nodes
  const all = Nodeset.of(host.nodes.filter((node) => node.memoryKib > 0).map((node) => node.id))
  return target.kind === 'all' ? all : all.minus(target.nodes)
}

function hostCells(request: NumaRequest, vm: Vm, host: Host): readonly PlannedCell[] {
  const { target } = request
  const chosen = target && resolve(target, host)
  const count = target?.kind === 'auto' ? target.count : undefined
  const usable = host.nodes.filter((node) => node.memoryKib > 0)
  const nodes = chosen
    ? usable.filter((node) => chosen.has(node.id))
    : usable.slice(0, count ?? usable.length)
  const cpus = nodes.map((node) => node.cpus.size)
  const weights = cpus.some(Boolean) ? cpus : nodes.map(() => 1)
  if (!nodes.length || weights.filter(Boolean).length > runningCores(vm)) return []
  const memory = nodes.map((node) => node.memoryKib)
  return shared(request, vm, weights, memory).map((cell, i) => ({
    ...cell,
    ...(chosen ? { nodes: Nodeset.of([(nodes[i] as HostNode).id]) } : {}),
    distances: nodes.map((node) => distance(host, (nodes[i] as HostNode).id, node.id)),
  }))
}

function shared(
  request: NumaRequest,
  vm: Vm,
  cpuWeights: readonly number[],
  memoryWeights: readonly number[],
): PlannedCell[] {
  const vcpus = divideVcpus(vm, cpuWeights)
  const memory = divideMemory(vm.memoryKib, memoryWeights, granuleKib(vm, vm.pageKib))
  return memory.map((memoryKib, id) => ({
    id,
    cpus: vcpus[id] ?? Nodeset.EMPTY,
    memoryKib,
    ...page(vm, {}),
    mode: request.mode,
  }))
}

function writtenCells(
  request: NumaRequest,
  cells: readonly CellRequest[],
  vm: Vm,
): readonly PlannedCell[] {
  const sizes = cellSizes(vm, cells)
  const vcpus = dealRest(
    vm,
    cells.map((cell) => cell.cpus ?? Nodeset.EMPTY),
  )
  return cells.map((cell, id) => ({
    id,
    cpus: vcpus[id] ?? Nodeset.EMPTY,
    memoryKib: sizes[id] ?? 0,
    ...page(vm, cell),
    ...(cell.nodes ? { nodes: cell.nodes } : {}),
    mode: cell.mode ?? request.mode,
    ...(cell.distances ? { distances: cell.distances } : {}),
  }))
}

/** The page size of a cell; 4K is "ordinary pages". */
function page(vm: Vm, cell: CellRequest): { pageKib?: number } {
  const kib = cell.pageKib ?? vm.pageKib
  return kib === undefined || kib === 4 ? {} : { pageKib: kib }
}

export function cellPageKib(vm: Vm, cell: CellRequest): number | undefined {
  return page(vm, cell).pageKib
}

/** The memory of each cell; what is not written shares what is left, 0 if nothing is. */
export function cellSizes(vm: Vm, cells: readonly CellRequest[]): number[] {
  const open = cells.flatMap((cell, i) => (cell.memoryKib === undefined ? [i] : []))
  const sizes = cells.map((cell) => cell.memoryKib ?? 0)
  const left = vm.memoryKib - sizes.reduce((sum, size) => sum + size, 0)
  if (!open.length || left <= 0) return sizes
  const granule = Math.max(...open.map((i) => granuleKib(vm, page(vm, cells[i] ?? {}).pageKib)))
  const weights = open.map(() => 1)
  divideMemory(left, weights, granule).forEach((share, i) => {
    sizes[open[i] as number] = share
  })
  return sizes
}
