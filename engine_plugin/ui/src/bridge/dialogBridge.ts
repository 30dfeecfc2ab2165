// SPDX-License-Identifier: Apache-2.0
/**
 * What the NUMA tab's page and the plugin say to each other about an open Add/Edit VM dialog.
 *
 * Decides only the shape. The plugin, which lives as long as WebAdmin does, puts a bridge on
 * the tab's iframe element; the page, which WebAdmin reloads whenever it takes the dialog out
 * of the document and back, finds it there. So no state is in the page.
 *
 *     (window.frameElement as BridgeFrame).ovirtNuma?.state().memoryKib
 */
import type { Inputs } from '../model/request'

export type Migration = 'migratable' | 'manual' | 'pinned'

export interface DialogState {
  readonly kind: 'vm' | 'template' | 'pool'
  /** Of the VM that is edited or cloned; absent for a new one. */
  readonly vmId?: string
  readonly name: string
  readonly cluster: string
  /** Names of the hosts that the VM is dedicated to; none where it may run on any. */
  readonly hosts: readonly string[]
  readonly inputs: Inputs
  readonly memoryKib: number
  readonly vcpus: number
  readonly threads: number
  /** Custom property `hugepages`, in KiB. */
  readonly pageKib?: number
  /** Absent where the dialog has no such field. */
  readonly migration?: Migration
  /** Virtual nodes of oVirt's own. */
  readonly nativeNodes: number
  /** The dialog has its list of properties; before that nothing follows from what it lacks. */
  readonly ready: boolean
  /** Which of the two properties the engine knows for this VM's compatibility level. */
  readonly defined: { readonly nodeset: boolean; readonly topology: boolean }
  /** The dialog does not let anybody change the rows (a VM of a pool). */
  readonly locked: boolean
  /** The dialog did not take what was written last, and has nothing of it. */
  readonly refused: boolean
  /** CPU pins that came with the former settings are gone. */
  readonly pinsRemoved: boolean
}

export interface DialogBridge {
  state(): DialogState
  /** Puts the two texts into the dialog's own rows; resolves when they are there, or refused. */
  write(inputs: Inputs): Promise<void>
  /**
   * The page has these texts, and the dialog's rows stay as they are: they may have errors, which
   * nobody should save with Enter. What is half typed is no part of them. `write` ends that, and so does an OK that saves all the same.
   */
  hold(inputs: Inputs, halfTyped: string): void
  /** How many errors the page sees: the first OK then leads to them. */
  setErrors(count: number): void
  /** What the page wants to find again when WebAdmin has loaded it anew. */
  keep(kept: unknown): void
  kept(): unknown
  /** To the dialog's own Host tab. */
  toHostTab(): void
  /** Called with what the dialog says after every change of it; the result ends that. */
  subscribe(listener: (state: DialogState) => void): () => void
}

export type BridgeFrame = HTMLIFrameElement & { ovirtNuma?: DialogBridge }
