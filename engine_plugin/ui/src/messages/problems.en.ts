// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong and what to do, by code: the words of `numa_domain`, which the hook and the
 * service say too. `problems.en.json` is made from them by `tools/problem_texts.py`.
 */
import type { ProblemTexts } from './fill'
import texts from './problems.en.json'

export const problemsEn: ProblemTexts = {
  ...(texts as unknown as ProblemTexts),
  'word.expected.id': ['an id', ''],
  'word.expected.comma': ['a comma', ''],
  'word.expected.comma-after-excluded': ['a comma (^ takes one id)', ''],
  'word.end': ['the end', ''],
}
