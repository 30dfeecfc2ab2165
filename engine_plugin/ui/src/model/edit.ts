// SPDX-License-Identifier: Apache-2.0
/**
 * What can be done in the picture, each as a change of the two texts.
 *
 * Decides what a drag, a click or a button means for the inputs; the texts are the only state,
 * so that picture and text cannot disagree. Never knows a component.
 *
 *     moveCell({ nodeset: '0-1', topology: '2' }, 1, Nodeset.of([1]), { vm, host })
 *     { nodeset: '0-1', topology: 'cpus=0-1 mem=2G / cpus=2-3 mem=2G nodes=1' }
 */
import {
  hasCells,
  nodesetText,
  rawCells,
  rawNodeset,
  withCell,
  withField,
  withoutCell,
} from './draft'
import { Nodeset } from './nodeset'
import { granuleKib, type PlannedCell, planCells, resolve } from './plan'
import type { Field } from './problem'
import { type Inputs, type Mode, type NumaRequest, toProperties } from './request'
import { readRequest } from './requestText'
import { inProportion, runningCores } from './shares'
import type { Host, Vm } from './vm'

export interface Scene {
  readonly vm: Vm
  readonly host?: Host
}

/** Without a request there is nothing that a mode could be of. */
export function setMode(inputs: Inputs, mode: Mode): Inputs {
  const { target } = rawNodeset(inputs.nodeset)
  return { ...inputs, nodeset: nodesetText({ mode, target }) }
}

export function setTarget(inputs: Inputs, target: string): Inputs {
  const { mode } = rawNodeset(inputs.nodeset)
  return { ...inputs, nodeset: nodesetText({ mode, target }) }
}

/** Takes a node of the host into the VM's nodeset, or out of it. */
export function toggleNode(inputs: Inputs, node: number, { host }: Scene): Inputs {
  const { target } = readRequest(inputs).request
  const named = (target && host && resolve(target, host)) ?? Nodeset.EMPTY
  const one = Nodeset.of([node])
  const nodes = named.has(node) ? named.minus(one) : named.union(one)
  return setTarget(inputs, nodes.toString())
}

/** Whether touching one cell writes out all of them, which were a number or `host` before. */
export function writesOut(inputs: Inputs): boolean {
  return !hasCells(inputs.topology)
}

/** Whether nothing would be left of a cell without this field. */
export function empties(inputs: Inputs, cell: number, field: Field, scene: Scene): boolean {
  const fields = rawCells(explicitCells(inputs, scene))[cell]
  return fields !== undefined && [...fields.keys()].every((name) => name === field)
}

/** Every topology as cells one by one, so that one of them can be changed. */
export function explicitCells(inputs: Inputs, { vm, host }: Scene): string {
  if (hasCells(inputs.topology)) return inputs.topology
  const planned = planCells(readRequest(inputs).request, vm, host)
  return cellsText(planned.length ? planned : equalCells(1, vm), vm)
}

export function setField(
  inputs: Inputs,
  cell: number,
  field: Field,
  value: string,
  scene: Scene,
): Inputs {
  const topology = explicitCells(inputs, scene)
  return { ...inputs, topology: withField(topology, cell, field, value) }
}

/** Binds a cell to nodes of its own; the empty set leaves it to the VM's nodeset. */
export function moveCell(inputs: Inputs, cell: number, nodes: Nodeset, scene: Scene): Inputs {
  return setField(inputs, cell, 'nodes', nodes.toString(), scene)
}

export function setCount(inputs: Inputs, count: number): Inputs {
  return { ...inputs, topology: count > 0 ? `${count}` : '' }
}

export function likeHost(inputs: Inputs): Inputs {
  return { nodeset: inputs.nodeset || 'auto', topology: 'host' }
}

/** One more cell, with half of what the largest one has. */
export function addCell(inputs: Inputs, scene: Scene): Inputs {
  const topology = explicitCells(inputs, scene)
  const planned = planCells(readRequest({ ...inputs, topology }).request, scene.vm, scene.host)
  const donor = largest(planned)
  if (!donor) return { ...inputs, topology: withCell(topology, 'mem=1G') }
  const granule = granuleKib(scene.vm, donor.pageKib)
  const [keepKib = 0, giveKib = 0] = inProportion(Math.floor(donor.memoryKib / granule), [1, 1])
  const running = donor.cpus.ids.filter((id) => id < scene.vm.vcpus)
  const keep = Math.ceil(running.length / scene.vm.threads / 2) * scene.vm.threads
  const text = (cpus: readonly number[], kib: number) =>
    toProperties({ mode: 'strict', cells: [cell(cpus, kib)] }).topology
  const rest = donor.memoryKib - giveKib * granule
  if (!giveKib || !keepKib) return { ...inputs, topology: withCell(topology, 'mem=1G') }
  let changed = withField(topology, donor.id, 'mem', memory(rest))
  changed = withField(changed, donor.id, 'cpus', `${Nodeset.of(running.slice(0, keep))}`)
  return { ...inputs, topology: withCell(changed, text(running.slice(keep), giveKib * granule)) }
}

