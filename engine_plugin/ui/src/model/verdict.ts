// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that is known of some settings, in one line: whether the VM starts with them.
 *
 * Decides what counts most. Only what the service has said is "fits", and a host without the hook
 * is never among those. The words are in the catalogue.
 *
 *     verdictOf({ ...nothingKnown, asks: true }).kind    'unasked'
 */
import type { Answer, HostAnswer } from './answer'
import type { Problem } from './problem'

export type Tone = 'good' | 'warning' | 'bad' | 'busy' | 'none'

/** Where the line leads to. */
export type Leads = 'problems' | 'hosts' | 'details' | 'none'

export type Kind =
  | 'none'
  | 'choose'
  | 'refused'
  | 'halfTyped'
  | 'problems'
  | 'asking'
  | 'unasked'
  | 'failed'
  | 'noHost'
  | 'unanswered'
  | 'fits'
  | 'fitsSome'
  | 'noHook'
  | 'hookUnknown'
  | 'lacks'
  | 'nowhere'

export interface Verdict {
  readonly kind: Kind
  readonly tone: Tone
  readonly leads: Leads
  readonly facts: Readonly<Record<string, string | number>>
  /** What it is about, where it is a single thing. */
  readonly problem?: Problem
}

export interface Known {
  readonly asks: boolean
  readonly byHand: boolean
  readonly halfTyped: number
  readonly problems: readonly Problem[]
  /** Why what was saved was not taken, in words. */
  readonly refused?: string | undefined
  readonly asking: boolean
  readonly failed: boolean
  readonly answer?: Answer | undefined
}

export function verdictOf(known: Known): Verdict {
  const { problems, answer } = known
  const errors = problems.filter((each) => each.severity === 'error')
  const [first] = errors
  if (known.refused !== undefined) {
    return { kind: 'refused', tone: 'bad', leads: 'problems', facts: { why: known.refused } }
  }
  if (known.halfTyped && first) return aboutOne('halfTyped', known.halfTyped, first)
  if (first) return aboutOne('problems', errors.length, first)
  if (!known.asks) {
    const kind = known.byHand ? 'choose' : 'none'
    return { kind, tone: 'none', leads: 'none', facts: {} }
  }
  if (known.asking) return { kind: 'asking', tone: 'busy', leads: 'hosts', facts: {} }
  if (known.failed) return { kind: 'failed', tone: 'warning', leads: 'hosts', facts: {} }
  if (!answer) return { kind: 'unasked', tone: 'warning', leads: 'details', facts: {} }
  return ofHosts(answer.hosts)
}

function aboutOne(kind: Kind, count: number, problem: Problem): Verdict {
  return { kind, tone: 'bad', leads: 'problems', facts: { count }, problem }
}

function ofHosts(hosts: readonly HostAnswer[]): Verdict {
  const all = hosts.length
  const lead = { leads: 'hosts' } as const
  if (!all) return { kind: 'noHost', tone: 'bad', ...lead, facts: {} }
  const fitting = hosts.filter((host) => host.fits)
  const bare = names(fitting.filter((host) => host.hook === false))
  const unsure = names(fitting.filter((host) => host.hook === null))
  const fit = fitting.filter((host) => host.hook !== false).length
  const unasked = hosts.filter((host) => host.unasked)
  if (!fitting.length && unasked.length) return unanswered(unasked, all)
  if (!fitting.length) return nowhere(hosts)
  if (bare) {
    const facts = { fit, all, hosts: bare }
    return { kind: 'noHook', tone: fit ? 'warning' : 'bad', ...lead, facts }
  }
  if (unsure) {
    const facts = { fit, all, hosts: unsure }
    return { kind: 'hookUnknown', tone: 'warning', ...lead, facts }
  }
  const kind = fit === all ? 'fits' : 'fitsSome'
  return { kind, tone: 'good', ...lead, facts: { fit, all } }
}

const names = (hosts: readonly HostAnswer[]) => hosts.map((host) => host.name).join(', ')

/** It may fit where nobody could look. */
function unanswered(unasked: readonly HostAnswer[], all: number): Verdict {
  const facts = { unasked: unasked.length, all, hosts: names(unasked) }
  const [problem] = unasked[0]?.problems ?? []
  const base = { kind: 'unanswered', tone: 'warning', leads: 'hosts', facts } as const
  return { ...base, ...(problem ? { problem } : {}) }
}

/** The host where least is missing, and what is missing most there. */
function nowhere(hosts: readonly HostAnswer[]): Verdict {
  const missing = (host: HostAnswer) => host.reasons.reduce((sum, each) => sum + each.missingKib, 0)
  const short = hosts.filter((host) => missing(host) > 0)
  const best = [...short].sort((a, b) => missing(a) - missing(b))[0]
  const worst = best && [...best.reasons].sort((a, b) => b.missingKib - a.missingKib)[0]
  const base = { tone: 'bad', leads: 'hosts' } as const
  if (best && worst) {
    const facts = { node: worst.node, missingKib: worst.missingKib, host: best.name }
    return { kind: 'lacks', ...base, facts }
  }
  const host = hosts.find((each) => each.problems.length)
  const [problem] = host?.problems ?? []
  const facts = { host: host?.name ?? '' }
  return { kind: 'nowhere', ...base, facts, ...(problem ? { problem } : {}) }
}
