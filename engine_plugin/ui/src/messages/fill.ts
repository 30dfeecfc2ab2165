// SPDX-License-Identifier: Apache-2.0
/**
 * Templates with words in braces, filled in.
 *
 *     fill('Node {id}', { id: 3 })    'Node 3'
 */
import type { Problem } from '../model/problem'
import { localized } from './phrases'

export type Filling = Readonly<Record<string, string | number>>

/** What is wrong and what to do, by the problem's code. */
export type ProblemTexts = Readonly<Record<string, readonly [what: string, todo: string]>>

/**
 * `{x}` is the fact, `{x!r}` the fact in quotes, and `{x:cell}` names what it counts, as the
 * templates of `numa_domain` do: "2 cells" of a number, "cells 0-1" of ids. What a number takes in
 * a language is `{x, plural, one {# host} other {# hosts}}`, as in ICU's messages.
 */
export function fill(template: string, facts: Filling = {}, locale = 'en'): string {
  return plural(template, facts, locale).replace(
    /\{(\w+)(!r)?(?::([^}]*))?\}/g,
    (whole, name: string, quoted, thing) => {
      const fact = facts[name]
      if (fact === undefined) return whole
      if (quoted) return `'${fact}'`
      return thing ? counted(fact, thing) : `${fact}`
    },
  )
}

const PLURAL = /\{(\w+), plural, ((?:\w+ \{[^{}]*\} ?)+)\}/g

function plural(template: string, facts: Filling, locale: string): string {
  return template.replace(PLURAL, (whole, name: string, forms: string) => {
    const count = Number(facts[name])
    if (Number.isNaN(count)) return whole
    const known = new Map(
      [...forms.matchAll(/(\w+) \{([^{}]*)\}/g)].map(([, form, text]) => [form, text]),
    )
    const text = known.get(new Intl.PluralRules(locale).select(count)) ?? known.get('other') ?? ''
    return text.replaceAll('#', new Intl.NumberFormat(locale).format(count))
  })
}

function counted(fact: string | number, thing: string): string {
  if (typeof fact === 'number') return `${fact} ${thing}${fact === 1 ? '' : 's'}`
  return `${thing}${/[-,]/.test(fact) ? 's' : ''} ${fact}`
}

/**
 * The service's own words are English, and exact; another language fills its template with the
 * facts that came with them. Where a fact is missing, those words are better than a hole.
 */
export function problemText(
  problem: Problem,
  texts: ProblemTexts,
  locale = 'en',
): { what: string; todo: string } {
  const own = { what: problem.text ?? problem.code, todo: problem.todo ?? '' }
  const known = texts[problem.code]
  if (!known || (problem.text !== undefined && locale.startsWith('en'))) return own
  const cause = problem.cause ? problemText(problem.cause, texts, locale) : undefined
  const facts: Filling = {
    ...localized(problem.facts, texts, locale),
    ...(cause ? { reason: cause.what } : {}),
    ...named(problem, texts),
  }
  const [what, todo] = [fill(known[0], facts, locale), fill(known[1], facts, locale)]
  const holes = /\{\w+/.test(what + todo)
  return holes && problem.text !== undefined ? own : { what, todo }
}

/** Facts that are words themselves: what was expected, and the end of a text. */
function named(problem: Problem, texts: ProblemTexts): Filling {
  const word = (name: string) => texts[`word.${name}`]?.[0]
  const { expected, found, things, way } = problem.facts
  return Object.fromEntries(
    Object.entries({
      expected: word(`expected.${expected}`),
      found: found === '' ? word('end') : `'${found}'`,
      things: word(`things.${things}`),
      way: word(`way.${way}`),
    }).filter(([, value]) => value !== undefined),
  ) as Filling
}
