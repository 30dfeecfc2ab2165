// SPDX-License-Identifier: Apache-2.0
/**
 * The sheet of custom properties: KeyValueWidget, AddRemoveRowWidget and KeyValueModel.
 *
 * Decides, as they do: a text reaches the model by `change` alone; a chosen key has its editor a
 * tick later, and every list of keys is made anew then; there is at most one row without a key.
 * That row shows its text editor, disabled; before oVirt 4.4.10 it showed none.
 */
import { h } from '../dom.js'
import { Line } from './keyValueLine.js'

const GHOST = 'Please select a key...'
const NONE = 'No available keys'
const UNKNOWN = 'The key is not recognized in the current compatibility version.'
/** Of such an expression the values are a list to choose from. */
const LIST = /^\^\(((?:[a-zA-Z0-9_]+[|]+)*[a-zA-Z0-9_]+)\)\$$/

export class KeyValueSheet {
  /**
   * `kind` is "4.4.9" for the rows of former versions, and "deaf" for a sheet of a version that
   * nobody knows: a click on a key is not heard.
   */
  constructor({ kind = '', locked = false } = {}) {
    Object.assign(this, { kind, locked })
    this.rows = h('div')
    this.element = h('div', { class: 'x-g container-fluid' },
      h('div', { class: 'row' }, h('div', { class: 'col-sm-12' }, h('div', {}, this.rows))))
    this.definitions = new Map()
    this.lines = []
    this.add(undefined)
  }

  /** Everything anew: on another cluster, another template, or when the VM has been read. */
  deserialize(text, definitions = this.definitions) {
    this.definitions = definitions
    this.lines = []
    this.rows.replaceChildren()
    const pairs = text.split(';').filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
    for (const [key, value] of pairs) this.add(key, value)
    if (!this.lines.length) this.add(undefined)
    this.updateKeys()
  }

  serialize() {
    return this.lines
      .filter((line) => line.key !== undefined)
      .map((line) => `${line.key}=${line.value === '' ? 'null' : line.value}`)
      .join(';')
  }

  /** Marks every illegal row; `find` semantics, as the engine's client side does. */
  validate() {
    let good = true
    for (const line of this.lines) {
      if (line.key === undefined) continue
      const pattern = this.definitions.get(line.key)
      const known = pattern !== undefined
      const legal = known && (line.listed || new RegExp(pattern).test(line.value))
      line.keyGroup.classList.toggle('has-error', !known)
      line.keyGroup.title = known ? '' : UNKNOWN
      line.textGroup.classList.toggle('has-error', known && !legal)
      good &&= legal
    }
    return good
  }

  add(key, value = '') {
    const last = this.lines.at(-1)
    const line = new Line({ onKey: (chosen) => this.chooseKey(line, chosen), onMinus: () => this.remove(line), onPlus: () => this.add(undefined) })
    this.lines.push(line)
    last?.setPlus(false)
    line.setPlus(true)
    this.rows.append(line.element)
    line.setKey(key, this.valuesOf(key), value)
    this.toggle(line)
    this.updateKeys()
  }

  valuesOf(key) {
    return LIST.exec(this.definitions.get(key) ?? '')?.[1]?.split('|')
  }

  chooseKey(line, chosen) {
    if (this.kind === 'deaf') return
    const key = chosen === GHOST || chosen === NONE ? undefined : chosen
    line.setKey(key, this.valuesOf(key), '')
    this.toggle(line)
    this.updateKeys()
  }

  remove(line) {
    const at = this.lines.indexOf(line)
    this.lines.splice(at, 1)
    line.element.remove()
    if (at === this.lines.length) this.lines.at(-1)?.setPlus(true)
    if (!this.lines.length) this.add(undefined)
    this.updateKeys()
  }

  /** A row without a key is half disabled; a locked sheet is so in every row. */
  toggle(line) {
    const ghost = line.key === undefined
    line.setEnabled({ all: !this.locked, value: !ghost })
    if (this.kind === '4.4.9') line.hideValue(ghost)
  }

  /** New items in every row: the key that it has, or what asks for one, and all that are unused. */
  updateKeys() {
    const used = new Set(this.lines.map((line) => line.key))
    const unused = [...this.definitions.keys()].filter((key) => !used.has(key))
    const first = unused.length ? GHOST : NONE
    for (const line of this.lines) line.keys.setItems([line.key ?? first, ...unused])
  }
}
