// SPDX-License-Identifier: Apache-2.0
/**
 * A browser, an admin who is logged in, and the engine that they look at.
 *
 * Decides that a test fails where the console has an error that it did not announce.
 */
import {
  type Browser,
  type BrowserContext,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'

export const base = inject('base')
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
FLAGS.push('--disable-component-update', '--disable-sync')

let browser: Browser
const contexts: BrowserContext[] = []
let errors: string[] = []
let announced: RegExp[] = []

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
})
afterAll(() => browser?.close())
afterEach(async () => {
  const unexpected = errors.filter((text) => !announced.some((pattern) => pattern.test(text)))
  errors = []
  announced = []
  await Promise.all(contexts.splice(0).map((context) => context.close()))
  expect(unexpected, 'errors on the console').toEqual([])
})

/** A console error that the test is about. */
export function expectErrors(...patterns: RegExp[]): void {
  announced.push(...patterns)
}

/** As a person does it: key by key, in place of what was there. */
export async function typeIn(field: Locator, text: string): Promise<void> {
  await field.click()
  await field.press('ControlOrMeta+a')
  if (text) await field.pressSequentially(text, { timeout: 45_000 })
  else await field.press('Delete')
}

export interface Look {
  readonly user?: string
  readonly dark?: boolean
  readonly width?: number
  readonly height?: number
  readonly query?: string
  /** Behind the # of the address, which is kept through the login. */
  readonly hash?: string
}

export async function portal(look: Look = {}): Promise<Page> {
  const { user = 'admin@internal', dark = false, width = 1280, height = 900 } = look
  const { query = '', hash = '' } = look
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(`${base}/ovirt-engine/webadmin/${query}${hash}`)
  await typeIn(page.locator('#username'), user)
  await page.click('text=Log in')
  await page.waitForSelector(hash ? '.nav-tabs, .toolbar-pf' : '#ActionPanelView_Numa')
  return page
}

export async function select(page: Page, name: string): Promise<void> {
  await page
    .locator('tr', { has: page.getByRole('link', { name, exact: true }) })
    .locator('td')
    .first()
    .click()
}

/** The NUMA button's dialog, as it opens: the wishes, and the details closed. */
export async function openWishes(page: Page, vm: string): Promise<FrameLocator> {
  await select(page, vm)
  await page.click('#ActionPanelView_Numa')
  const editor = page.frameLocator('.popup-content iframe')
  await editor.locator('.numa-footer').waitFor()
  return editor
}

/** The same with its details. */
export async function openEditor(page: Page, vm: string): Promise<FrameLocator> {
  const editor = await openWishes(page, vm)
  await openDetails(editor)
  return editor
}

export async function openDetails(editor: FrameLocator): Promise<void> {
  const button = editor.locator('.numa-details [aria-expanded]')
  await button.waitFor()
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click()
  await editor.locator('#numa-text-topology').waitFor()
}

/** Another page of the engine's: the NUMA tab of its details. */
export async function openPlace(
  page: Page,
  kind: 'vms' | 'hosts' | 'clusters',
  name: string,
): Promise<FrameLocator> {
  const token = {
    vms: 'numa-vm',
    hosts: 'numa-host',
    clusters: 'numa-cluster',
  }[kind]
  await page.evaluate((where) => (location.hash = where), kind)
  await page.getByRole('link', { name, exact: true }).click()
  await page.locator(`.nav-tabs a[href$="${token}"]`).click()
  const place = page.frameLocator('.place iframe')
  await place.locator('.numa-page').waitFor()
  return place
}

