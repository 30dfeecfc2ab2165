// SPDX-License-Identifier: Apache-2.0
/**
 * The inputs while somebody edits them: fields as raw text, legal or not.
 *
 * Decides how one field is changed inside a text without touching the others, so that the form
 * of fields and the text form are always the same thing. Never judges a value.
 *
 *     withField('cpus=0 mem=1G / mem=2G', 1, 'nodes', '3')    'cpus=0 mem=1G / mem=2G nodes=3'
 */
import { FIELDS, type Field } from './problem'
import { MODES, type Mode } from './request'
import { strip, words } from './text'

/** A cell's words in their order; what is no field keeps its place under no name. */
interface Word {
  readonly name?: Field
  readonly text: string
}

export interface RawNodeset {
  readonly mode: Mode
  readonly target: string
}

export function rawNodeset(text: string): RawNodeset {
  const { body } = strip(text)
  const colon = body.indexOf(':')
  const head = colon < 0 ? '' : strip(body.slice(0, colon)).body
  const mode = MODES.find((known) => known === head)
  return mode
    ? { mode, target: strip(body.slice(colon + 1)).body }
    : { mode: 'strict', target: body }
}

export function nodesetText({ mode, target }: RawNodeset): string {
  if (!target) return ''
  return mode === 'strict' ? target : `${mode}:${target}`
}

/** Whether the topology is written cell by cell. */
export function hasCells(topology: string): boolean {
  return /[=/]/.test(topology)
}

/** The raw text of each field of each cell. */
export function rawCells(topology: string): ReadonlyMap<Field, string>[] {
  if (!hasCells(topology)) return []
  return topology.split('/').map((part) => {
    const fields = new Map<Field, string>()
    for (const { name, text } of cellWords(part)) {
      if (name && !fields.has(name)) fields.set(name, text)
    }
    return fields
  })
}

/** The topology with one field of one cell set; '' removes the field. */
export function withField(topology: string, cell: number, field: Field, value: string): string {
  const clean = fieldValue(value)
  return joinCells(
    topology.split('/').map((part, i) => (i === cell ? setWord(part, field, clean) : part)),
  )
}

export function withoutCell(topology: string, cell: number): string {
  const rest = topology.split('/').filter((_, i) => i !== cell)
  return joinCells(
    rest.map((part) => setDistances(part, (row) => row.filter((_, i) => i !== cell))),
  )
}

export function withCell(topology: string, text: string): string {
  const grown = topology.split('/').map((part) => setDistances(part, (row) => [...row, '20']))
  return joinCells([...grown, text])
}

/** What may stand in a field: blanks and slashes would end it. */
export function fieldValue(value: string): string {
  return value.replace(/[\s/;]/g, '')
}

function cellWords(part: string): Word[] {
  return words(part).map(({ word }) => {
    const equals = word.indexOf('=')
    const name = FIELDS.find((known) => known === word.slice(0, Math.max(equals, 0)))
    return name ? { name, text: word.slice(equals + 1) } : { text: word }
  })
}

/** Fields that are set for the first time take their canonical place. */
function setWord(part: string, field: Field, value: string): string {
  const all = cellWords(part)
  const had = all.some((word) => word.name === field)
  const kept = all.flatMap((word): Word[] => {
    if (word.name !== field) return [word]
    return value ? [{ name: field, text: value }] : []
  })
  if (!had && value) {
    const rank = (word: Word) => (word.name ? FIELDS.indexOf(word.name) : FIELDS.length)
    const after = kept.findIndex((word) => rank(word) > FIELDS.indexOf(field))
    kept.splice(after < 0 ? kept.length : after, 0, { name: field, text: value })
  }
  return kept.map(({ name, text }) => (name ? `${name}=${text}` : text)).join(' ')
}

function setDistances(part: string, change: (row: string[]) => string[]): string {
  const row = cellWords(part).find((word) => word.name === 'dist')
  if (!row) return part
  return setWord(part, 'dist', change(row.text.split(',')).join(','))
}

function joinCells(parts: readonly string[]): string {
  return parts.map((part) => strip(part).body).join(' / ')
}
