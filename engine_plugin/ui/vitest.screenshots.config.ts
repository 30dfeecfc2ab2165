// SPDX-License-Identifier: Apache-2.0
/** The pictures for the documentation, made with the browser tests' tools. */
import { mergeConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

const config = mergeConfig(e2e, {})
config.test.include = ['screenshots.ts']
export default config
