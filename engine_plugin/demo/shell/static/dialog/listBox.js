// SPDX-License-Identifier: Apache-2.0
/**
 * A ListModelListBox: a Bootstrap dropdown, whose choice reaches the model one tick later.
 * With `many` it is a ListModelMultipleSelectListBox: a click takes an item in or out.
 */
import { h } from '../dom.js'

let next = 10

export function uid() {
  return `gwt-uid-${next++}`
}

export class ListBox {
  constructor({ id, tabindex, onChosen, many = false }) {
    Object.assign(this, { onChosen, many, chosen: [] })
    this.text = h('span', { class: 'filter-option pull-left x-t' })
    this.button = h('button', {
      type: 'button',
      class: 'btn btn-default dropdown-toggle form-control x-b',
      id: 'dropdownMenu',
      'data-toggle': 'dropdown',
      tabindex: String(tabindex),
    }, this.text, h('span', { class: 'caret pull-right', style: 'position:absolute;margin-top:5px;right:6px' }))
    this.menu = h('ul', { class: 'dropdown-menu x-m', role: 'menu', 'aria-labelledby': 'dropdownMenu' })
    this.element = h('div', { id: id ?? uid() }, h('div', { class: 'btn-group x-f dropdown' }, this.button, this.menu))
    this.setItems([])
  }

  get value() {
    return this.text.textContent
  }

  /** New items for all: whoever kept an <li> has a dead one. */
  setItems(items, value = items[0] ?? '') {
    this.items = items
    this.menu.replaceChildren(
      ...items.map((item) => h('li', { role: 'presentation', onclick: (event) => this.click(event, item) },
        h('a', { role: 'menuitem', tabindex: '-1' }, item))),
    )
    this.setValues(this.many ? [value].flat() : [value])
  }

  setValues(values) {
    this.chosen = values
    this.text.textContent = values.join(',') || '\u00a0'
    if (values.join('')) this.button.title = values.join(',')
    this.mark()
  }

  /** A menu from which several are chosen stays open. */
  click(event, item) {
    if (this.many) event.stopPropagation()
    else this.element.firstChild.classList.remove('open')
    this.choose(item)
  }

  choose(item) {
    const { chosen } = this
    if (!this.many) this.chosen = [item]
    else this.chosen = chosen.includes(item) ? chosen.filter((each) => each !== item) : [...chosen, item]
    this.text.textContent = this.chosen.join(',') || '\u00a0'
    this.button.title = this.chosen.join(',')
    setTimeout(() => {
      this.mark()
      this.onChosen?.(this.many ? this.chosen : item)
    }, 1)
  }

  mark() {
    for (const [i, li] of [...this.menu.children].entries()) {
      const item = this.items[i]
      const on = this.chosen.includes(item)
      li.classList.toggle('selected', on)
      if (!this.many) continue
      const ticked = [h('span', { class: 'text x-s' }, item), h('span', { class: 'glyphicon glyphicon-ok check-mark x-k' })]
      li.firstChild.replaceChildren(...(on ? ticked : [item]))
    }
  }

  set disabled(on) {
    this.button.disabled = on
    this.button.classList.toggle('disabled', on)
  }
}

/** Bootstrap's own handler, on the document. */
document.addEventListener('click', (event) => {
  const toggle = event.target.closest('[data-toggle=dropdown]')
  const mine = toggle?.parentElement
  for (const open of document.querySelectorAll('.dropdown.open')) {
    if (open !== mine) open.classList.remove('open')
  }
  if (mine && !toggle.disabled) mine.classList.toggle('open')
})
