// SPDX-License-Identifier: Apache-2.0
/**
 * One cell of `numa_topology`: the fields between two slashes.
 *
 * Decides which words are fields and what their values may be. Never knows its neighbours.
 *
 *     parseCell(' cpus=0-3 mem=8G nodes=0 ').cell.memoryKib    8388608
 */
import { Nodeset } from './nodeset'
import { FIELDS, type Field, TextProblem } from './problem'
import { ACCESSES, type CellRequest, MODES } from './request'
import { words } from './text'
import { parseMemory } from './units'

export interface CellReading {
  readonly cell: CellRequest
  /** Offsets are those in the text of the cell. */
  readonly errors: readonly { readonly field?: Field; readonly error: TextProblem }[]
}

export function parseCell(part: string): CellReading {
  let cell: CellRequest = {}
  const seen = new Set<string>()
  const errors: { field?: Field; error: TextProblem }[] = []
  for (const { word, at } of words(part)) {
    const equals = word.indexOf('=')
    const name = word.slice(0, Math.max(equals, 0))
    const wrong = (code: string, length: number, facts: Record<string, string>) =>
      errors.push({ error: new TextProblem(code, part, at, length, facts) })
    const field = FIELDS.find((known) => known === name)
    if (equals < 0) wrong('FieldMalformed', word.length, { word })
    else if (!field) wrong('FieldUnknown', name.length || 1, { name })
    else if (seen.has(field)) wrong('FieldTwice', word.length, { name })
    else {
      seen.add(field)
      try {
        cell = { ...cell, ...READERS[field](word.slice(equals + 1)) }
      } catch (error) {
        if (!(error instanceof TextProblem)) throw error
        errors.push({ field, error: moved(error, part, at + equals + 1) })
      }
    }
  }
  return { cell, errors }
}

function moved(error: TextProblem, text: string, offset: number): TextProblem {
  const inner = error.text
  const facts = {
    piece: inner.slice(error.at, error.at + error.length),
    place: error.at + 1,
    text: inner,
    ...error.facts,
  }
  return new TextProblem(error.code, text, error.at + offset, error.length, facts)
}

/** One reader a field: the value's text to the part of a cell that it sets. */
export const READERS: Readonly<Record<Field, (value: string) => CellRequest>> = {
  cpus: (value) => ({ cpus: Nodeset.parse(value) }),
  mem: (value) => ({ memoryKib: parseMemory(value) }),
  nodes: (value) => ({ nodes: Nodeset.parse(value) }),
  mode: (value) => ({ mode: oneOf('mode', MODES, value) }),
  page: (value) => ({ pageKib: parsePage(value) }),
  dist: (value) => ({ distances: parseDistances(value) }),
  access: (value) => ({ access: oneOf('access', ACCESSES, value) }),
}

function parsePage(value: string): number {
  const kib = parseMemory(value)
  const exponent = Math.log2(kib)
  if (kib < 4 || 2 ** Math.round(exponent) !== kib) {
    throw new TextProblem('PageMalformed', value, 0, value.length, { value })
  }
  return kib
}

function parseDistances(value: string): readonly number[] {
  let at = 0
  return value.split(',').map((item) => {
    const number = /^[0-9]{1,3}$/.test(item) ? Number(item) : 0
    if (number < 10 || number > 255) {
      throw new TextProblem('DistanceMalformed', value, at, item.length || 1, { value: item })
    }
    at += item.length + 1
    return number
  })
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: string): T {
  const found = allowed.find((known) => known === value)
  if (found) return found
  const facts = { value, name, allowed: allowed.join(', ') }
  throw new TextProblem('FieldWordUnknown', value, 0, value.length || 1, facts)
}
