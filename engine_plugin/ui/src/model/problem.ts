// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong with a request, as a value: a code, the place, and the facts.
 *
 * Decides where a problem can be. Never has words: those are in the message catalogue, by code.
 * Codes and facts are those of `numa_domain`, so that a problem found here and the same one
 * found by the hook read alike.
 *
 *     { code: 'FieldUnknown', severity: 'error', place: { input: 'topology', cell: 1 }, ... }
 */

export type Input = 'nodeset' | 'topology'

export type Field = 'cpus' | 'mem' | 'nodes' | 'mode' | 'page' | 'dist' | 'access'

export const FIELDS: readonly Field[] = ['cpus', 'mem', 'nodes', 'mode', 'page', 'dist', 'access']

/** Where in the two inputs; `at` and `length` are UTF-16 offsets into the input's text. */
export interface Place {
  readonly input: Input
  readonly cell?: number
  readonly field?: Field
  readonly at?: number
  readonly length?: number
  /** It is in what is being typed into the text, not in a field. */
  readonly inText?: boolean
}

export type Fact = string | number

export interface Problem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly place: Place
  readonly facts: Readonly<Record<string, Fact>>
  /** Of a nodeset inside an input: what is wrong with it. */
  readonly cause?: Problem
  /** Words of the service, in English: what is wrong, and what to do. */
  readonly text?: string
  readonly todo?: string
}

/** A text that does not follow its grammar, as thrown by the readers of single words. */
export class TextProblem extends Error {
  constructor(
    readonly code: string,
    readonly text: string,
    readonly at: number,
    readonly length: number,
    readonly facts: Readonly<Record<string, Fact>> = {},
  ) {
    super(`${code} at ${at} of ${JSON.stringify(text)}`)
  }

  /** As a problem of a longer text in which this one begins at `offset`. */
  toProblem(place: Place, offset: number): Problem {
    return {
      code: this.code,
      severity: 'error',
      place: { ...place, at: this.at + offset, length: this.length },
      facts: {
        text: this.text,
        piece: this.text.slice(this.at, this.at + this.length),
        place: this.at + 1,
        ...this.facts,
      },
    }
  }
}

/** A problem of the request with this VM. */
export function problem(
  code: string,
  place: Place,
  facts: Readonly<Record<string, Fact>> = {},
  severity: 'error' | 'warning' = 'error',
): Problem {
  return { code, severity, place, facts }
}
