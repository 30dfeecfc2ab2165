// SPDX-License-Identifier: Apache-2.0
/**
 * One open dialog, and what the admin wants for its VM: the bridge's other end.
 *
 * Decides who wins: what the admin typed in our tab is written again whenever the dialog makes
 * its rows anew (another cluster or template), and what the admin typed into the rows
 * themselves is taken over. Only the dialog's own fields are written, so that the engine saves
 * everything in one transaction, and Cancel cancels everything. The migration mode is changed
 * only after the rows have taken the settings.
 */
import type { DialogBridge, DialogState } from '../bridge/dialogBridge'
import { asks, type Inputs, sameInputs } from '../model/request'
import { Former } from './former'
import { Holding } from './holding'
import { PropertyRows } from './propertyRows'
import { type DialogKind, FIELDS, HOST_LINK, PROPERTIES_PANE } from './selectors'
import { VmFields } from './vmFields'
import { until } from './wait'
import { NODESET, TOPOLOGY, Writing } from './writing'

/** What the page says of its fields where nothing is half typed. */
const NOTHING_TYPED = '{}'
const SETTLE_MS = 30
/** The longest that WebAdmin may show progress in place of the dialog's content. */
const AWAY_MS = 60_000
/** `input` too: what is being typed is the admin's, before the row tells the dialog of it. */
const EVENTS = ['input', 'change', 'click'] as const

export class DialogSession implements DialogBridge {
  readonly holding = new Holding()
  private readonly fields: VmFields
  private readonly writing: Writing
  private readonly listeners = new Set<(state: DialogState) => void>()
  private readonly observer: MutationObserver
  /** What our tab wants; undefined until somebody has changed something there. */
  private wanted: Inputs | undefined
  private applying: Promise<void> | undefined
  private rowsTouched = false
  private migrationTouched = false
  /** From the first change in our tab on. */
  private former: Former | undefined
  /** Where the dialog did not take what was written last, and with what it was left. */
  private refusal: { readonly cluster: string; readonly rows: Inputs } | undefined
  /** What the page has, and the rows have not: it has errors. */
  held: Inputs | undefined
  private halfTyped = NOTHING_TYPED
  private page: unknown
  private disposed = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly root: HTMLElement,
    readonly dialog: DialogKind,
  ) {
    this.fields = new VmFields(root, dialog)
    this.writing = new Writing(this.fields, () => this.rows)
    const view = root.ownerDocument.defaultView as Window & typeof globalThis
    this.observer = new view.MutationObserver(() => this.schedule())
    this.observer.observe(root, { childList: true, subtree: true })
    for (const event of EVENTS) root.addEventListener(event, this.onEvent, true)
  }

  dispose(): void {
    this.disposed = true
    this.observer.disconnect()
    for (const event of EVENTS) this.root.removeEventListener(event, this.onEvent, true)
    clearTimeout(this.timer)
    this.listeners.clear()
  }

  state(): DialogState {
    const { fields, rows } = this
    const pageKib = Number(rows?.get('hugepages') ?? '')
    return {
      kind: this.dialog.kind,
      ...(fields.vmId ? { vmId: fields.vmId } : {}),
      name: fields.name,
      cluster: fields.cluster,
      hosts: fields.hosts,
      inputs: this.held ?? this.wanted ?? this.stored(),
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
      refused: this.refused,
      pinsRemoved: this.former?.pinsRemoved ?? false,
    }
  }

  setErrors(count: number): void {
    this.holding.setErrors(count)
  }

  subscribe(listener: (state: DialogState) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  hold(inputs: Inputs, halfTyped: string): void {
    const same = sameInputs(inputs, this.held ?? this.wanted ?? this.stored())
    if (same && halfTyped === this.halfTyped) return
    // With the same half typed: a field was left, on the way to OK, and nobody has changed anything.
    const left = halfTyped === this.halfTyped && halfTyped !== NOTHING_TYPED
    if (!same) this.held = inputs
    this.halfTyped = halfTyped
    if (!left) this.holding.changed()
  }

  keep(page: unknown): void {
    this.page = page
  }

  kept(): unknown {
    return this.page
  }

  toHostTab(): void {
    this.root.querySelector<HTMLElement>(HOST_LINK)?.click()
  }

  async write(inputs: Inputs): Promise<void> {
    if (!this.held && this.inSync && sameInputs(inputs, this.wanted ?? this.stored())) return
    this.held = undefined
    this.former ??= new Former(this.fields, this.rows, this.stored())
    this.wanted = inputs
    if (this.halfTyped === NOTHING_TYPED) this.holding.changed()
    this.writing.begin()
    this.writing.putNow(inputs)
    await this.settle()
  }

  /** Something on the page is in no row: it has errors, or is half typed. */
  get unwritten(): boolean {
    return this.held !== undefined || this.halfTyped !== NOTHING_TYPED
  }

  /** The dialog did not take what was written last. */
  get refused(): boolean {
    return this.refusal !== undefined
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
      this.writing.begin()
      const taken = await this.putWhenPresent(done)
      if (taken) await this.putMigration(asks(done))
      // What is wanted by now may be taken where this was not: nothing is put back in between.
      if (done !== this.wanted) continue
      await this.writing.end(taken, this.former)
      this.refusal = taken ? undefined : { cluster: this.fields.cluster, rows: this.stored() }
      if (taken) this.holding.taken()
    }
  }

  /** WebAdmin's elements are deaf while it shows progress: whatever failed then is done again. */
  private async putWhenPresent(inputs: Inputs): Promise<boolean> {
    for (;;) {
      await until(() => (this.root.isConnected || this.disposed ? true : undefined), AWAY_MS)
      if (await this.writing.put(inputs, this.former)) return true
      if (this.root.isConnected || this.disposed) return false
    }
  }

  /** A VM with NUMA settings does not migrate; one without gets its former mode back. */
  private async putMigration(pin: boolean): Promise<void> {
    const mode = pin ? 'pinned' : this.former?.mode
    if (!mode || !this.fields.migration || this.migrationTouched) return
    await this.fields.setMigration(mode)
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
    // What another cluster does not take says nothing of this one.
    if (this.refusal?.cluster !== this.fields.cluster) this.refusal = undefined
    if (this.rowsTouched) this.takeOver()
    else if (this.lost()) void this.settle()
    this.notify()
  }

  /** What the admin has done in the rows themselves counts. */
  private takeOver(): void {
    this.rowsTouched = false
    const rows = this.stored()
    this.held = undefined
    if (this.wanted && !(this.refusal && sameInputs(rows, this.refusal.rows))) {
      this.wanted = rows
      this.refusal = undefined
      this.holding.taken()
    }
    this.former?.touched(this.rows)
  }

  /** Whether the dialog has made its rows or its migration modes anew, without our values. */
  private lost(): boolean {
    if (!this.wanted || this.refused) return false
    const { migration } = this.fields
    const unpinned = asks(this.wanted) && !this.migrationTouched && migration !== 'pinned'
    return !this.inSync || (unpinned && this.fields.canPin)
  }

  private notify(): void {
    const state = this.state()
    for (const listener of [...this.listeners]) listener(state)
  }
}
