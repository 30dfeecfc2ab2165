// SPDX-License-Identifier: Apache-2.0
/**
 * The build's last step: the files that the engine wants, and the budget of what they weigh.
 * What only says how the build went does not go out: it would differ with the folder.
 *
 * Decides the limits: what the list page loads with WebAdmin, and what the first page of ours
 * loads on demand. Exit 1 with the figures where one is exceeded.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const RESOURCES = join(ROOT, 'dist', 'ovirt-numa-resources')
const LIMITS = { 'plugin.html': 22_000, 'app.html': 350_000 }

for (const name of ['ovirt-numa.json', 'ovirt-numa-config.json']) {
  copyFileSync(join(ROOT, 'static', name), join(ROOT, 'dist', name))
}

const manifest = JSON.parse(readFileSync(join(RESOURCES, 'manifest.json'), 'utf8'))

/** Everything that an entry may load, with the page that needs most; languages but one are not. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return []
  seen.add(key)
  const lazy = (chunk.dynamicImports ?? []).filter((name) => !/messages\//.test(name))
  const inner = [...(chunk.imports ?? []), ...lazy].flatMap((name) => filesOf(name, seen))
  return [chunk.file, ...(chunk.css ?? []), ...inner]
}

const sizeOf = (file) => gzipSync(readFileSync(join(RESOURCES, file))).length
let good = true
for (const [page, limit] of Object.entries(LIMITS)) {
  const files = [page, ...new Set(filesOf(page))]
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0)
  const said = `${page}: ${bytes} bytes gzipped in ${files.length} files, at most ${limit}`
  console.log(said)
  good &&= bytes < limit
}
for (const name of ['ovirt-numa.json', 'ovirt-numa-config.json']) {
  good &&= existsSync(join(ROOT, 'dist', name))
}
renameSync(join(RESOURCES, 'bundled.json'), join(ROOT, 'dist', 'bundled.json'))
rmSync(join(RESOURCES, 'manifest.json'))
process.exit(good ? 0 : 1)
