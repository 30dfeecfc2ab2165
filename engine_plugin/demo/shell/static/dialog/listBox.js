// SPDX-License-Identifier: Apache-2.0
/**
 * A ListModelListBox: a Bootstrap dropdown, whose choice reaches the model one tick later.
 */
import { h } from '../dom.js'

let next = 10

export function uid() {
  return `gwt-uid-${next++}`
}

export class ListBox {
  constructor({ id, onChosen, label }) {
    this.onChosen = onChosen
    this.text = h('span', { class: 'filter-option pull-left' })
    this.button = h('button', {
      type: 'button',
      class: 'btn btn-default dropdown-toggle form-control x-b',
      id: 'dropdownMenu',
      'data-toggle': 'dropdown',
      'aria-label': label,
    }, this.text, h('span', { class: 'caret pull-right' }))
    this.menu = h('ul', { class: 'dropdown-menu', role: 'menu' })
    const group = h('div', { class: 'btn-group x-f dropdown' }, this.button, this.menu)
    this.element = h('div', { id: id ?? uid() }, group)
  }

  get value() {
    return this.text.textContent
  }

  /** New items for all: whoever kept an <li> has a dead one. */
  setItems(items, value = items[0] ?? '') {
    this.menu.replaceChildren(
      ...items.map((item) =>
        h('li', { role: 'presentation', class: item === value ? 'selected' : undefined, onclick: () => this.choose(item) },
          h('a', { role: 'menuitem', tabindex: '-1' }, item))),
    )
    this.text.textContent = value
  }

  choose(item) {
    this.text.textContent = item
    this.element.firstChild.classList.remove('open')
    setTimeout(() => {
      for (const li of this.menu.children) li.classList.toggle('selected', li.textContent === item)
      this.onChosen?.(item)
    }, 1)
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
