// SPDX-License-Identifier: Apache-2.0
/** Japanese. */
import { dialogs } from './ja/dialogs'
import { editor } from './ja/editor'
import { frame } from './ja/frame'
import { pages } from './ja/pages'
import type { Catalogue } from './en'

export const ja: Catalogue = { ...frame, ...editor, ...dialogs, ...pages }
