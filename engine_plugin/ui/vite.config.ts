// SPDX-License-Identifier: Apache-2.0
/**
 * Two pages: `plugin.html`, small and always there, and `app.html`, which is opened on demand.
 *
 * The layout is the one that the engine reads: a descriptor and a folder of resources beside it.
 */
import { defineConfig } from 'vite'
import { licences } from './tools/licences.ts'

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [licences()],
  build: {
    outDir: 'dist/ovirt-numa-resources',
    emptyOutDir: true,
    target: ['chrome111', 'firefox114', 'safari16.4'],
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['plugin.html', 'app.html'] },
  },
})
