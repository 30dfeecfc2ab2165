// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { withField, withoutCell } from '../../src/model/draft'
import * as edit from '../../src/model/edit'
import { Nodeset } from '../../src/model/nodeset'
import { requestProblems } from '../../src/model/problems'
import { readRequest } from '../../src/model/requestText'
import type { Host, Vm } from '../../src/model/vm'

const GIB = 1024 ** 2
const vm: Vm = { memoryKib: 4 * GIB, vcpus: 4, vcpusMax: 16, threads: 1, arch: 'x86_64' }
const node = (id: number) => ({
  id,
  cpus: Nodeset.of([id * 2, id * 2 + 1]),
  memoryKib: 8 * GIB,
  freeKib: 6 * GIB,
  promisedKib: 0,
  availableKib: 6 * GIB,
  distances: {},
  pages: {},
})
const host: Host = { id: 'h', name: 'host1', nodes: [node(0), node(1), node(8)] }
const scene = { vm, host }

function problemsOf(inputs: { nodeset: string; topology: string }): string[] {
  const { request, problems } = readRequest(inputs)
  return [...problems, ...requestProblems(request, vm, host)].map((found) => found.code)
}

describe('the nodeset', () => {
  test('a mode is set before the target', () => {
    expect(edit.setMode({ nodeset: '0-1', topology: '' }, 'preferred').nodeset).toBe(
      'preferred:0-1',
    )
  })
  test('strict is the default and is not written', () => {
    expect(edit.setMode({ nodeset: 'preferred:0-1', topology: '' }, 'strict').nodeset).toBe('0-1')
  })
  test('a node is taken in and out, the mode stays', () => {
    const more = edit.toggleNode({ nodeset: 'interleave:0', topology: '' }, 8, scene)
    expect(more.nodeset).toBe('interleave:0,8')
    expect(edit.toggleNode(more, 0, scene).nodeset).toBe('interleave:8')
  })
  test('a node out of `all` leaves the others', () => {
    expect(edit.toggleNode({ nodeset: 'all', topology: '' }, 1, scene).nodeset).toBe('0,8')
  })
  test('the last node out leaves nothing', () => {
    expect(edit.toggleNode({ nodeset: '1', topology: '' }, 1, scene).nodeset).toBe('')
  })
})

describe('cells', () => {
  test('moving one of two equal cells writes both', () => {
    const moved = edit.moveCell({ nodeset: '0-1', topology: '2' }, 1, Nodeset.of([1]), scene)
    expect(moved.topology).toBe('cpus=0-1 mem=2G / cpus=2-3 mem=2G nodes=1')
    expect(problemsOf(moved)).toEqual([])
  })
  test('the empty set unbinds', () => {
    const inputs = { nodeset: '0', topology: 'cpus=0-3 mem=4G nodes=1' }
    expect(edit.moveCell(inputs, 0, Nodeset.EMPTY, scene).topology).toBe('cpus=0-3 mem=4G')
  })
  test('what is added leaves all sums right', () => {
    let inputs = { nodeset: '0-1', topology: '' }
    for (let cells = 2; cells <= 4; cells++) {
      inputs = edit.addCell(inputs, scene)
      expect(inputs.topology.split('/')).toHaveLength(cells)
      expect(problemsOf(inputs)).toEqual([])
    }
  })
  test('what is removed leaves all sums right, and rows of distances', () => {
    const inputs = {
      nodeset: '',
      topology:
        'cpus=0-1 mem=1G dist=10,20,30 / cpus=2 mem=1G dist=20,10,40 / cpus=3 mem=2G dist=30,40,10',
    }
    const fewer = edit.removeCell(inputs, 1, scene)
    expect(fewer.topology).toBe('cpus=0-2 mem=2G dist=10,30 / cpus=3 mem=2G dist=30,10')
    expect(problemsOf(fewer)).toEqual([])
  })
  test('removing the only cell removes the topology', () => {
    const inputs = { nodeset: '0', topology: 'cpus=0-3 mem=4G' }
    expect(edit.removeCell(inputs, 0, scene)).toEqual({ nodeset: '0', topology: '' })
  })
  test('an even split keeps where cells lie', () => {
    const inputs = { nodeset: '', topology: 'cpus=0-2 mem=3G nodes=8 / cpus=3 mem=1G nodes=0' }
    const even = edit.splitEvenly(inputs, scene).topology
    expect(even).toBe('cpus=0-1 mem=2G nodes=8 / cpus=2-3 mem=2G nodes=0')
  })
  test('a distance is set there and back', () => {
    const inputs = { nodeset: '', topology: 'cpus=0-1 mem=2G / cpus=2-3 mem=2G' }
    const set = edit.setDistance(inputs, [0, 1], '31', scene)
    expect(set.topology).toBe('cpus=0-1 mem=2G dist=10,31 / cpus=2-3 mem=2G dist=31,10')
    expect(edit.withoutDistances(set)).toEqual(inputs)
  })
})

describe('fields as raw text', () => {
  test('an illegal value stands in the text as typed', () => {
    expect(withField('cpus=0 mem=1G', 0, 'mem', '1X')).toBe('cpus=0 mem=1X')
  })
  test('a new field takes its canonical place', () => {
    expect(withField('cpus=0 nodes=1 / mem=1G', 0, 'mem', '2G')).toBe(
      'cpus=0 mem=2G nodes=1 / mem=1G',
    )
  })
  test('what would end the field is taken out', () => {
    expect(withField('cpus=0', 0, 'cpus', '0, 2 / ;3')).toBe('cpus=0,23')
  })
  test('words that are no fields are kept', () => {
    expect(withField('cpus=0 huh', 0, 'mem', '1G')).toBe('cpus=0 mem=1G huh')
  })
  test('a removed cell leaves the others', () => {
    expect(withoutCell('mem=1G / mem=2G / mem=3G', 1)).toBe('mem=1G / mem=3G')
  })
})
