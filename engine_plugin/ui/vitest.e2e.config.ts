// SPDX-License-Identifier: Apache-2.0
/** The browser tests, which live beside the other tests and use the packages of this folder. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('../../tests/e2e'),
  resolve: {
    alias: {
      'playwright-core': here('node_modules/playwright-core/index.mjs'),
      'axe-core': here('node_modules/axe-core/axe.js'),
    },
  },
  server: { fs: { allow: [here('../..')] } },
  test: {
    include: ['*.e2e.ts'],
    globalSetup: here('../../tests/e2e/server.ts'),
    // A machine that is busy with other things has made Chromium stand still for a minute.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
})
