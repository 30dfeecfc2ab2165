// SPDX-License-Identifier: Apache-2.0
/** The house rules that a machine can hold: sizes, rooms, and that no text is outside the catalogue. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { en } from '../src/messages/en'

const SRC = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { name: relative(SRC, path), text: readFileSync(path, 'utf8') }
  })
const catalogue = /^messages\/((problems|service|engine)\.)?(en|de|ja)(\.ts|\/\w+\.ts)$/
const code = files.filter((file) => !catalogue.test(file.name))

test.each(files)('$name is short', ({ name, text }) => {
  expect(text.split('\n').length).toBeLessThan(name.endsWith('.tsx') ? 150 : 300)
})

describe.each(code)('$name', ({ name, text }) => {
  test('begins with its licence and what it is', () => {
    expect(text).toMatch(
      /^\/\/ SPDX-License-Identifier: Apache-2\.0\n(\/\*\*|\/\/)|^\/\/ SPDX.*\nimport/,
    )
  })
  test('stays in its room', () => {
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '')
    const [room] = name.split('/')
    if (room === 'model') {
      expect(imports.filter((path) => !path.startsWith('./'))).toEqual([])
    }
    if (['dialog', 'integrations', 'bridge'].includes(room ?? '') || name === 'plugin.ts') {
      expect(imports.filter((path) => /react|components|patternfly|\/api\//.test(path))).toEqual([])
    }
    if (room !== 'api') expect(text).not.toMatch(/\bfetch\(|XMLHttpRequest/)
  })
  test('has its words in the catalogue', () => {
    const shown = [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map((match) => match[1])
    expect(name.endsWith('.tsx') ? shown : []).toEqual([])
  })
})

test('every message is used', () => {
  const all = code.map((file) => file.text).join('\n')
  const made =
    /^(nodes\.mode|nodes\.target|cells\.kind|cells\.field|access|say|legend|vm\.migration|app\.what|hook|vcpus|wish|verdict|decision|ok\.without)\./
  const unused = Object.keys(en).filter((key) => !all.includes(`'${key}'`) && !made.test(key))
  expect(unused).toEqual([])
})
