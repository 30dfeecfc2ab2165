// SPDX-License-Identifier: Apache-2.0
/** The words of a verdict. */
import type { Messages } from '../../messages/messages'
import type { Verdict } from '../../model/verdict'

export function verdictText(verdict: Verdict, messages: Messages): string {
  const { t, memory } = messages
  const { kind, facts, problem } = verdict
  const what = problem ? messages.problem(problem).what : ''
  const missing = typeof facts.missingKib === 'number' ? memory(facts.missingKib) : ''
  return t(`verdict.${kind}`, { ...facts, what, missing })
}
