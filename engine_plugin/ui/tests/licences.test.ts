// SPDX-License-Identifier: Apache-2.0
/** What ends a build for its licence, and what goes out with one that is well. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { licences } from '../tools/licences.ts'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))

/** The files that come of a build of these modules and these files. */
function built(modules: readonly string[], files: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {}
  const emit = ({ fileName, source }: { fileName: string; source: string }) => {
    found[fileName] = source
  }
  const chunk = { type: 'chunk', modules: Object.fromEntries(modules.map((id) => [id, {}])) }
  const assets = files.map((fileName) => [fileName, { type: 'asset', fileName }])
  const generate = licences().generateBundle
  if (typeof generate !== 'function') throw new Error('the plugin has another form')
  const bundle = { 'app.js': chunk, ...Object.fromEntries(assets) }
  Reflect.apply(generate, { emitFile: emit }, [{}, bundle, true])
  return found
}

const inside = (path: string) => join(MODULES, path)

test('a package is named with its version, its licence and the text', () => {
  const found = built([inside('react/index.js'), '/x/engine_plugin/ui/src/app.tsx'])
  expect(JSON.parse(found['bundled.json'] ?? '')).toEqual([
    { name: 'react', version: expect.stringMatching(/^\d+\.\d+\.\d+$/), license: 'MIT' },
  ])
  expect(found['third-party-licenses.txt']).toMatch(/^react [\d.]+: MIT$/m)
  expect(found['third-party-licenses.txt']).toContain('Meta Platforms')
})

test('helpers of the bundler count', () => {
  const found = built(['\0vite/preload-helper.js', '\0rolldown/runtime.js'])
  const names = JSON.parse(found['bundled.json'] ?? '').map((each: { name: string }) => each.name)
  expect(names).toEqual(['rolldown', 'vite'])
})

test('fonts have the licence that PatternFly does not bring', () => {
  const found = built([], ['assets/RedHatTextVF-Italic-Bw8r3dX4.woff2'])
  expect(JSON.parse(found['bundled.json'] ?? '')).toEqual([
    { name: 'red-hat-fonts', version: null, license: 'OFL-1.1' },
  ])
  expect(found['third-party-licenses.txt']).toContain('SIL OPEN FONT LICENSE Version 1.1')
})

test('a font that nobody has looked at ends the build', () => {
  expect(() => built([], ['assets/Comic-Bw8r3dX4.woff2'])).toThrow(
    'assets/Comic-Bw8r3dX4.woff2: a font without a licence; see FONTS',
  )
})

test("an icon of Font Awesome's ends the build", () => {
  const icon = inside('@patternfly/react-icons/dist/esm/icons/angle-right-icon.js')
  expect(() => built([icon])).toThrow(`${icon}: an icon of Font Awesome; take one named rh-`)
})

test('a licence that is not among those that we pass on ends the build', () => {
  expect(() => built([inside('axe-core/axe.js')])).toThrow('axe-core: may MPL-2.0 be in the build?')
})
