// SPDX-License-Identifier: Apache-2.0
/** German. */
import { dialogs } from './de/dialogs'
import { editor } from './de/editor'
import { frame } from './de/frame'
import { pages } from './de/pages'
import type { Catalogue } from './en'

export const de: Catalogue = { ...frame, ...editor, ...dialogs, ...pages }
