// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong with a request that could be read, for this VM: every problem.
 *
 * Decides legality as `explicit_cells.py` and `plan.py` of `numa_domain/topology/` do, under the same codes.
 * Whether it fits a host is the service's to say: free memory changes by the second.
 *
 *     cpus=0-1 mem=8G / cpus=2-3 mem=7G on a VM of 16 GiB: MemorySum, 1 GiB too little
 */
import { Nodeset } from './nodeset'
import { cellPageKib, cellSizes, granuleKib } from './plan'
import { type Field, type Place, type Problem, problem } from './problem'
import { type CellRequest, isWritten, type NumaRequest } from './request'
import { runningCores } from './shares'
import { memoryText, showMemory } from './units'
import type { Host, Vm } from './vm'

const TOPOLOGY: Place = { input: 'topology' }

export function requestProblems(request: NumaRequest, vm: Vm, host?: Host): readonly Problem[] {
  const { cells } = request
  const found = typeof cells === 'number' ? shareProblems(cells, vm) : []
  if (isWritten(cells)) {
    found.push(...vcpuProblems(cells, vm), ...memoryProblems(cells, vm))
    found.push(...distanceProblems(cells), ...modeProblems(request, cells))
    found.push(...splitCores(cells, vm))
  }
  return host ? [...found, ...nodeProblems(request, host)] : found
}

function shareProblems(count: number, vm: Vm): Problem[] {
  const found: Problem[] = []
  const cores = runningCores(vm)
  const granule = granuleKib(vm, vm.pageKib)
  const memory = showMemory(vm.memoryKib)
  if (count > cores) {
    const facts = { cells: count, cores, threads: vm.threads }
    found.push(problem('CellsExceedCores', TOPOLOGY, facts))
  }
  if (vm.memoryKib < granule * count) {
    const facts = { cells: count, memory, granule: showMemory(granule) }
    found.push(problem('CellsExceedMemory', TOPOLOGY, facts))
  }
  if (vm.pageKib && vm.memoryKib % vm.pageKib) {
    const facts = { memory: memoryText(vm.memoryKib), page: showMemory(vm.pageKib) }
    found.push(problem('PageDoesNotDivide', TOPOLOGY, facts))
  }
  return found
}

function at(cell: number, field: Field): Place {
  return { input: 'topology', cell, field }
}

function vcpuProblems(cells: readonly CellRequest[], vm: Vm): Problem[] {
  const found: Problem[] = []
  cells.forEach((cell, i) => {
    const cpus = cell.cpus ?? Nodeset.EMPTY
    const unknown = cpus.ids.filter((id) => vm.vcpusMax !== undefined && id >= vm.vcpusMax)
    if (unknown.length) {
      const facts = { vcpus: `${Nodeset.of(unknown)}`, last: (vm.vcpusMax ?? 0) - 1 }
      found.push(problem('VcpuUnknown', at(i, 'cpus'), facts))
    }
    cells.slice(0, i).forEach((other, first) => {
      const twice = cpus.and(other.cpus ?? Nodeset.EMPTY)
      if (twice.size) {
        found.push(problem('VcpuTwice', at(i, 'cpus'), { vcpus: `${twice}`, first }))
      }
    })
  })
  const covered = Nodeset.of(cells.flatMap((cell) => cell.cpus?.ids ?? []))
  const running = Nodeset.first(vm.vcpus)
  const missing = running.minus(covered)
  if (missing.size) {
    found.push(problem('VcpuMissing', TOPOLOGY, { vcpus: `${missing}`, running: `${running}` }))
  }
  return found
}

