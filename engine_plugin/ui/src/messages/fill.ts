// SPDX-License-Identifier: Apache-2.0
/**
 * Templates with words in braces, filled in.
 *
 *     fill('Node {id}', { id: 3 })    'Node 3'
 */
import type { Problem } from '../model/problem'

export type Filling = Readonly<Record<string, string | number>>

/** What is wrong and what to do, by the problem's code. */
export type ProblemTexts = Readonly<Record<string, readonly [what: string, todo: string]>>

/**
 * `{x}` is the fact, `{x!r}` the fact in quotes, and `{x:cell}` names what it counts, as the
 * templates of `numa_domain` do: "2 cells" of a number, "cells 0-1" of ids.
 */
export function fill(template: string, facts: Filling = {}): string {
  return template.replace(/\{(\w+)(!r)?(?::([^}]*))?\}/g, (whole, name: string, quoted, thing) => {
    const fact = facts[name]
    if (fact === undefined) return whole
    if (quoted) return `'${fact}'`
    return thing ? counted(fact, thing) : `${fact}`
  })
}

function counted(fact: string | number, thing: string): string {
  if (typeof fact === 'number') return `${fact} ${thing}${fact === 1 ? '' : 's'}`
  return `${thing}${/[-,]/.test(fact) ? 's' : ''} ${fact}`
}

export function problemText(problem: Problem, texts: ProblemTexts): { what: string; todo: string } {
  const known = texts[problem.code]
  if (!known) return { what: problem.text ?? problem.code, todo: '' }
  const cause = problem.cause ? problemText(problem.cause, texts) : undefined
  const facts: Filling = {
    ...problem.facts,
    ...(cause ? { reason: cause.what } : {}),
    ...named(problem, texts),
  }
  return { what: fill(known[0], facts), todo: fill(known[1], facts) }
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
