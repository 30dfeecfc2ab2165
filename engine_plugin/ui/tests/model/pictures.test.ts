// SPDX-License-Identifier: Apache-2.0
/** The picture: the service's placement, else what the texts say, else a guess. */
import { describe, expect, test } from 'vitest'
import type { HostAnswer, Placement } from '../../src/model/answer'
import { layOut } from '../../src/model/cards'
import { foldPins } from '../../src/model/diff'
import { Nodeset } from '../../src/model/nodeset'
import { planCells } from '../../src/model/plan'
import { readRequest } from '../../src/model/requestText'
import type { Host, Vm } from '../../src/model/vm'
import { type Row, shownRows, type State } from '../../src/model/vmRows'
import { wishOf } from '../../src/model/wishes'

const GIB = 1 << 20
const vm: Vm = { memoryKib: 8 * GIB, vcpus: 4, threads: 1, arch: 'x86_64' }
const host: Host = {
  id: 'h',
  name: 'h',
  nodes: [4, 32, 16].map((free, id) => ({
    id,
    cpus: Nodeset.of([id]),
    memoryKib: 64 * GIB,
    freeKib: free * GIB,
    promisedKib: 0,
    availableKib: free * GIB,
    distances: {},
    pages: {},
  })),
}
const drawn = (nodeset: string, topology: string, more: object = {}) => {
  const { request } = readRequest({ nodeset, topology })
  return layOut({ request, planned: planCells(request, vm, host), vm, host, ...more })
}
const answer = (placement: Placement): HostAnswer => ({
  id: 'h',
  name: 'h',
  status: 'up',
  hook: true,
  fits: true,
  placement,
  problems: [],
  reasons: [],
  warnings: [],
})

describe('auto', () => {
  test('is silent while nobody has said where', () => {
    const { source, byNode, asked } = drawn('auto', '')
    expect([source, byNode.size, asked.size]).toEqual(['texts', 0, 0])
  })
  test('lies where the service says, share by share', () => {
    const nodes = Nodeset.of([2])
    const charges = new Map([[2, { 0: 8 * GIB }]])
    const layout = drawn('auto:1', '', { answer: answer({ nodes, cells: [], charges }) })
    expect(layout.source).toBe('service')
    expect(layout.byNode.get(2)?.[0]).toMatchObject({ id: -1, own: false })
    expect(layout.asked.get(2)).toEqual({ 0: 8 * GIB })
  })
  test('with host has as many cells as the service says, and not as the host has nodes', () => {
    const cells = [0, 1].map((id) => ({
      id,
      cpus: Nodeset.of([2 * id, 2 * id + 1]),
      memoryKib: 4 * GIB,
      pageKib: 0,
      nodes: Nodeset.of([id + 1]),
    }))
    const charges = new Map([
      [1, { 0: 4 * GIB }],
      [2, { 0: 4 * GIB }],
    ])
    const placement = { nodes: Nodeset.of([1, 2]), cells, charges }
    const layout = drawn('auto', 'host', { answer: answer(placement) })
    expect([...layout.byNode.keys()]).toEqual([1, 2])
    expect(layout.cards).toHaveLength(2)
  })
  test('is a guess where the service cannot be asked: the emptiest node', () => {
    const layout = drawn('auto', '', { alone: true })
    expect([layout.source, [...layout.byNode.keys()]]).toEqual(['guess', [1]])
  })
})

test('nodes that are named are no guess, whoever can be asked', () => {
  const layout = drawn('0', '', { alone: true })
  expect([layout.source, [...layout.byNode.keys()]]).toEqual(['texts', [0]])
})

test.each([
  ['', '', 'none'],
  ['auto:1', '', 'one'],
  [' auto:1 ', '', 'one'],
  ['auto', 'host', 'like'],
  ['auto:2', '2', 'like'],
  ['auto:2', 'host', 'like'],
  ['auto:2', '3', 'hand'],
  ['auto', '', 'hand'],
  ['0', '', 'hand'],
  ['preferred:auto:1', '', 'hand'],
])('the texts %j and %j are the wish %s', (nodeset, topology, wish) => {
  expect(wishOf({ nodeset, topology })).toBe(wish)
})

test('pins of vCPUs are one line, and others stay', () => {
  const pins = [0, 1, 2].map((id) => `+    <vcpupin vcpu="${id}" cpuset="0-7"/>`)
  const lines = foldPins(['+  <cputune>', ...pins, '+  </cputune>'])
  expect(lines.map((line) => line.folded?.length ?? 0)).toEqual([0, 3, 0])
})

describe('VMs in a list', () => {
  const row = (name: string, state: State, reasons: readonly string[] = []): Row => ({
    id: name,
    name,
    state,
    nodeset: '',
    topology: '',
    reasons,
  })
  const rows = [row('vm10', 'set'), row('vm2', 'set'), row('x', 'problem', ['may migrate'])]
  const names = (found: readonly Row[]) => found.map((each) => each.name)
  const byState = { column: 'state', down: false } as const
  test('trouble comes first, then names as people count', () => {
    expect(names(shownRows(rows, '', new Set(), byState))).toEqual(['x', 'vm2', 'vm10'])
  })
  test('are searched in their reasons too, word by word', () => {
    expect(names(shownRows(rows, 'Migrate x', new Set(), byState))).toEqual(['x'])
  })
  test('are filtered by state, and sorted down', () => {
    const down = { column: 'name', down: true } as const
    expect(names(shownRows(rows, '', new Set<State>(['set']), down))).toEqual(['vm10', 'vm2'])
  })
})
