// SPDX-License-Identifier: Apache-2.0
/**
 * The service's problems as those of the model, so that one list shows both.
 *
 *     { code: 'NoRoom', where: 'numa_topology, cell 1, mem', ... }
 *     { code: 'NoRoom', place: { input: 'topology', cell: 1, field: 'mem' }, ... }
 */
import { FIELDS, type Place, type Problem } from '../model/problem'
import type { WireProblem } from './wire'

export function problemOf(wire: WireProblem, severity: Problem['severity'] = 'error'): Problem {
  return {
    code: wire.code,
    severity,
    place: placeOf(wire),
    facts: wire.facts ?? {},
    ...(wire.cause ? { cause: problemOf(wire.cause, severity) } : {}),
    text: wire.message,
    todo: wire.remedy,
  }
}

function placeOf({ where, field, at, length }: WireProblem): Place {
  const [input, ...rest] = where.split(', ')
  const cell = rest.map((part) => /^cell (\d+)$/.exec(part)?.[1]).find(Boolean)
  const named = FIELDS.find((each) => rest.includes(each))
  return {
    input: field ?? (input === 'numa_topology' ? 'topology' : 'nodeset'),
    ...(cell === undefined ? {} : { cell: Number(cell) }),
    ...(named ? { field: named } : {}),
    ...(typeof at === 'number' ? { at } : {}),
    ...(typeof length === 'number' ? { length } : {}),
  }
}
