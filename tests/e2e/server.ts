// SPDX-License-Identifier: Apache-2.0
/**
 * The embedded engine with the service and the shell, as `ovirt-numa demo` starts it: one for
 * all tests, stopped by its own process id.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    base: string
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = process.env.OVIRT_NUMA ?? join(ROOT, '.venv', 'bin', 'ovirt-numa')
const START_MS = 30_000

export default async function setup(project: TestProject): Promise<() => void> {
  const data = mkdtempSync(join(tmpdir(), 'ovirt-numa-e2e-'))
  const options = ['demo', '--port', '0', '--data', data, '--fresh', '--boot', 'none']
  const child = spawn(COMMAND, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => {
    child.kill()
    rmSync(data, { recursive: true, force: true })
  }
  let said = ''
  const base = await new Promise<string>((resolve, reject) => {
    const give = (why: string) => reject(new Error(`${COMMAND} ${why}: ${said}`))
    const timer = setTimeout(() => give('does not answer'), START_MS)
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /look\s+(http:\/\/[\d.]+:\d+)/.exec(said)
      if (!found?.[1]) return
      clearTimeout(timer)
      resolve(found[1])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', () => give('has ended'))
    child.on('error', (error) => give(String(error)))
  }).catch((error) => {
    stop()
    throw error
  })
  await answering(base)
  project.provide('base', base)
  return stop
}

async function answering(base: string): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`${base}/ovirt-engine-numa/healthz`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${base} does not answer`)
}
