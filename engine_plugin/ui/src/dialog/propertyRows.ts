// SPDX-License-Identifier: Apache-2.0
/**
 * The dialog's sheet of custom properties: read, set and removed as a person would do it.
 *
 * Decides what a row is. Elements are looked up again for each step, since the dialog makes
 * them anew after every change of a key. Never knows what a property means.
 *
 *     await new PropertyRows(pane).set('numa_nodeset', '0-1')
 */
import { ListBox } from './listBox'
import { press } from './press'
import { ROWS } from './selectors'
import { setText } from './setText'
import { until } from './wait'

interface Row {
  /** undefined in the row in which no key is chosen yet. */
  readonly key: string | undefined
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

  /** The list of keys comes some time after the dialog. */
  get filled(): boolean {
    return this.rows().some((row) => row.keys.items.length > 0)
  }

  /** Nobody may change the sheet. */
  get locked(): boolean {
    const rows = this.rows()
    return rows.length > 0 && rows.every((row) => row.keys.disabled)
  }

  /** At once where the row is there: so also an OK by the next key press finds the value. */
  setNow(key: string, value: string): boolean {
    const row = this.find(key)
    if (!row || row.keys.disabled) return false
    return write(row, value)
  }

  async set(key: string, value: string): Promise<boolean> {
    if (this.setNow(key, value)) return true
    const free = await this.freeRow()
    if (!free?.keys.offers(key) || free.keys.disabled) return false
    free.keys.choose(key)
    const row = await until(() => {
      const found = this.find(key)
      return (found?.input ?? found?.values) ? found : undefined
    })
    return row ? write(row, value) : false
  }

  async remove(key: string): Promise<boolean> {
    const row = this.find(key)
    if (!row) return true
    if (!row.minus || row.minus.disabled) return false
    press(row.minus)
    return (await until(() => (this.find(key) ? undefined : true))) ?? false
  }

  private async freeRow(): Promise<Row | undefined> {
    const free = () => this.rows().find((row) => row.key === undefined)
    const found = free()
    if (found) return found
    const plus = this.rows().find((row) => row.plus && !row.plus.disabled)?.plus
    if (plus) press(plus)
    return until(free)
  }

  private find(key: string): Row | undefined {
    return this.rows().find((row) => row.key === key)
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
  return {
    key: shown ? keys.text : undefined,
    keys,
    input,
    values: shown && !input ? new ListBox(shown) : undefined,
    minus: panel.querySelector<HTMLButtonElement>(ROWS.minus),
    plus: panel.querySelector<HTMLButtonElement>(ROWS.plus),
  }
}

function write(row: Row, value: string): boolean {
  if (row.input) return setText(row.input, value)
  row.values?.choose(value)
  return row.values !== undefined
}
