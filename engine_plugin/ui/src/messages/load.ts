// SPDX-License-Identifier: Apache-2.0
/**
 * The words of a language, for pages and for what the plugin itself says in a dialog.
 *
 * Decides which catalogue a locale gets: German, Japanese, else English; each is loaded when it
 * is needed. A key that a catalogue lacked would not compile.
 */
import type { Problem } from '../model/problem'
import { showMemory } from '../model/units'
import { type Catalogue, en, type MessageKey } from './en'
import { type Filling, fill, type ProblemTexts, problemText } from './fill'
import { problemsEn } from './problems.en'

export interface Messages {
  readonly locale: string
  t(key: MessageKey, facts?: Filling): string
  /** What is wrong, and what to do. */
  problem(problem: Problem): { readonly what: string; readonly todo: string }
  memory(kib: number): string
  /** Of a moment as the service gives it, such as 2026-11-27T14:03:00+00:00. */
  time(iso: string): string
}

export function messagesOf(locale: string, catalogue: Catalogue, problems: ProblemTexts): Messages {
  return {
    locale,
    t: (key, facts) => fill(catalogue[key], facts, locale),
    problem: (each) => problemText(each, problems, locale),
    memory: (kib) => showMemory(kib, locale),
    time: (iso) =>
      new Date(iso).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  }
}

export const ENGLISH = messagesOf('en', en, problemsEn)

/** The messages of a locale as WebAdmin names it: en-US, de_DE. */
export async function loadMessages(locale: string): Promise<Messages> {
  const tag = locale.replace('_', '-')
  switch (tag.slice(0, 2)) {
    case 'de': {
      const [{ de }, { problemsDe }] = await Promise.all([import('./de'), import('./problems.de')])
      return messagesOf(tag, de, problemsDe)
    }
    case 'ja': {
      const [{ ja }, { problemsJa }] = await Promise.all([import('./ja'), import('./problems.ja')])
      return messagesOf(tag, ja, problemsJa)
    }
    default:
      return ENGLISH
  }
}