/** The cell's vCPUs and memory go to its neighbour, so that the sums still agree. */
export function removeCell(inputs: Inputs, id: number, scene: Scene): Inputs {
  const topology = explicitCells(inputs, scene)
  const planned = planCells(readRequest({ ...inputs, topology }).request, scene.vm, scene.host)
  const gone = planned[id]
  const heir = planned[id > 0 ? id - 1 : 1]
  if (!gone || !heir) return { ...inputs, topology: '' }
  const running = heir.cpus.union(gone.cpus).ids.filter((vcpu) => vcpu < scene.vm.vcpus)
  let changed = withField(topology, heir.id, 'mem', memory(heir.memoryKib + gone.memoryKib))
  changed = withField(changed, heir.id, 'cpus', `${Nodeset.of(running)}`)
  return { ...inputs, topology: withoutCell(changed, id) }
}

/** The same number of cells, all of one size; where they lie is kept. */
export function splitEvenly(inputs: Inputs, scene: Scene): Inputs {
  let topology = explicitCells(inputs, scene)
  const count = topology.split('/').length
  const even = equalCells(Math.min(count, runningCores(scene.vm)), scene.vm)
  for (const each of even) {
    const running = each.cpus.ids.filter((vcpu) => vcpu < scene.vm.vcpus)
    topology = withField(topology, each.id, 'cpus', `${Nodeset.of(running)}`)
    topology = withField(topology, each.id, 'mem', memory(each.memoryKib))
  }
  return { ...inputs, topology }
}

/** One distance, there and back; a row that was not written gets its defaults. */
export function setDistance(
  inputs: Inputs,
  [from, to]: readonly [number, number],
  value: string,
  scene: Scene,
): Inputs {
  let topology = explicitCells(inputs, scene)
  const { cells } = readRequest({ ...inputs, topology }).request
  const written = Array.isArray(cells) ? cells : []
  const rows = written.map((each, i) =>
    written.map(
      (_, j) => `${each.distances?.[j] ?? written[j]?.distances?.[i] ?? (i === j ? 10 : 20)}`,
    ),
  )
  for (const [i, j] of [
    [from, to],
    [to, from],
  ] as const) {
    const row = rows[i]
    if (row) row[j] = value
  }
  rows.forEach((row, i) => {
    topology = withField(topology, i, 'dist', row.join(','))
  })
  return { ...inputs, topology }
}

export function withoutDistances(inputs: Inputs): Inputs {
  const count = hasCells(inputs.topology) ? inputs.topology.split('/').length : 0
  let { topology } = inputs
  for (let i = 0; i < count; i++) topology = withField(topology, i, 'dist', '')
  return { ...inputs, topology }
}

function equalCells(count: number, vm: Vm): readonly PlannedCell[] {
  return planCells({ mode: 'strict', cells: Math.max(1, count) }, vm)
}

function cellsText(planned: readonly PlannedCell[], vm: Vm): string {
  const cells = planned.map((each) => ({
    ...cell(
      each.cpus.ids.filter((id) => id < vm.vcpus),
      each.memoryKib,
    ),
    ...(each.nodes ? { nodes: each.nodes } : {}),
    ...(each.distances && planned.length > 1 ? { distances: each.distances } : {}),
  }))
  return toProperties({ mode: 'strict', cells } satisfies NumaRequest).topology
}

function cell(cpus: readonly number[], memoryKib: number) {
  return { ...(cpus.length ? { cpus: Nodeset.of(cpus) } : {}), memoryKib }
}

function memory(kib: number): string {
  return toProperties({ mode: 'strict', cells: [{ memoryKib: kib }] }).topology.slice('mem='.length)
}

function largest(planned: readonly PlannedCell[]): PlannedCell | undefined {
  return [...planned].sort((a, b) => b.memoryKib - a.memoryKib || a.id - b.id)[0]
}
