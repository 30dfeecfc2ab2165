// SPDX-License-Identifier: Apache-2.0
/**
 * The sheet of custom properties: KeyValueWidget, KeyValueLineWidget and KeyValueModel.
 *
 * Decides, as they do: a text reaches the model by `change` alone; a chosen key shows its value
 * editor and rebuilds every list of keys a tick later; there is at most one row without a key.
 */
import { h } from '../dom.js'
import { ListBox, uid } from './listBox.js'

const GHOST = 'Please select a key...'
const NONE = 'No available keys'

export class KeyValueSheet {
  constructor() {
    this.rows = h('div')
    this.element = h('div', { class: 'container-fluid' },
      h('div', { class: 'row' }, h('div', { class: 'col-sm-12' }, h('div', {}, this.rows))))
    this.definitions = new Map()
    this.lines = []
  }

  /** Everything anew: on another cluster, another template, or when the VM has been read. */
  deserialize(text, definitions = this.definitions) {
    this.definitions = definitions
    this.lines = []
    for (const pair of text.split(';').filter(Boolean)) {
      const at = pair.indexOf('=')
      this.lines.push(this.line(pair.slice(0, at), pair.slice(at + 1)))
    }
    if (!this.lines.length) this.lines.push(this.line())
    this.draw()
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
      const legal = pattern !== undefined && new RegExp(pattern).test(line.value)
      line.group.classList.toggle('has-error', !legal)
      line.group.title = legal ? '' : pattern ? 'Illegal value' : 'The key is not recognized'
      good &&= legal
    }
    return good
  }

  line(key, value = '') {
    const line = { key, value }
    line.keys = new ListBox({ label: 'Key', onChosen: (chosen) => this.chooseKey(line, chosen) })
    line.input = h('input', { type: 'text', class: 'form-control', id: uid(), 'aria-label': 'Value' })
    line.input.value = value
    line.input.onchange = () => {
      line.value = line.input.value
    }
    line.group = h('div', { class: 'form-group' }, h('div', {}, h('div', { class: 'x-m' }, line.input)))
    line.minus = this.button('fa-minus', () => this.remove(line))
    line.plus = this.button('fa-plus', () => {
      this.lines.push(this.line())
      this.draw()
    })
    return line
  }

  button(icon, onclick) {
    const name = icon === 'fa-plus' ? 'Add' : 'Remove'
    return h('button', { type: 'button', class: 'btn btn-default x-p', style: 'float:right', 'aria-label': name, onclick },
      h('i', { class: `fa ${icon}` }), ' ')
  }

  chooseKey(line, chosen) {
    line.key = chosen === GHOST || chosen === NONE ? undefined : chosen
    line.value = ''
    line.input.value = ''
    this.draw()
  }

  remove(line) {
    this.lines.splice(this.lines.indexOf(line), 1)
    if (!this.lines.length) this.lines.push(this.line())
    this.draw()
  }

  draw() {
    const used = new Set(this.lines.map((line) => line.key))
    const unused = [...this.definitions.keys()].filter((key) => !used.has(key))
    this.rows.replaceChildren(...this.lines.map((line, i) => this.panel(line, unused, i === this.lines.length - 1)))
  }

  panel(line, unused, last) {
    const ghost = line.key === undefined
    const first = unused.length ? GHOST : NONE
    line.keys.setItems(ghost ? [first, ...unused] : [line.key, ...unused], ghost ? first : line.key)
    line.group.style.display = ghost ? 'none' : ''
    line.input.disabled = ghost
    for (const button of [line.minus, line.plus]) {
      button.disabled = ghost
      button.classList.toggle('disabled', ghost)
    }
    const hidden = (type) => h('div', { class: 'form-group', style: 'display:none', 'aria-hidden': 'true' },
      h('div', {}, h('div', {}, h('input', { type, class: 'form-control', autocomplete: 'off' }))))
    const lists = h('div', { class: 'form-group', style: 'display:none', 'aria-hidden': 'true' },
      h('div', {}, h('div', {}, h('div', { class: 'btn-group dropdown' }))))
    return h('div', {},
      h('div', { class: 'row x-w', style: 'float:left' },
        h('div', { class: 'col-sm-6' }, hidden('text'),
          h('div', { class: 'form-group' }, h('div', {}, h('div', {}, line.keys.element)))),
        h('div', { class: 'col-sm-6' }, hidden('password'), line.group, lists)),
      line.minus,
      last ? line.plus : null,
      h('div', { style: 'clear:both' }))
  }
}
