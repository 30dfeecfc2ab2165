// SPDX-License-Identifier: Apache-2.0
/** What people type: whole, half, and pasted. */
import { describe, expect, test } from 'vitest'
import { apply } from '../../src/model/apply'
import { draftProblems, fieldId, readField } from '../../src/model/fieldIds'
import { oneLine, pastedInputs, readCellField } from '../../src/model/typed'

describe('memory', () => {
  test.each([
    ['8G', '8G'],
    ['8192', '8192'],
    ['80 GB', '80G'],
    ['80GiB', '80G'],
    ['80gb', '80G'],
    ['64.5G', '66048M'],
    ['64,5 GiB', '66048M'],
    ['1.5T', '1536G'],
    [' 16 G ', '16G'],
    ['512MB', '512M'],
  ])('%s is %s', (text, value) => {
    expect(readCellField(0, 'mem', text)).toEqual({ value, problems: [] })
  })
  test.each(['8X', '8 G G', 'G', '1e3', '-1G', '0.1K', '1.2.3G'])('%s is none', (text) => {
    const { value, problems } = readCellField(1, 'mem', text)
    expect(value).toBeUndefined()
    expect(problems[0]).toMatchObject({ code: 'MemoryMalformed', place: { cell: 1, field: 'mem' } })
  })
  test('more than any host has is said', () => {
    expect(readCellField(0, 'mem', '99999999999999T').problems[0]?.code).toBe('MemoryTooLarge')
  })
})

describe('a distance', () => {
  test.each(['2', '', '9', '256', '1x'])('%j is half typed', (text) => {
    expect(readField('numa-dist-0-1', text).value).toBeUndefined()
  })
  test('is whole from 10 on', () => expect(readField('numa-dist-0-1', ' 21 ').value).toBe('21'))
})

describe('a count', () => {
  test.each(['', '0', 'x', '999'])('%j is half typed', (text) => {
    expect(readField('numa-cells-count', text).value).toBeUndefined()
  })
  test('of nodes may be absent', () => expect(readField('numa-target-count', '').value).toBe(''))
})

describe('lines', () => {
  test('of cells are cells', () => {
    const two = 'cpus=0-3 mem=8G\r\ncpus=4-7 mem=8G\n'
    expect(oneLine('topology', two)).toBe('cpus=0-3 mem=8G / cpus=4-7 mem=8G')
  })
  test('with their slashes are cells once', () => {
    expect(oneLine('topology', 'cpus=0 mem=1G /\ncpus=1 mem=1G')).toBe(
      'cpus=0 mem=1G / cpus=1 mem=1G',
    )
  })
  test('of one cell are its fields', () => {
    expect(oneLine('topology', 'cpus=0-3\nmem=8G')).toBe('cpus=0-3 mem=8G')
  })
  test('of ids are a list', () => expect(oneLine('nodeset', '0\n2,\n4\n')).toBe('0,2,4'))
  test('with the names of the properties are both texts', () => {
    expect(pastedInputs('numa_nodeset = 0-1\nnuma_topology: 2\n')).toEqual({
      nodeset: '0-1',
      topology: '2',
    })
    expect(pastedInputs('0-1')).toBeUndefined()
  })
})

describe('put into the texts', () => {
  const scene = { vm: { memoryKib: 8 << 20, vcpus: 4, threads: 1, arch: 'x86_64' } }
  const cells = { nodeset: '', topology: 'cpus=0-1 mem=4G / cpus=2-3 mem=4G' }
  test('the last field of a cell cannot be taken away: rows would go with it', () => {
    const one = { nodeset: '', topology: 'mem=8G' }
    expect(apply(one, fieldId(0, 'mem'), '', scene)).toBeUndefined()
    expect(draftProblems({ [fieldId(0, 'mem')]: '' })[0]?.code).toBe('CellEmpty')
    expect(apply(cells, fieldId(0, 'mem'), '', scene)?.inputs.topology).toBe(
      'cpus=0-1 / cpus=2-3 mem=4G',
    )
  })
  test('cells that were a number are said to be written out', () => {
    const applied = apply({ nodeset: '', topology: '2' }, fieldId(0, 'nodes'), '1', scene)
    expect(applied?.writtenOut).toBe(true)
    expect(apply(cells, fieldId(0, 'nodes'), '1', scene)?.writtenOut).toBe(false)
  })
  test('a problem of a text is one of the place in the text', () => {
    expect(draftProblems({ 'numa-text-nodeset': '0-1,x' })[0]?.place).toMatchObject({
      input: 'nodeset',
      at: 4,
      inText: true,
    })
  })
})
