// SPDX-License-Identifier: Apache-2.0
/**
 * One open dialog, and what the admin wants for its VM: the bridge's other end.
 *
 * Decides who wins: what the admin typed in our tab is written again whenever the dialog makes
 * its rows anew (another cluster or template), and what the admin typed into the rows
 * themselves is taken over. Only the dialog's own fields are written, so that the engine saves
 * everything in one transaction, and Cancel cancels everything.
 */
import type { DialogBridge, DialogState } from '../bridge/dialogBridge'
import { asks, type Inputs, sameInputs } from '../model/request'
import { Former } from './former'
import { PropertyRows } from './propertyRows'
import { type DialogKind, FIELDS, PROPERTIES_PANE } from './selectors'
import { VmFields } from './vmFields'

const NODESET = 'numa_nodeset'
const TOPOLOGY = 'numa_topology'
const SETTLE_MS = 30
/** `input` too: what is being typed is the admin's, before the row tells the dialog of it. */
const EVENTS = ['input', 'change', 'click'] as const

export class DialogSession implements DialogBridge {
  private readonly fields: VmFields
  private readonly listeners = new Set<(state: DialogState) => void>()
  private readonly refusals = new Set<() => void>()
  private readonly observer: MutationObserver
  /** What our tab wants; undefined until somebody has changed something there. */
  private wanted: Inputs | undefined
  private applying: Promise<void> | undefined
  private rowsTouched = false
  private migrationTouched = false
  /** From the first change in our tab on. */
  private former: Former | undefined
  private failed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  errors = 0
  /** The admin was told of the errors, and has changed nothing since. */
  accepted = false

  constructor(
    private readonly root: HTMLElement,
    private readonly dialog: DialogKind,
  ) {
    this.fields = new VmFields(root, dialog)
    const view = root.ownerDocument.defaultView as Window & typeof globalThis
    this.observer = new view.MutationObserver(() => this.schedule())
    this.observer.observe(root, { childList: true, subtree: true })
    for (const event of EVENTS) root.addEventListener(event, this.onEvent, true)
  }

  dispose(): void {
    this.observer.disconnect()
    for (const event of EVENTS) this.root.removeEventListener(event, this.onEvent, true)
    clearTimeout(this.timer)
    this.listeners.clear()
    this.refusals.clear()
  }

  state(): DialogState {
    const { fields, rows } = this
    const pageKib = Number(rows?.get('hugepages') ?? '')
    return {
      kind: this.dialog.kind,
      ...(fields.vmId ? { vmId: fields.vmId } : {}),
      name: fields.name,
      cluster: fields.cluster,
      inputs: this.wanted ?? this.stored(),
      memoryKib: fields.memoryKib,
      vcpus: fields.vcpus,
      threads: fields.threads,
      ...(pageKib > 0 ? { pageKib } : {}),
      ...(fields.migration ? { migration: fields.migration } : {}),
      nativeNodes: fields.nativeNodes,
      ready: rows?.filled ?? false,
      defined: {
        nodeset: rows?.knows(NODESET) ?? false,
        topology: rows?.knows(TOPOLOGY) ?? false,
      },
      locked: rows?.locked ?? true,
      failed: this.failed,
      pinsRemoved: this.former?.pinsRemoved ?? false,
    }
  }

  setErrors(count: number): void {
    this.errors = count
  }

  onRefused(listener: () => void): () => void {
    this.refusals.add(listener)
    return () => this.refusals.delete(listener)
  }

  /** OK was pressed, and there are errors that nobody has been told of. */
  refuse(): void {
    this.accepted = true
    for (const listener of [...this.refusals]) listener()
  }

  subscribe(listener: (state: DialogState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async write(inputs: Inputs): Promise<void> {
    this.former ??= new Former(this.fields, this.rows, this.stored())
    this.wanted = inputs
    this.accepted = false
    if (inputs.nodeset) this.rows?.setNow(NODESET, inputs.nodeset)
    if (inputs.topology) this.rows?.setNow(TOPOLOGY, inputs.topology)
    await this.settle()
  }

  /** Whether the dialog holds what our tab wants. */
  get inSync(): boolean {
    const { wanted, former, rows } = this
    if (this.applying) return false
    return !wanted || (sameInputs(wanted, this.stored()) && (former?.isIn(rows, wanted) ?? true))
  }

  async settle(): Promise<void> {
    this.applying ??= this.apply().finally(() => {
      this.applying = undefined
      if (this.rowsTouched) this.schedule()
      this.notify()
    })
    await this.applying
  }

  private get rows(): PropertyRows | undefined {
    const pane = this.root.querySelector(PROPERTIES_PANE)
    return pane ? new PropertyRows(pane) : undefined
  }

  private stored(): Inputs {
    const { rows } = this
    return { nodeset: rows?.get(NODESET) ?? '', topology: rows?.get(TOPOLOGY) ?? '' }
  }

  /** Until the rows are what is wanted, also if that changes meanwhile. */
  private async apply(): Promise<void> {
    let done: Inputs | undefined
    while (this.wanted && done !== this.wanted) {
      done = this.wanted
      const nodeset = await this.put(NODESET, done.nodeset)
      const topology = await this.put(TOPOLOGY, done.topology)
      const remembered = (await this.former?.write(this.rows, done)) ?? true
      const pinned = await this.putMigration(asks(done))
      this.failed = !(nodeset && topology && remembered && pinned)
    }
  }

  private async put(key: string, value: string): Promise<boolean> {
    const { rows } = this
    if (!rows) return false
    return value ? rows.set(key, value) : rows.remove(key)
  }

  /** A VM with NUMA settings does not migrate; one without gets its former mode back. */
  private async putMigration(pin: boolean): Promise<boolean> {
    const mode = pin ? 'pinned' : this.former?.mode
    if (!mode || !this.fields.migration || this.migrationTouched) return true
    return this.fields.setMigration(mode)
  }

  private readonly onEvent = (event: Event): void => {
    const target = event.target as Node | null
    if (event.isTrusted && target) {
      if (this.root.querySelector(PROPERTIES_PANE)?.contains(target)) this.rowsTouched = true
      if (this.fields.element(FIELDS.migration)?.contains(target)) this.migrationTouched = true
    }
    this.schedule()
  }

  private schedule(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.check(), SETTLE_MS)
  }

  private check(): void {
    if (this.applying || !this.root.isConnected) return
    if (this.rowsTouched) {
      this.rowsTouched = false
      if (this.wanted) this.wanted = this.stored()
      this.former?.touched(this.rows)
    } else if (this.lost()) void this.settle()
    this.notify()
  }

  /** Whether the dialog has made its rows or its migration modes anew, without our values. */
  private lost(): boolean {
    if (!this.wanted) return false
    const unpinned =
      asks(this.wanted) && !this.migrationTouched && this.fields.migration !== 'pinned'
    return !this.failed && (!this.inSync || (unpinned && this.fields.migration !== undefined))
  }

  private notify(): void {
    const state = this.state()
    for (const listener of [...this.listeners]) listener(state)
  }
}
