// SPDX-License-Identifier: Apache-2.0
/**
 * The shells around a dialog's fields: a group with a label and, below it, the field.
 *
 * Decides structure and classes as AbstractValidatedWidgetWithLabel and the fields' own pages
 * have them; hidden is an inline `display: none` with `aria-hidden`.
 */
import { h } from '../dom.js'

export function show(element, on) {
  element.style.display = on ? '' : 'none'
  if (on) element.removeAttribute('aria-hidden')
  else element.setAttribute('aria-hidden', 'true')
}

/** A label tells by its class whether its field can be used. */
export function enableLabel(label, on) {
  label.classList.toggle('labelEnabled', on)
  label.classList.toggle('labelDisabled', !on)
}

/** A group of the sheet, whose label is never shown. */
export function bareGroup(id, content, shown = true) {
  const label = h('label', { class: 'control-label labelEnabled', for: id })
  show(label, false)
  const group = h('div', { class: 'form-group' }, label, h('div', {}, h('div', { class: 'x-m' }, content)), h('div', { class: 'x-e' }))
  show(group, shown)
  return group
}

/** A line of a page: label on the left, field on the right. */
export function line(text, id, content) {
  const label = id ? h('label', { class: 'control-label labelEnabled col-sm-6', for: id }, text) : h('div', { class: 'gwt-Label col-sm-6' }, text)
  const group = h('div', { class: 'form-group' },
    label,
    h('div', { class: 'col-sm-6' }, h('div', { class: 'x-m' }, content)),
    h('div', { class: 'x-e' }))
  return h('div', { class: 'row' }, group)
}

export function radio(label, id, name, tabindex, onchange) {
  const input = h('input', { type: 'radio', name, value: 'on', id, tabindex: String(tabindex), onchange })
  const element = h('div', { class: 'row' }, h('div', { class: 'col-sm-6' },
    h('span', { class: 'gwt-RadioButton' }, input, h('label', { for: id }, label))))
  return { input, element }
}

/** A box to type in, with a menu: what templates are chosen from. */
export class ComboBox {
  constructor({ id, tabindex, onChosen }) {
    this.onChosen = onChosen
    this.input = h('input', { type: 'text', class: 'combobox input-large form-control', autocomplete: 'off', tabindex: String(tabindex) })
    this.menu = h('ul', { class: 'typeahead dropdown-menu' })
    const toggle = h('span', { class: 'input-group-addon dropdown-toggle', 'data-dropdown': 'dropdown' },
      h('span', { class: 'caret' }), ' ', h('span', { class: 'glyphicon glyphicon-remove' }))
    toggle.onclick = () => {
      if (!this.input.disabled) this.menu.classList.toggle('x-open')
    }
    this.element = h('div', { class: 'combobox-container', id }, h('div', { class: 'input-group' }, this.input, toggle))
  }

  /** The menu is in the document only once it was opened, as bootstrap-combobox has it. */
  setItems(items, value) {
    this.input.value = value
    this.menu.replaceChildren(...items.map((item) => h('li', { 'data-value': item, onclick: () => this.choose(item) }, h('a', { href: '#' , onclick: (event) => event.preventDefault() }, item))))
    this.element.firstChild.querySelector('.dropdown-toggle').addEventListener('click', () => this.element.firstChild.append(this.menu), { once: true })
  }

  choose(item) {
    this.input.value = item
    this.menu.classList.remove('x-open')
    setTimeout(() => this.onChosen?.(item), 1)
  }
}