function memoryProblems(cells: readonly CellRequest[], vm: Vm): Problem[] {
  const sizes = cellSizes(vm, cells)
  const found = cells.flatMap((cell, i) => sizeProblems(vm, cell, i, sizes[i] ?? 0))
  const sum = sizes.reduce((total, size) => total + size, 0)
  const starved = cells.flatMap((c, i) => (c.memoryKib === undefined && !sizes[i] ? [i] : []))
  const facts = { sum: showMemory(sum), memory: showMemory(vm.memoryKib) }
  if (starved.length) {
    found.push(problem('MemoryNoneLeft', TOPOLOGY, { ...facts, cells: `${Nodeset.of(starved)}` }))
  } else if (sum !== vm.memoryKib) {
    const difference = showMemory(Math.abs(sum - vm.memoryKib))
    const way = sum > vm.memoryKib ? 'much' : 'little'
    found.push(problem('MemorySum', TOPOLOGY, { ...facts, difference, way }))
  }
  return found
}

function sizeProblems(vm: Vm, cell: CellRequest, i: number, size: number): Problem[] {
  const found: Problem[] = []
  const memory = memoryText(size)
  const unit = vm.arch.startsWith('ppc64') ? 256 * 1024 : 1024
  const page = cellPageKib(vm, cell)
  if (cell.memoryKib === 0) found.push(problem('MemoryZero', at(i, 'mem')))
  if (cell.memoryKib !== undefined && size % unit && vm.memoryKib % unit === 0) {
    found.push(problem('MemoryUnaligned', at(i, 'mem'), { memory, unit: showMemory(unit) }))
  }
  if (page && size % page) {
    found.push(problem('PageDoesNotDivide', at(i, 'page'), { memory, page: showMemory(page) }))
  }
  return found
}

function distanceProblems(cells: readonly CellRequest[]): Problem[] {
  return cells.flatMap((cell, i) => {
    const row = cell.distances
    if (!row) return []
    if (row.length !== cells.length) {
      const facts = { given: row.length, cells: cells.length }
      return [problem('DistanceCount', at(i, 'dist'), facts)]
    }
    return row.flatMap((value, j) => {
      if (i === j && value !== 10) {
        return [problem('DistanceToSelf', at(i, 'dist'), { cell: i, value })]
      }
      if (i !== j && value === 10) {
        return [problem('DistanceTooNear', at(i, 'dist'), { cell: i, other: j })]
      }
      return []
    })
  })
}

/** restrictive cannot be combined with another mode: libvirt refuses it. */
function modeProblems(request: NumaRequest, cells: readonly CellRequest[]): Problem[] {
  const modes = new Set(cells.map((cell) => cell.mode ?? request.mode))
  if (request.target) modes.add(request.mode)
  if (!modes.has('restrictive') || modes.size < 2) return []
  const others = [...modes].filter((mode) => mode !== 'restrictive').sort()
  return [problem('ModesMixed', TOPOLOGY, { others: others.join(', ') })]
}

/** A warning for each core whose threads are written into several cells. */
function splitCores(cells: readonly CellRequest[], vm: Vm): Problem[] {
  const found: Problem[] = []
  const most = vm.vcpusMax ?? vm.vcpus
  for (let first = 0; vm.threads > 1 && first < most; first += vm.threads) {
    const ids = Array.from({ length: Math.min(vm.threads, most - first) }, (_, i) => first + i)
    const owners = cells.filter((cell) => ids.some((id) => cell.cpus?.has(id)))
    if (owners.length > 1) {
      const facts = { vcpus: `${Nodeset.of(ids)}`, threads: vm.threads }
      found.push(problem('CoreSplit', TOPOLOGY, facts, 'warning'))
    }
  }
  return found
}

/** Nodes that the host in the picture does not have: another candidate may have them. */
function nodeProblems(request: NumaRequest, host: Host): Problem[] {
  const known = Nodeset.of(host.nodes.map((node) => node.id))
  const check = (nodes: Nodeset, place: Place): Problem[] => {
    const missing = nodes.minus(known)
    if (!missing.size) return []
    const facts = { missing: `${missing}`, nodes: `${known}`, host: host.name }
    return [problem('NodeUnknown', place, facts, 'warning')]
  }
  const { target, cells } = request
  const named = target && 'nodes' in target ? check(target.nodes, { input: 'nodeset' }) : []
  if (!isWritten(cells)) return named
  return [...named, ...cells.flatMap((c, i) => (c.nodes ? check(c.nodes, at(i, 'nodes')) : []))]
}
