// SPDX-License-Identifier: Apache-2.0
/**
 * The service's answers, as `/ovirt-engine-numa/openapi.json` describes them; the members that
 * the pages use. The one place where names have underscores.
 */
export interface WireProblem {
  readonly code: string
  readonly blames: string
  readonly where: string
  readonly message: string
  readonly remedy: string
  /** What fills the words of its code. */
  readonly facts?: Readonly<Record<string, string | number>>
  readonly cause?: WireProblem | null
  readonly field?: 'nodeset' | 'topology' | null
  readonly at?: number | null
  readonly length?: number | null
}

export interface WireRequest {
  readonly nodeset: string | null
  readonly topology: string | null
}

export interface WireGuest {
  readonly memory_kib: number
  readonly vcpus: number
  readonly vcpus_max?: number
  readonly threads: number
  readonly cores?: number | null
  readonly arch: string
  readonly page_kib: number | null
}

/** Whether vCPUs are held beside their memory. */
export type VcpusState = 'held' | 'loose' | 'pinned' | 'unknown'

/** Of a VM; `hosts` are the reason for "loose" and "unknown". */
export interface WireVcpus {
  readonly state: VcpusState
  readonly hosts: readonly string[]
}

/** Of a host: since when, and when it reported that. */
export interface WireVcpusOnHost {
  readonly state: 'held' | 'loose' | 'unknown'
  readonly since: string | null
  readonly at: string | null
}

/** Where a VM that runs lies, as its host told it; "before": it has told nothing since it began. */
export interface WireLies {
  readonly state: 'told' | 'before' | 'unknown'
  readonly nodes: string | null
  readonly kib: Readonly<Record<string, number>>
  readonly at: string | null
}

/** What follows from a host's own settings, and what to change. */
export interface WireAdvice {
  readonly at: string | null
  readonly settings: readonly { readonly name: string; readonly value: string }[]
  readonly problems: readonly WireProblem[]
}

/** A virtual NUMA node of oVirt's own. */
export interface WireNative {
  readonly index: number
  readonly memory_kib: number
  readonly cpus: readonly number[]
  readonly mode: string
  readonly nodes: readonly number[]
}

export interface WireSettings {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly cluster: string | null
  readonly host: string | null
  readonly etag: string
  readonly request: WireRequest | null
  readonly current: WireRequest | null
  readonly pending: boolean
  readonly migration: {
    readonly affinity: string
    readonly hosts: readonly string[]
    readonly former: string | null
  }
  readonly vcpus: WireVcpus | null
  readonly lies?: WireLies | null
  readonly native: readonly WireNative[]
  readonly problems: readonly WireProblem[]
  readonly guest: WireGuest
}

export interface WirePlacement {
  readonly nodes: string | null
  readonly cells: readonly {
    readonly id: number
    readonly cpus: string
    readonly memory_kib: number
    readonly page_kib: number | null
    readonly nodes: string | null
  }[]
  readonly charges: Readonly<Record<string, Readonly<Record<string, number>>>>
}

export interface WireReason {
  readonly node: number
  readonly page_kib: number
  readonly asked: boolean
  readonly needed_kib: number
  readonly free_kib: number
  readonly kept_kib: number
  readonly promised_kib: number
  readonly missing_kib: number
}

export interface WireFit {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly hook: boolean | null
  readonly fits: boolean
  readonly placement: WirePlacement | null
  readonly problems: readonly WireProblem[]
  readonly reasons: readonly WireReason[]
  readonly warnings: readonly WireProblem[]
}

export interface WirePreview {
  readonly host: string | null
  readonly diff: string
  readonly problems: readonly WireProblem[]
  readonly hosts: readonly WireFit[]
  readonly fitting: number
  readonly candidates: number
  readonly guest: { readonly vcpus_max: number }
}

export interface WireSuggested {
  readonly host: { readonly id: string; readonly name: string } | null
  readonly suggestion: {
    readonly request: Readonly<Record<string, string>>
    readonly why: readonly string[]
    readonly placement: WirePlacement
  } | null
  readonly refusals: readonly (WireProblem & { readonly host: string })[]
}

export interface WireNode {
  readonly id: number
  readonly cpus: string
  readonly memory_kib: number
  readonly free_kib: number
  readonly promised_kib: number
  readonly available_kib: number
  readonly distances: Readonly<Record<string, number>>
  readonly pages: Readonly<Record<string, { readonly total: number; readonly free: number }>>
  /** When the host told of it; null where the engine shows it. */
  readonly told_at: string | null
}

/** "foreign": only another's script of the same name; "old": it cannot read all settings. */
export const HOOK_STATES = ['ok', 'partial', 'old', 'foreign', 'missing', 'unknown'] as const
export type HookState = (typeof HOOK_STATES)[number]

export interface WireHost {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly hook: HookState
  readonly version: string | null
  readonly vcpus: WireVcpusOnHost
  readonly nodes: readonly WireNode[]
  /** What the engine does not know of the nodes. */
  readonly warnings: readonly WireProblem[]
  /** Null where the host's hooks do not tell its settings. */
  readonly advice: WireAdvice | null
  readonly vms: readonly {
    readonly id: string
    readonly name: string
    readonly status: string
    readonly request: WireRequest | null
    readonly nodes: Readonly<Record<string, number>>
    readonly told: boolean
    readonly lies: WireLies
  }[]
}

export interface WireCluster {
  readonly id: string
  readonly name: string
  readonly level: string
  readonly ok: boolean
  readonly properties: Readonly<Record<string, { readonly state: string }>>
  readonly command: string | null
  readonly hosts: readonly {
    readonly id: string
    readonly name: string
    readonly status: string
    readonly hook: HookState
    readonly version: string | null
    readonly differs: boolean
    readonly vcpus: WireVcpusOnHost
  }[]
  readonly capacity: readonly {
    readonly host: string
    readonly name: string
    readonly nodes: readonly WireNode[]
    readonly warnings: readonly WireProblem[]
    readonly problem: WireProblem | null
  }[]
}

export interface WireVmRow {
  readonly id: string
  readonly name: string
  readonly status: string
  readonly state: 'none' | 'set' | 'problem'
  readonly next_run: boolean
  readonly request: WireRequest | null
  readonly problems: readonly WireProblem[]
}