export async function engine<T = Record<string, never>>(
  path: string,
  options: { method?: string; body?: unknown; user?: string } = {},
): Promise<T> {
  const { method = 'GET', body, user = 'admin@internal' } = options
  const basic = Buffer.from(`${user}:demo`).toString('base64')
  const answer = await fetch(`${base}/ovirt-engine/api${path}`, {
    method,
    signal: AbortSignal.timeout(20_000),
    headers: {
      Accept: 'application/json',
      Authorization: `Basic ${basic}`,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text || '{}') as T
}

interface EngineVm {
  readonly id: string
  readonly name: string
  readonly placement_policy?: { readonly affinity?: string }
  readonly cpu?: {
    readonly cpu_tune?: {
      readonly vcpu_pins?: { readonly vcpu_pin?: unknown[] }
    }
  }
  readonly custom_properties?: {
    readonly custom_property?: { name: string; value: string }[]
  }
}

export async function vmNamed(name: string): Promise<EngineVm | undefined> {
  const found = await engine<{ vm?: EngineVm[] }>(`/vms?search=name%3D${name}`)
  return found.vm?.find((vm) => vm.name === name)
}

/** All custom properties of a VM. */
export async function properties(name: string): Promise<Record<string, string>> {
  const all = (await vmNamed(name))?.custom_properties?.custom_property ?? []
  return Object.fromEntries(all.map((each) => [each.name, each.value]))
}

/** What the engine has stored: the two inputs and the migration mode. */
export async function stored(name: string): Promise<Record<string, string | undefined>> {
  const vm = await vmNamed(name)
  const given = await properties(name)
  return {
    nodeset: given.numa_nodeset,
    topology: given.numa_topology,
    migration: vm?.placement_policy?.affinity,
  }
}

/** What was remembered for the day when the settings go, and how many vCPUs are pinned. */
export async function former(name: string): Promise<{ restore: string | undefined; pins: number }> {
  const vm = await vmNamed(name)
  return {
    restore: (await properties(name)).numa_restore,
    pins: vm?.cpu?.cpu_tune?.vcpu_pins?.vcpu_pin?.length ?? 0,
  }
}

/** A call of our service, as the administrator. */
export async function service(path: string, options: { method?: string } = {}): Promise<void> {
  const login = await fetch(`${base}/ovirt-engine/sso/oauth/token`, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'password',
      scope: 'ovirt-app-api',
      username: 'admin@internal',
      password: 'demo',
    }),
  })
  const { access_token: token } = (await login.json()) as {
    access_token: string
  }
  const { method = 'GET' } = options
  const answer = await fetch(`${base}/ovirt-engine-numa/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'If-Match': '*' },
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
}

let made = 0

/** A VM of this test's own, down, in the first cluster. */
export async function makeVm(
  gib = 8,
  vcpus = 4,
  name = `e2e-${Date.now().toString(36)}-${made++}`,
): Promise<string> {
  const { cluster = [] } = await engine<{
    cluster?: { id: string; name: string }[]
  }>('/clusters')
  const lab = cluster.find((each) => each.name === 'numa-lab')
  await engine('/vms', {
    method: 'POST',
    body: {
      name,
      cluster: { id: lab?.id },
      template: { name: 'Blank' },
      memory: gib * 1024 ** 3,
      memory_policy: { guaranteed: Math.min(gib, 1) * 1024 ** 3, max: 4 * gib * 1024 ** 3 },
      cpu: { topology: { sockets: vcpus, cores: 1, threads: 1 } },
    },
  })
  return name
}

/** One with two virtual nodes of oVirt's own, which any host may run. */
export async function makeNativeVm(): Promise<string> {
  const name = await makeVm(8, 4)
  const { id } = (await vmNamed(name)) ?? {}
  for (const [index, cores] of [
    [0, 1],
    [2, 3],
  ].entries()) {
    const core = cores.map((each) => ({ index: each }))
    const body = { index, memory: 4096, cpu: { cores: { core } } }
    await engine(`/vms/${id}/numanodes`, { method: 'POST', body })
  }
  return name
}

/** One as the service stores it: on node 0, with the CPU pins that go with that. */
export async function makeTunedVm(): Promise<string> {
  const name = await makeVm()
  const { host = [] } = await engine<{ host?: { id: string }[] }>('/hosts?search=name%3Depyc-nps4')
  const pins = [0, 1, 2, 3].map((vcpu) => ({ vcpu, cpu_set: '0-3' }))
  const properties = {
    numa_nodeset: '0',
    numa_restore: 'user_migratable,cpu_tune',
  }
  await engine(`/vms/${(await vmNamed(name))?.id}`, {
    method: 'PUT',
    body: {
      cpu: { cpu_tune: { vcpu_pins: { vcpu_pin: pins } } },
      custom_properties: {
        custom_property: Object.entries(properties).map(([key, value]) => ({
          name: key,
          value,
        })),
      },
      placement_policy: { affinity: 'pinned', hosts: { host: [{ id: host[0]?.id }] } },
    },
  })
  if ((await former(name)).pins !== pins.length) throw new Error(`${name} has no CPU pins`)
  return name
}
