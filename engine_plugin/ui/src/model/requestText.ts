// SPDX-License-Identifier: Apache-2.0
/**
 * The grammar of the two inputs, read with an eye to the person who types them.
 *
 * Decides which texts are requests, and names every mistake with its place, exactly as
 * `numa_domain/request/parser.py` does: both pass tests/data/requests.json. Never knows a VM.
 *
 *     readRequest({ nodeset: 'auto:2', topology: '2' }).request.cells    2
 */
import { parseCell } from './cellText'
import { Nodeset } from './nodeset'
import { type Place, type Problem, problem, TextProblem } from './problem'
import type { Cells, NumaRequest, Target } from './request'
import { type CellRequest, EMPTY_REQUEST, type Inputs, MODES, type Mode } from './request'
import { codePoints, strip } from './text'

/** What the engine can store of all custom properties of a VM together. */
export const MAX_TEXT = 4000
/** QEMU's MAX_NODES. */
export const MAX_CELLS = 128
const MAX_COUNT = 16384

export interface Reading {
  /** What could be read: a field or an input with a mistake is absent from it. */
  readonly request: NumaRequest
  readonly problems: readonly Problem[]
}

export function readRequest(inputs: Inputs): Reading {
  const problems: Problem[] = []
  const guarded = <T>(place: Place, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof TextProblem)) throw error
      problems.push(error.toProblem(place, 0))
      return undefined
    }
  }
  const nodeset = strip(inputs.nodeset).body
    ? guarded({ input: 'nodeset' }, () => parseNodeset(inputs.nodeset, problems))
    : undefined
  const cells = strip(inputs.topology).body
    ? guarded({ input: 'topology' }, () => parseTopology(inputs.topology, problems))
    : undefined
  const request = { ...EMPTY_REQUEST, ...nodeset, ...(cells === undefined ? {} : { cells }) }
  return { request, problems }
}

function parseNodeset(text: string, problems: Problem[]): { mode: Mode; target?: Target } {
  checkLength(text)
  let { body, offset } = strip(text)
  let mode: Mode = 'strict'
  const colon = body.indexOf(':')
  const head = body.slice(0, Math.max(colon, 0))
  const named = MODES.find((known) => known === strip(head).body)
  if (colon >= 0 && named) {
    mode = named
    const inner = strip(body.slice(colon + 1))
    offset += colon + 1 + inner.offset
    body = inner.body
    if (!body) throw new TextProblem('TargetMissing', text, text.length - 1, 1)
  } else if (colon >= 0 && strip(head).body !== 'auto') {
    const facts = { mode: strip(head).body }
    throw new TextProblem('ModeUnknown', text, offset, head.length || 1, facts)
  }
  const target = parseTarget(text, body, offset, problems)
  return target ? { mode, target } : { mode }
}

function parseTarget(
  text: string,
  body: string,
  offset: number,
  problems: Problem[],
): Target | undefined {
  if (body === 'all') return { kind: 'all' }
  const colon = body.indexOf(':')
  const head = colon < 0 ? body : body.slice(0, colon)
  if (strip(head).body === 'auto') {
    if (colon < 0) return { kind: 'auto' }
    const count = body.slice(colon + 1)
    const at = offset + colon + 1
    return { kind: 'auto', count: parseCount(text, count, at, 'nodes', MAX_COUNT) }
  }
  try {
    return { kind: 'nodes', nodes: Nodeset.parse(body) }
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    const items = body.split(',').map((item) => strip(item).body)
    const excluded = items.filter((item) => item)
    if (error.code === 'NodesetEmpty' && excluded.every((item) => item.startsWith('^'))) {
      return { kind: 'except', nodes: Nodeset.parse(excluded.map((i) => i.slice(1)).join(',')) }
    }
    problems.push(malformed(text, error, offset))
    return undefined
  }
}

function malformed(text: string, error: TextProblem, offset: number): Problem {
  const cause = error.toProblem({ input: 'nodeset' }, offset)
  const { at = 0, length = 1 } = cause.place
  const outer = new TextProblem('NodesetTextMalformed', text, at, length)
  return { ...outer.toProblem({ input: 'nodeset' }, 0), cause }
}

function parseCount(text: string, count: string, at: number, things: string, max: number): number {
  const word = strip(count).body
  const value = /^[0-9]{1,8}$/.test(word) ? Number(word) : 0
  if (value < 1 || value > max) {
    const facts = { count: word, things, max }
    throw new TextProblem('CountMalformed', text, at, count.length || 1, facts)
  }
  return value
}

function parseTopology(text: string, problems: Problem[]): Cells | undefined {
  checkLength(text)
  const { body, offset } = strip(text)
  if (body === 'host') return 'host'
  if (!/[=/]/.test(body)) {
    if (/^[0-9]/.test(body)) return parseCount(text, body, offset, 'cells', MAX_CELLS)
    throw new TextProblem('TopologyMalformed', text, offset, body.length, { word: body })
  }
  const parts = text.split('/')
  if (parts.length > MAX_CELLS) {
    const at = parts.slice(0, MAX_CELLS).join('/').length
    const facts = { count: `${parts.length}`, things: 'cells', max: MAX_CELLS }
    throw new TextProblem('CountMalformed', text, at, 1, facts)
  }
  return parseCells(text, parts, problems)
}

function parseCells(text: string, parts: readonly string[], problems: Problem[]): CellRequest[] {
  let at = 0
  return parts.map((part, cell) => {
    const read = parseCell(part)
    const place: Place = { input: 'topology', cell }
    for (const { field, error } of read.errors) {
      problems.push(error.toProblem(field ? { ...place, field } : place, at))
    }
    if (!strip(part).body) {
      const empty = { ...place, at: Math.min(at, text.length - 1), length: 1 }
      problems.push(problem('CellEmpty', empty, { text }))
    }
    at += part.length + 1
    return read.cell
  })
}

function checkLength(text: string): void {
  const length = codePoints(text)
  if (length > MAX_TEXT) {
    throw new TextProblem('InputTooLong', text, 0, text.length, { length, max: MAX_TEXT })
  }
}
