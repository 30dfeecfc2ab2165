// SPDX-License-Identifier: Apache-2.0
/**
 * What a VM had before our settings, to be given back when they are removed.
 *
 * Decides the row numa_restore, which the service writes and reads too: the former migration
 * mode, and whether the CPU pins came with the settings. Such pins are for the nodes of these
 * settings alone, and go when they change; the dialog cannot make others.
 */
import type { Migration } from '../bridge/dialogBridge'
import { asks, type Inputs, sameInputs } from '../model/request'
import type { PropertyRows } from './propertyRows'
import type { VmFields } from './vmFields'

const RESTORE = 'numa_restore'
const TUNED = ',cpu_tune'
const WORDS: Readonly<Record<Migration, string>> = {
  migratable: 'migratable',
  manual: 'user_migratable',
  pinned: 'pinned',
}

export class Former {
  /** The migration mode to give back; undefined where nobody knows it. */
  mode: Migration | undefined
  /** The text of the CPU pins, where they came with the settings. */
  private readonly pins: string | undefined
  private pinsStay = false
  private put: string | undefined

  /** As the dialog is before our tab changes anything; `inputs` are the settings then. */
  constructor(
    private readonly fields: VmFields,
    rows: PropertyRows | undefined,
    private readonly inputs: Inputs,
  ) {
    const stored = rows?.get(RESTORE) ?? ''
    const [word] = stored.split(',')
    const mode = (Object.keys(WORDS) as Migration[]).find((each) => WORDS[each] === word)
    this.mode = mode ?? fields.migration
    this.pins = stored.endsWith(TUNED) ? fields.cpuPinning : undefined
  }

  /** Pins have gone that came with the settings. */
  get pinsRemoved(): boolean {
    return Boolean(this.pins) && !this.fields.cpuPinning
  }

  /** Whether the row is as it has to be for these settings. */
  isIn(rows: PropertyRows | undefined, inputs: Inputs): boolean {
    return !this.mode || !rows?.knows(RESTORE) || (rows.get(RESTORE) ?? '') === this.text(inputs)
  }

  async write(rows: PropertyRows | undefined, inputs: Inputs): Promise<boolean> {
    if (this.pins !== undefined) {
      const pins = sameInputs(inputs, this.inputs) ? this.pins : ''
      this.pinsStay = !this.fields.setCpuPinning(pins)
    }
    if (!this.mode || !rows?.knows(RESTORE)) return true
    this.put = this.text(inputs)
    return this.put ? rows.set(RESTORE, this.put) : rows.remove(RESTORE)
  }

  /** The admin has changed rows: if this was one of them, it is theirs from now on. */
  touched(rows: PropertyRows | undefined): void {
    if (this.put !== undefined && (rows?.get(RESTORE) ?? '') !== this.put) this.mode = undefined
  }

  /** The row is again as it was before the last attempt to write it. */
  takenBack(text: string | undefined): void {
    if (this.put !== undefined) this.put = text
  }

  private text(inputs: Inputs): string {
    if (!this.mode) return ''
    const pins = this.pins !== undefined && (this.pinsStay || sameInputs(inputs, this.inputs))
    return asks(inputs) || pins ? `${WORDS[this.mode]}${pins ? TUNED : ''}` : ''
  }
}
