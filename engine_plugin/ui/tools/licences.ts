// SPDX-License-Identifier: Apache-2.0
/**
 * What of others is in the build, and under which licences: their texts go out with it.
 *
 * Decides from what Vite has really put into the files, fonts too. Two files come of it:
 * `third-party-licenses.txt` with the texts, and `bundled.json` for the packages' metadata. What
 * has no licence text, or a licence that is not among those we may pass on so, ends the build.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

interface Bundled {
  name: string
  version: string | null
  license: string
}

const UI = fileURLToPath(new URL('..', import.meta.url))
const MODULES = join(UI, 'node_modules')
/** Each asks for its text to be passed on, and for no more. */
const PASSED_ON = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'OFL-1.1']
/** PatternFly's older icons are Font Awesome's, whose licence (CC-BY-4.0) no package here has. */
const FONT_AWESOME = /\/@patternfly\/react-icons\/dist\/esm\/icons\/(?!rh-)/

/** The fonts that PatternFly brings without their licence, and a package that has it. */
const FONTS = [
  {
    files: /^RedHat\w+(-Italic)?-.+\.woff2$/,
    name: 'red-hat-fonts',
    from: '@fontsource-variable/red-hat-text',
  },
  { files: /^pf-v6-pficon-.+\.woff2$/, name: null, from: '@patternfly/react-core' },
]

export function licences(): Plugin {
  return {
    name: 'ovirt-numa:licences',
    apply: 'build',
    generateBundle(_, bundle) {
      const packages = new Set<string>()
      const found = new Map<string, Bundled & { text: string }>()
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') {
          Object.keys(file.modules).forEach((id) => packages.add(packageOf(id) ?? ''))
        } else if (/\.(woff2?|ttf|otf|eot)$/.test(file.fileName)) {
          const font = FONTS.find(({ files }) => files.test(basename(file.fileName)))
          if (!font) throw new Error(`${file.fileName}: a font without a licence; see FONTS`)
          if (font.name)
            found.set(font.name, { ...read(font.from), name: font.name, version: null })
          else packages.add(font.from)
        }
      }
      packages.delete('')
      packages.forEach((name) => found.set(name, read(name)))
      const all = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      const list = all.map(({ name, version, license }) => ({ name, version, license }))
      this.emitFile({
        type: 'asset',
        fileName: 'bundled.json',
        source: JSON.stringify(list, null, 1) + '\n',
      })
      this.emitFile({ type: 'asset', fileName: 'third-party-licenses.txt', source: textOf(all) })
    },
  }
}

/** The package that a module is of; Vite's and Rolldown's own helpers have names of their own. */
function packageOf(id: string): string | null {
  if (FONT_AWESOME.test(id)) throw new Error(`${id}: an icon of Font Awesome; take one named rh-`)
  const inside = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)
  return inside?.[1] ?? /^\0?(vite|rolldown)\//.exec(id)?.[1] ?? null
}

function read(name: string): Bundled & { text: string } {
  const folder = join(MODULES, name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = existsSync(folder) && readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (!file) throw new Error(`${name}: it is in the build and has no licence text`)
  if (!PASSED_ON.includes(license)) throw new Error(`${name}: may ${license} be in the build?`)
  const text = readFileSync(join(folder, file), 'utf8')
  // Vite's goes on with what is in Vite itself, of which the helper has nothing.
  return { name, version, license, text: text.split('# Licenses of bundled dependencies')[0] ?? '' }
}

function textOf(all: readonly (Bundled & { text: string })[]): string {
  const head = 'The tab in WebAdmin is built from these, besides ovirt-numa itself (Apache-2.0).\n'
  const parts = all.map(({ name, version, license, text }) => {
    const line = '='.repeat(80)
    return `${line}\n${name}${version ? ` ${version}` : ''}: ${license}\n${line}\n\n${text.trim()}\n`
  })
  return [head, ...parts].join('\n')
}
