// SPDX-License-Identifier: Apache-2.0
/**
 * One row of the sheet of custom properties: KeyValueLineWidget in its AddRemoveRowPanel.
 *
 * Decides which of the editors of a row are shown, and the tabindexes, which begin with 1 in
 * every row. The editable key and the password are never used in this dialog, and always there.
 */
import { h } from '../dom.js'
import { bareGroup, enableLabel, show } from './editors.js'
import { ListBox, uid } from './listBox.js'

const INDEX = { text: '1', values: '2', editableKey: '3', password: '4', keys: '5' }

function input(type, tabindex, onchange) {
  return h('input', { type, id: uid(), class: 'form-control', tabindex, onchange })
}

export class Line {
  constructor({ onKey, onMinus, onPlus }) {
    this.key = undefined
    this.value = ''
    this.keys = new ListBox({ tabindex: INDEX.keys, onChosen: onKey })
    this.values = new ListBox({ tabindex: INDEX.values, onChosen: (chosen) => (this.value = chosen) })
    this.text = input('text', INDEX.text, () => (this.value = this.text.value))
    this.editableKey = input('text', INDEX.editableKey)
    this.password = input('password', INDEX.password)
    this.minus = button('fa-minus', onMinus)
    this.plus = button('fa-plus', onPlus)
    this.unused = [bareGroup(this.editableKey.id, this.editableKey, false), bareGroup(this.password.id, this.password, false)]
    this.keyGroup = bareGroup(this.keys.element.id, this.keys.element)
    this.textGroup = bareGroup(this.text.id, this.text)
    this.listGroup = bareGroup(this.values.element.id, this.values.element, false)
    this.end = h('div', { style: 'clear:both' })
    this.element = h('div', {},
      h('div', { class: 'row x-w', style: 'float:left' },
        h('div', { class: 'col-sm-6' }, this.unused[0], this.keyGroup),
        h('div', { class: 'col-sm-6' }, this.unused[1], this.textGroup, this.listGroup)),
      this.minus, this.end)
  }

  /** Whether its values are a list to choose from. */
  get listed() {
    return !this.listGroup.style.display
  }

  setPlus(on) {
    if (on) this.end.before(this.plus)
    else this.plus.remove()
  }

  setKey(key, values, value) {
    this.key = key
    this.value = values && !values.includes(value) ? values[0] : value
    this.text.value = values ? '' : value
    this.values.setItems(values ?? [], this.value)
    show(this.textGroup, !values)
    show(this.listGroup, Boolean(values))
  }

  hideValue(on) {
    if (on) show(this.textGroup, false)
  }

  setEnabled({ all, value }) {
    this.keys.disabled = !all
    this.editableKey.disabled = !all
    this.password.disabled = !all
    this.values.disabled = !(all && value)
    this.text.disabled = !(all && value)
    for (const group of [...this.unused, this.keyGroup]) enableLabel(group.firstChild, all)
    for (const group of [this.textGroup, this.listGroup]) enableLabel(group.firstChild, all && value)
    for (const each of [this.minus, this.plus]) {
      each.disabled = !(all && value)
      each.classList.toggle('disabled', each.disabled)
    }
  }
}

function button(icon, onclick) {
  return h('button', { type: 'button', class: 'btn btn-default x-p', style: 'float:right', onclick }, h('i', { class: `fa ${icon}` }), ' ')
}
