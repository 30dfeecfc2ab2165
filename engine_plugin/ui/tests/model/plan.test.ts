// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { planCells } from '../../src/model/plan'
import type { Place } from '../../src/model/problem'
import { requestProblems } from '../../src/model/problems'
import { readRequest } from '../../src/model/requestText'
import type { Vm } from '../../src/model/vm'

interface Row {
  readonly vm: string
  readonly topology: string
  readonly cells?: readonly { cpus: string; memory_kib: number; page_kib: number | null }[]
  readonly warnings?: readonly string[]
  readonly problems?: readonly { code: string; where: string; facts: Record<string, unknown> }[]
}

interface Table {
  readonly vms: Record<string, Record<string, never>>
  readonly rows: readonly Row[]
}

const file = new URL('../../../../tests/data/cells.json', import.meta.url)
const table: Table = JSON.parse(readFileSync(file, 'utf8'))

function vmOf(row: Row): Vm {
  const { memory_kib, vcpus, vcpus_max, threads, cores, arch, page_kib } = table.vms[row.vm] ?? {}
  const vm = { memoryKib: memory_kib, vcpus, vcpusMax: vcpus_max, threads, arch } as unknown as Vm
  return { ...vm, ...(page_kib ? { pageKib: page_kib } : {}), ...(cores ? { cores } : {}) }
}

function where(place: Place): string {
  const cell = place.cell === undefined ? [] : [`cell ${place.cell}`]
  return [`numa_${place.input}`, ...cell, ...(place.field ? [place.field] : [])].join(', ')
}

describe('the table that Python passes too', () => {
  test.each(table.rows.filter((row) => row.cells))('$vm: $topology is planned', (row) => {
    const vm = vmOf(row)
    const { request } = readRequest({ nodeset: '', topology: row.topology })
    const planned = planCells(request, vm).map((cell) => ({
      cpus: cell.cpus.toString(),
      memory_kib: cell.memoryKib,
      page_kib: cell.pageKib ?? null,
    }))
    expect(planned).toEqual(row.cells)
    expect(requestProblems(request, vm).map((found) => found.code)).toEqual(row.warnings ?? [])
  })

  test.each(table.rows.filter((row) => row.problems))('$vm: $topology is refused', (row) => {
    const { request } = readRequest({ nodeset: '', topology: row.topology })
    const found = requestProblems(request, vmOf(row)).filter((each) => each.severity === 'error')
    const shown = found.map(({ code, place, facts }) => ({ code, where: where(place), facts }))
    expect(shown).toEqual(row.problems)
  })
})
