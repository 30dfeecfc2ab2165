// SPDX-License-Identifier: Apache-2.0
/** The NUMA settings of a VM: read, tried, stored, removed. */
import type { Inputs } from '../model/request'
import type { Vm } from '../model/vm'
import type { Client } from './client'
import type { WireGuest, WireRequest, WireSettings } from './wire'

export interface Settings {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly running: boolean
  readonly clusterId: string | null
  readonly hostId: string | null
  readonly etag: string
  /** As of the next start. */
  readonly inputs: Inputs
  /** As it runs; absent where that is the same. */
  readonly current?: Inputs
  readonly migration: string
  readonly nativeNodes: number
  readonly vm: Vm
  readonly wire: WireSettings
}

const NOT_RUNNING = ['down', 'suspended', 'image_locked', 'unknown']
const EMPTY: Inputs = { nodeset: '', topology: '' }

export function inputsOf(request: WireRequest | null): Inputs {
  return request ? { nodeset: request.nodeset ?? '', topology: request.topology ?? '' } : EMPTY
}

export function vmOf(guest: WireGuest): Vm {
  return {
    memoryKib: guest.memory_kib,
    vcpus: guest.vcpus,
    ...(guest.vcpus_max ? { vcpusMax: guest.vcpus_max } : {}),
    threads: guest.threads,
    ...(guest.cores ? { cores: guest.cores } : {}),
    arch: guest.arch,
    ...(guest.page_kib ? { pageKib: guest.page_kib } : {}),
  }
}

function path(id: string, more = ''): string {
  return `/vms/${encodeURIComponent(id)}/numa${more}`
}

function settingsOf(wire: WireSettings): Settings {
  return {
    id: wire.id,
    name: wire.name,
    status: wire.status,
    running: !NOT_RUNNING.includes(wire.status),
    clusterId: wire.cluster,
    hostId: wire.host,
    etag: wire.etag,
    inputs: inputsOf(wire.request),
    ...(wire.pending ? { current: inputsOf(wire.current) } : {}),
    migration: wire.migration.affinity,
    nativeNodes: wire.native.length,
    vm: vmOf(wire.guest),
    wire,
  }
}

export async function readSettings(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<Settings> {
  return settingsOf((await client.ask<WireSettings>(path(id), { signal })).value)
}

/** An input that is absent is null, not an empty text. */
export function bodyOf(inputs: Inputs) {
  return { nodeset: inputs.nodeset.trim() || null, topology: inputs.topology.trim() || null }
}

/** With force: also where a candidate host lacks the hook. */
function query(force: boolean): string {
  return force ? '?force=true' : ''
}

export async function storeSettings(
  client: Client,
  id: string,
  inputs: Inputs,
  ifMatch: string,
  force: boolean,
): Promise<void> {
  await client.ask(path(id, query(force)), { method: 'PUT', body: bodyOf(inputs), ifMatch })
}

export async function removeSettings(client: Client, id: string, ifMatch: string): Promise<void> {
  await client.ask(path(id), { method: 'DELETE', ifMatch })
}

export async function adoptNative(
  client: Client,
  id: string,
  ifMatch: string,
  force: boolean,
): Promise<void> {
  await client.ask(path(id, `/adopt${query(force)}`), { method: 'POST', ifMatch })
}
