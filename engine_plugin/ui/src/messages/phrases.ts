// SPDX-License-Identifier: Apache-2.0
/**
 * Facts of the service's problems that are phrases themselves, in another language.
 *
 * Decides what the core's few phrases are made of (`placement/wording.py`, `refusal/`): who needs
 * memory, on which nodes, and what would fit instead. The templates of them are in the catalogues
 * under `phrase.`; a phrase that is not known stays as it is.
 *
 *     "cells 0-1 need", "node 1", "fits on node 0, or with 20 GiB of memory"
 */
import type { Filling, ProblemTexts } from './fill'

const PHRASES: readonly (readonly [name: string, shape: RegExp])[] = [
  ['vmNeeds', /^the VM needs$/],
  ['cellNeeds', /^cell (?<cells>[\d,-]+) needs$/],
  ['cellsNeed', /^cells (?<cells>[\d,-]+) need$/],
  ['node', /^node (?<nodes>\d+)$/],
  ['nodes', /^nodes (?<nodes>[\d,-]+)$/],
  ['forQemu', /^(?<size>\S+ \S+) \((?<qemu>\S+ \S+) of them for QEMU\)$/],
  ['smaller', /^make it smaller, or choose another host$/],
  ['inPages', /^ in pages of (?<page>\S+ \S+)$/],
]
const FREE: readonly (readonly [name: string, shape: RegExp])[] = [
  ['free', /^are free$/],
  ['freePages', /^are free in (?<page>\S+ \S+) pages$/],
]
const BESIDE: readonly (readonly [name: string, shape: RegExp])[] = [
  ['promised', /^(?<promised>\S+ \S+) more promised to other VMs$/],
  ['kept', /^(?<kept>\S+ \S+) kept for the kernel$/],
]
const INSTEAD: readonly (readonly [name: string, shape: RegExp])[] = [
  ['onNodes', /^on nodes? (?<nodes>[\d,-]+)$/],
  ['withMemory', /^with (?<size>\S+ \S+) of memory$/],
  ['withCells', /^with (?<size>\S+ \S+) for (?:cell|each of cells) (?<cells>[\d,-]+)$/],
  ['freed', /^after (?<size>\S+ \S+) are freed on nodes? (?<nodes>[\d,-]+)$/],
  ['auto', /^with (?<text>\S+)(?: and no nodes for its cells)?$/],
]

export function localized(facts: Filling, texts: ProblemTexts, locale: string): Filling {
  if (locale.startsWith('en')) return facts
  const entries = Object.entries(facts).map(([name, fact]) => {
    if (typeof fact !== 'string') return [name, fact] as const
    const phrase = known(fact, PHRASES, texts) ?? free(fact, texts) ?? instead(fact, texts) ?? fact
    return [name, amounts(phrase, locale)] as const
  })
  return Object.fromEntries(entries)
}

function known(text: string, shapes: typeof PHRASES, texts: ProblemTexts): string | undefined {
  for (const [name, shape] of shapes) {
    const found = shape.exec(text)
    const template = found && texts[`phrase.${name}`]?.[0]
    if (template) {
      return template.replace(/\{(\w+)\}/g, (_, key: string) => found.groups?.[key] ?? '')
    }
  }
  return undefined
}

/** "are free (A, B)": what is free, and beside it what is not. */
function free(text: string, texts: ProblemTexts): string | undefined {
  const [, first = '', beside] = /^([^()]*?)(?: \((.*)\))?$/.exec(text) ?? []
  const base = known(first, FREE, texts)
  const parts = beside?.split(', ').map((part) => known(part, BESIDE, texts)) ?? []
  if (!base || parts.includes(undefined)) return undefined
  return parts.length ? `${base} (${parts.join(texts['phrase.and']?.[0] ?? ', ')})` : base
}

/** "fits A, or B": what would fit. */
function instead(text: string, texts: ProblemTexts): string | undefined {
  const template = texts['phrase.fits']?.[0]
  const ways = /^fits (.*)$/.exec(text)?.[1]?.split(', or ')
  const words = ways?.map((way) => known(way, INSTEAD, texts))
  const or = texts['phrase.or']?.[0] ?? ', '
  if (!template || !words || words.includes(undefined)) return undefined
  return template.replace('{ways}', words.join(or))
}

/** "9.5 GiB" with the decimal sign of the language. */
function amounts(text: string, locale: string): string {
  return text.replace(/\b(\d+)\.(\d+)(?= [KMGT]iB\b)/g, (number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: 3, useGrouping: false }).format(
      Number(number),
    ),
  )
}
