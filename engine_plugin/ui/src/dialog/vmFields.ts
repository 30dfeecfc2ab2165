// SPDX-License-Identifier: Apache-2.0
/**
 * What the dialog says about the VM: memory, vCPUs, cluster, migration mode.
 *
 * Decides how its texts are read in any language: a memory field is a number and a unit whose
 * first letter counts. Never writes but the migration mode and the CPU pins.
 */
import type { Migration } from '../bridge/dialogBridge'
import { ListBox } from './listBox'
import { type DialogKind, FIELDS, MIGRATION_ORDER } from './selectors'
import { setText } from './setText'
import { pause, until } from './wait'

const DEFERRED_MS = 20
const UNITS: Readonly<Record<string, number>> = { K: 1, M: 1024, G: 1024 ** 2, T: 1024 ** 3 }
const CYRILLIC: Readonly<Record<string, string>> = { К: 'K', М: 'M', Г: 'G', Т: 'T' }

/** KiB of a field such as "4096 MB", "4 Go" or "4096", which is MiB. */
export function readMemory(text: string): number {
  const match = /^\s*([0-9]+)\s*(\p{L}?)/u.exec(text)
  const letter = match?.[2]?.toUpperCase() ?? ''
  const unit = UNITS[CYRILLIC[letter] ?? letter] ?? 1024
  return Number(match?.[1] ?? 0) * unit
}

export class VmFields {
  constructor(
    private readonly root: Element,
    private readonly dialog: DialogKind,
  ) {}

  element(field: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`#${this.dialog.root}_${field}`)
  }

  private input(field: string): string {
    const found = this.element(field)
    return found && 'value' in found ? String(found.value) : ''
  }

  private number(field: string): number {
    return Number.parseInt(this.input(field), 10) || 0
  }

  get vmId(): string | undefined {
    const id = this.input(FIELDS.vmId)
    return /^[0-9a-f-]{36}$/i.test(id) ? id : undefined
  }

  get name(): string {
    return this.input(FIELDS.name)
  }

  get memoryKib(): number {
    return readMemory(this.input(FIELDS.memory))
  }

  get vcpus(): number {
    return this.number(FIELDS.vcpus)
  }

  get threads(): number {
    const box = this.element(FIELDS.threads)
    return (box && Number.parseInt(new ListBox(box).text, 10)) || 1
  }

  get cluster(): string {
    const box = this.element(FIELDS.cluster)
    return box ? new ListBox(box).text : ''
  }

  /** Names of the hosts that the VM is dedicated to; none where it may run on any. */
  get hosts(): readonly string[] {
    const specific = this.element(FIELDS.specificHost)
    const box = this.element(FIELDS.hosts)
    const chosen = specific && 'checked' in specific && specific.checked === true
    return chosen && box ? new ListBox(box).chosen : []
  }

  get nativeNodes(): number {
    return this.number(FIELDS.nativeNodes)
  }

  /** Such as "0#0-3_1#4-7". */
  get cpuPinning(): string {
    return this.input(FIELDS.cpuPinning)
  }

  setCpuPinning(text: string): boolean {
    const found = this.element(FIELDS.cpuPinning)
    if (!found || !('value' in found)) return text === ''
    if (found.value === text) return true
    if ('disabled' in found && found.disabled) return false
    return setText(found as HTMLInputElement, text)
  }

  private get modes(): ListBox | undefined {
    const box = this.element(FIELDS.migration)
    return box ? new ListBox(box) : undefined
  }

  get migration(): Migration | undefined {
    const { modes } = this
    if (!modes?.items.length) return undefined
    return modes.items.length === 1 ? 'pinned' : MIGRATION_ORDER[modes.index]
  }

  /** Whether the mode can be changed: not in a local data centre, nor for a VM of a pool. */
  get canPin(): boolean {
    const { modes } = this
    return modes !== undefined && !modes.disabled && modes.items.length === MIGRATION_ORDER.length
  }

  async setMigration(mode: Migration): Promise<boolean> {
    const { modes } = this
    if (!modes || this.migration === mode) return this.migration === mode
    if (!this.canPin) return false
    modes.chooseAt(MIGRATION_ORDER.indexOf(mode))
    const shown = (await until(() => this.migration === mode || undefined)) ?? false
    // The text changes at once, what OK reads one deferred tick later.
    await pause(DEFERRED_MS)
    return shown
  }
}
