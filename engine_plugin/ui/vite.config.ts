// SPDX-License-Identifier: Apache-2.0
/**
 * Two pages: `plugin.html`, small and always there, and `app.html`, which is opened on demand.
 *
 * The layout is the one that the engine reads: a descriptor and a folder of resources beside it.
 */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { licences } from './tools/licences.ts'

const own = (name: string) =>
  fileURLToPath(new URL(`src/components/icons/${name}`, import.meta.url))
const FONT_AWESOME = '@patternfly/react-icons/dist/esm/icons/'

/** Icons of PatternFly's table that have no licence here; those of others are not drawn. */
const ICONS = {
  'long-arrow-alt-up-icon': own('SortUp.tsx'),
  'long-arrow-alt-down-icon': own('SortDown.tsx'),
  'arrows-alt-v-icon': own('SortBoth.tsx'),
  'check-icon': own('SortBoth.tsx'),
  'help-icon': own('SortBoth.tsx'),
}

export default defineConfig({
  resolve: {
    alias: Object.entries(ICONS).map(([name, replacement]) => ({
      find: `${FONT_AWESOME}${name}`,
      replacement,
    })),
  },
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
