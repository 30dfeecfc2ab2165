// SPDX-License-Identifier: Apache-2.0
/**
 * What would become of a VM, and what would suit it: of one that is saved, or as a dialog has it.
 *
 * Decides which of the service's two ways is asked: a VM that is as it was saved by its id, any
 * other by its cluster, with what is known of it as a body.
 */
import type { Answer, HostAnswer, Placement } from '../model/answer'
import { Nodeset } from '../model/nodeset'
import type { Inputs } from '../model/request'
import type { Client } from './client'
import { problemOf } from './problems'
import { bodyOf } from './settings'
import type { WireFit, WirePlacement, WirePreview, WireProblem, WireSuggested } from './wire'

/** A VM before it is saved; what is absent is as in the VM of the id. */
export interface DraftVm {
  readonly id?: string
  readonly memory_kib: number
  readonly vcpus: number
  readonly threads: number
  readonly page_kib: number
  /** Ids of those it is dedicated to. */
  readonly hosts: readonly string[]
}

export type Subject =
  | { readonly vm: string }
  | { readonly cluster: string; readonly draft: DraftVm }

function pathOf(subject: Subject, what: 'preview' | 'suggest'): string {
  const owner = 'vm' in subject ? `vms/${subject.vm}` : `clusters/${subject.cluster}`
  return `/${owner}/numa/${what}`
}

export async function preview(
  client: Client,
  subject: Subject,
  inputs: Inputs,
  host: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const draft = 'draft' in subject ? { vm: subject.draft } : {}
  const body = { ...bodyOf(inputs), ...(host ? { host } : {}), ...draft }
  const path = pathOf(subject, 'preview')
  return answerOf((await client.ask<WirePreview>(path, { method: 'POST', body, signal })).value)
}

export interface Suggestion {
  readonly inputs: Inputs
  readonly cells: number
  readonly host?: { readonly id: string; readonly name: string }
  readonly why: readonly string[]
}

export interface Suggested {
  readonly best?: Suggestion
  readonly refusals: readonly { readonly host: string; readonly text: string }[]
}

export async function suggestion(
  client: Client,
  subject: Subject,
  signal: AbortSignal,
): Promise<Suggested> {
  const body = 'draft' in subject ? { body: { vm: subject.draft } } : {}
  const asked = { method: 'POST', signal, ...body } as const
  const { value } = await client.ask<WireSuggested>(pathOf(subject, 'suggest'), asked)
  const { suggestion: found, host } = value
  const refusals = value.refusals.map((each) => ({ host: each.host, text: each.message }))
  if (!found) return { refusals }
  const { numa_nodeset: nodeset = '', numa_topology: topology = '' } = found.request
  const cells = Math.max(1, found.placement.cells.length)
  const inputs = { nodeset, topology }
  return { best: { inputs, cells, why: found.why, ...(host ? { host } : {}) }, refusals }
}

function answerOf(wire: WirePreview): Answer {
  return {
    hosts: wire.hosts.map(hostOf),
    ...(wire.host ? { host: wire.host } : {}),
    diff: wire.diff,
    vcpusMax: wire.guest.vcpus_max,
  }
}

function hostOf(wire: WireFit): HostAnswer {
  return {
    id: wire.id,
    name: wire.name,
    status: wire.status,
    hook: wire.hook,
    fits: wire.fits,
    unasked: !wire.fits && wire.problems.length > 0 && wire.problems.every(notOfHost),
    ...(wire.placement ? { placement: placementOf(wire.placement) } : {}),
    problems: wire.problems.map((each) => problemOf(each)),
    reasons: wire.reasons.map((each) => ({
      node: each.node,
      pageKib: each.page_kib,
      asked: each.asked,
      neededKib: each.needed_kib,
      freeKib: each.free_kib,
      keptKib: each.kept_kib,
      promisedKib: each.promised_kib,
      missingKib: each.missing_kib,
    })),
    warnings: wire.warnings.map((each) => problemOf(each, 'warning')),
  }
}

/** Not what a host lacks, but why it could not be asked. */
function notOfHost({ blames }: WireProblem): boolean {
  return !['request', 'host', 'xml'].includes(blames)
}

function placementOf(wire: WirePlacement): Placement {
  return {
    ...nodesOf(wire.nodes),
    cells: wire.cells.map((cell) => ({
      id: cell.id,
      cpus: cell.cpus ? Nodeset.parse(cell.cpus) : Nodeset.EMPTY,
      memoryKib: cell.memory_kib,
      pageKib: cell.page_kib ?? 0,
      ...nodesOf(cell.nodes),
    })),
    charges: new Map(
      Object.entries(wire.charges).map(([node, pages]) => [
        Number(node),
        Object.fromEntries(Object.entries(pages).map(([page, kib]) => [Number(page), kib])),
      ]),
    ),
  }
}

function nodesOf(text: string | null): { readonly nodes?: Nodeset } {
  return text ? { nodes: Nodeset.parse(text) } : {}
}
