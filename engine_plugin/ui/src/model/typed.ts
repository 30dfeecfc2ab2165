// SPDX-License-Identifier: Apache-2.0
/**
 * What somebody has typed into a field, half or whole: the text for the inputs, or what is amiss.
 *
 * Decides more kindly than the inputs' grammar: people write "80 GB", "80GiB" and "64.5G", leave
 * blanks, and paste lines. Whatever is no value yet is told, and changes nothing.
 *
 *     readCellField('mem', '64.5 GiB').value    '66048M'
 */
import { READERS } from './cellText'
import { fieldValue } from './draft'
import { type Field, type Input, type Problem, problem, TextProblem } from './problem'
import type { Inputs } from './request'
import { readRequest } from './requestText'
import { strip } from './text'
import { memoryText } from './units'

export interface Typed {
  /** As it stands in the inputs; absent where it is no value. */
  readonly value?: string
  readonly problems: readonly Problem[]
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1024,
  k: 1,
  m: 1024,
  g: 1024 ** 2,
  t: 1024 ** 3,
}

/** An amount of memory as people write it; in the inputs' own words. */
export function peoplesMemory(text: string): string {
  const found = /^([0-9]+)(?:[.,]([0-9]+))?\s*(?:([kmgt])(?:i?b)?)?$/i.exec(strip(text).body)
  if (!found) throw new TextProblem('MemoryMalformed', text, 0, text.length)
  const [, whole = '', part = '', unit = ''] = found
  const kib = Number(`${whole}.${part || 0}`) * (FACTORS[unit.toLowerCase()] as number)
  if (kib > Number.MAX_SAFE_INTEGER) throw new TextProblem('MemoryTooLarge', text, 0, text.length)
  if (!Number.isSafeInteger(kib)) throw new TextProblem('MemoryMalformed', text, 0, text.length)
  if (!part && (unit === '' || !/[^kmgt0-9]/i.test(strip(text).body))) {
    return fieldValue(text).toUpperCase()
  }
  return memoryText(kib)
}

/** A field of a cell; the empty text takes the field away. */
export function readCellField(cell: number, field: Field, text: string): Typed {
  const clean = fieldValue(text)
  if (!clean) return { value: '', problems: [] }
  return guarded({ input: 'topology', cell, field }, () => {
    const value = field === 'mem' ? peoplesMemory(text) : clean
    READERS[field](value)
    return value
  })
}

export function readDistance(cell: number, text: string): Typed {
  return guarded({ input: 'topology', cell, field: 'dist' }, () => {
    const clean = fieldValue(text)
    if (!/^[0-9]{1,3}$/.test(clean)) malformed('DistanceMalformed', text)
    READERS.dist(clean)
    return clean
  })
}

/** A count from 1 to `max`, of nodes or cells. */
export function readCount(input: Input, text: string, max: number): Typed {
  const things = input === 'nodeset' ? 'nodes' : 'cells'
  return guarded({ input }, () => {
    const clean = strip(text).body
    const count = /^[0-9]{1,4}$/.test(clean) ? Number(clean) : 0
    if (count < 1 || count > max) malformed('CountMalformed', text, { count: clean, things, max })
    return `${count}`
  })
}

/** One of the two texts, in one line. */
export function readText(input: Input, text: string): Typed {
  const value = oneLine(input, text)
  const { problems } = readRequest({ nodeset: '', topology: '', [input]: value })
  return problems.length ? { problems } : { value, problems }
}

/** Lines are cells, or ids: a property is one line. */
export function oneLine(input: Input, text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => strip(line).body)
  const [first = '', ...more] = lines.filter(Boolean)
  if (!more.length) return lines.length > 1 ? first : text
  if (input === 'nodeset') return [first, ...more].map((line) => line.replace(/,$/, '')).join(',')
  const cells = [first, ...more].map((line) => line.replace(/^\/\s*|\s*\/$/g, ''))
  return cells.join(cells.every((line) => line.includes('=')) && startsCells(cells) ? ' / ' : ' ')
}

/** Whether each line is a cell of its own, and not one cell's fields below each other. */
function startsCells(lines: readonly string[]): boolean {
  const names = lines.map((line) => /^(\w+)=/.exec(line)?.[1])
  return names.every((name) => name !== undefined && name === names[0])
}

/** Both texts at once, as they are shown in documents and by the command line. */
export function pastedInputs(text: string): Partial<Inputs> | undefined {
  const found: { nodeset?: string; topology?: string } = {}
  for (const line of text.split(/[\r\n]+/)) {
    const match = /^\s*numa_(nodeset|topology)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (match?.[1]) found[match[1] as Input] = match[2] ?? ''
    else if (line.trim()) return undefined
  }
  return Object.keys(found).length ? found : undefined
}

function malformed(code: string, text: string, facts: Record<string, string | number> = {}): never {
  throw new TextProblem(code, text, 0, text.length || 1, { value: text, ...facts })
}

function guarded(place: Problem['place'], read: () => string): Typed {
  try {
    return { value: read(), problems: [] }
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    const { code, facts } = error.toProblem(place, 0)
    return { problems: [problem(code, place, facts)] }
  }
}
