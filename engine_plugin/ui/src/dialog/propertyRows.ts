// SPDX-License-Identifier: Apache-2.0
/**
 * The dialog's sheet of custom properties: read, set and removed as a person would do it.
 *
 * Decides what a row is. One in which no key is chosen yet shows its text editor disabled, and
 * before oVirt 4.4.10 showed none. Elements are looked up again for each step, since the dialog
 * makes them anew after every change of a key. Never knows what a property means.
 *
 *     await new PropertyRows(pane).set('numa_nodeset', '0-1')
 */
import { ListBox } from './listBox'
import { press } from './press'
import { ROWS } from './selectors'
import { setText } from './setText'
import { until } from './wait'

interface Row {
  /** What the list of keys shows: the key, or words that ask for one. */
  readonly key: string
  /** No key is chosen yet, and one can be. */
  readonly free: boolean
  readonly keys: ListBox
  readonly input: HTMLInputElement | undefined
  readonly values: ListBox | undefined
  readonly minus: HTMLButtonElement | null
  readonly plus: HTMLButtonElement | null
}

export class PropertyRows {
  constructor(private readonly pane: Element) {}

  /** Whether the engine offers this key, in a row or in the list of one. */
  knows(key: string): boolean {
    return this.rows().some((row) => row.keys.offers(key))
  }

  get(key: string): string | undefined {
    const row = this.find(key)
    return row && (row.input?.value ?? row.values?.text ?? '')
  }

  /**
   * The list of keys comes some time after the dialog, and not at all where no data centre is up:
   * before that a row that asks for a key has nothing but those words.
   */
  get filled(): boolean {
    return this.rows().some((row) => row.keys.items.length > (row.free ? 1 : 0))
  }

  /** Nobody may change the sheet. */
  get locked(): boolean {
    const rows = this.rows()
    return rows.length > 0 && rows.every((row) => row.keys.disabled)
  }

  /** At once where the row is there: so also an OK by the next key press finds the value. */
  setNow(key: string, value: string): boolean {
    const row = this.find(key)
    return row?.input !== undefined && !row.keys.disabled && setText(row.input, value)
  }

  /** Whether the row has the value now; where it has not, no row of the key is left behind. */
  async set(key: string, value: string): Promise<boolean> {
    if (this.find(key)) return this.write(key, value)
    const free = await this.freeRow()
    if (!free?.keys.offers(key)) return false
    free.keys.choose(key)
    if ((await until(() => this.find(key))) && (await this.write(key, value))) return true
    if (this.find(key)) await this.remove(key)
    else free.keys.choose(free.key)
    return false
  }

  async remove(key: string): Promise<boolean> {
    const row = this.find(key)
    if (!row) return true
    if (!row.minus || row.minus.disabled) return false
    press(row.minus)
    return (await until(() => (this.find(key) ? undefined : true))) ?? false
  }

  private async write(key: string, value: string): Promise<boolean> {
    if (this.setNow(key, value)) return true
    const row = this.find(key)
    if (!row?.values?.offers(value) || row.keys.disabled) return false
    row.values.choose(value)
    return (await until(() => (this.get(key) === value ? true : undefined))) ?? false
  }

  private async freeRow(): Promise<Row | undefined> {
    const free = () => this.rows().find((row) => row.free)
    const found = free()
    if (found) return found
    const plus = this.rows().find((row) => row.plus && !row.plus.disabled)?.plus
    if (!plus) return undefined
    press(plus)
    return until(free)
  }

  private find(key: string): Row | undefined {
    return this.rows().find((row) => row.key === key && !row.free)
  }

  private rows(): Row[] {
    return [...this.pane.querySelectorAll(ROWS.key)].flatMap((column) => {
      const line = column.parentElement
      const panel = line?.parentElement
      return line && panel ? [readRow(column, line, panel)] : []
    })
  }
}

function readRow(column: Element, line: Element, panel: Element): Row {
  const keys = new ListBox(column)
  const groups = [...(line.querySelector(ROWS.value)?.querySelectorAll(ROWS.groups) ?? [])]
  const shown = groups.find((group) => (group as HTMLElement).style.display !== 'none')
  const input = shown?.querySelector<HTMLInputElement>(ROWS.text) ?? undefined
  const values = shown && !input ? new ListBox(shown) : undefined
  const usable = input ? !input.disabled : values !== undefined && !values.disabled
  return {
    key: keys.text,
    free: !usable && !keys.disabled,
    keys,
    input,
    values,
    minus: panel.querySelector<HTMLButtonElement>(ROWS.minus),
    plus: panel.querySelector<HTMLButtonElement>(ROWS.plus),
  }
}
