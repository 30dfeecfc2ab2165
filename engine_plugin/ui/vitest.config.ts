// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    maxWorkers: 1,
    // Recorded dialogs are large.
    testTimeout: 20_000,
    environmentOptions: { happyDOM: { settings: { enableIframePageLoading: true } } },
  },
})
