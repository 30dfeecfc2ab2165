// SPDX-License-Identifier: Apache-2.0
/**
 * Every text of the pages, in English; the other catalogues have the same keys.
 *
 * Words in braces are filled in. What is wrong with a request is in `problems.en.ts`.
 */
import { dialogs } from './en/dialogs'
import { editor } from './en/editor'
import { frame } from './en/frame'
import { pages } from './en/pages'

export const en = { ...frame, ...editor, ...dialogs, ...pages } as const

export type MessageKey = keyof typeof en
export type Translated<English> = Readonly<Record<keyof English, string>>
export type Catalogue = Translated<typeof en>
