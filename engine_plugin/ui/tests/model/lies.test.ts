// SPDX-License-Identifier: Apache-2.0
/** A VM that runs, where its host told that it lies. */
import { expect, test } from 'vitest'
import { layOutTold, liesOf, ownOf } from '../../src/model/lies'
import { Nodeset } from '../../src/model/nodeset'
import { readRequest } from '../../src/model/requestText'

const GIB = 1 << 20
const node = (id: number) => ({
  id,
  cpus: Nodeset.of([id]),
  memoryKib: 16 * GIB,
  freeKib: 8 * GIB,
  promisedKib: 0,
  availableKib: 8 * GIB,
  distances: {},
  pages: {},
})
const host = { id: 'h', name: 'h', nodes: [0, 1, 2].map(node) }
const vm = { memoryKib: 4 * GIB, vcpus: 4, threads: 1, arch: 'x86_64' }
const drawn = (nodeset: string, topology = '') => ({
  request: readRequest({ nodeset, topology }).request,
  planned: [],
  vm,
  host,
})
const told = (nodes: string, kib: Record<string, number> = {}) => {
  const lies = liesOf({ state: 'told', nodes, kib, at: '2026-11-28T06:00:00+00:00' })
  if (!lies) throw new Error('nothing told')
  return lies
}

test('auto is on the node that the host took, whatever it would take now', () => {
  const layout = layOutTold(drawn('auto:1'), told('2'))
  expect(layout.source).toBe('told')
  expect([...layout.byNode.keys()]).toEqual([2])
  expect([...ownOf(layout)]).toEqual([[2, 4 * GIB]])
})

test('what the host has counted is drawn, and not what was promised', () => {
  const layout = layOutTold(drawn('auto'), told('0-1', { 0: GIB, 1: 2 * GIB }))
  expect([...ownOf(layout)]).toEqual([
    [0, GIB],
    [1, 2 * GIB],
  ])
  expect(layout.loose).toHaveLength(1)
})

test('cells are those of the service, on all the nodes', () => {
  const cell = (id: number) => ({
    id,
    cpus: Nodeset.of([2 * id, 2 * id + 1]),
    memoryKib: 2 * GIB,
    pageKib: 0,
    nodes: Nodeset.of([id + 1]),
  })
  const answer = {
    id: 'h',
    name: 'h',
    status: 'up',
    hook: true,
    fits: true,
    placement: { cells: [cell(0), cell(1)], charges: new Map() },
    problems: [],
    reasons: [],
    warnings: [],
  }
  const layout = layOutTold({ ...drawn('auto', 'host'), answer }, told('0,2'))
  expect(layout.cards.map((card) => [card.id, card.memoryKib, `${card.nodes}`])).toEqual([
    [0, 2 * GIB, '0,2'],
    [1, 2 * GIB, '0,2'],
  ])
})

test('a VM without cells stays one card, also where the service makes a cell for hot-plug', () => {
  const cell = { id: 0, cpus: Nodeset.of([0]), memoryKib: 4 * GIB, pageKib: 0 }
  const answer = {
    id: 'h',
    name: 'h',
    status: 'up',
    hook: true,
    fits: true,
    placement: { cells: [cell], charges: new Map() },
    problems: [],
    reasons: [],
    warnings: [],
  }
  const layout = layOutTold({ ...drawn('auto:1'), answer }, told('1'))
  expect(layout.byNode.get(1)?.map((card) => card.id)).toEqual([-1])
})

test.each([
  ['before', null, '2026-11-28T06:00:00+00:00'],
  ['unknown', null, null],
])('%s is nothing to draw', (state, nodes, at) => {
  expect(liesOf({ state, nodes, kib: {}, at })).toBeUndefined()
})
