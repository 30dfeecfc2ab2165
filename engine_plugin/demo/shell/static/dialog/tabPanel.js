// SPDX-License-Identifier: Apache-2.0
/**
 * DialogTabPanel with Bootstrap's tabs: `show` returns at once where the entry is active
 * already, and GWT then switches its own panes, by the text of the entry.
 */
import { h } from '../dom.js'

export class TabPanel {
  constructor(rootId, header) {
    this.header = header
    this.tabs = []
    this.list = h('ul', { class: 'list-group' })
    this.panes = h('div', { class: 'tab-content wizard-pf-main x-c' })
    this.element = h('div', { id: rootId, class: 'wizard-pf-row dialog_noMax' },
      h('div', { class: 'wizard-pf-sidebar dialog_noOverflow' }, this.list), this.panes, h('div', { class: 'clearfix' }))
    this.list.addEventListener('click', (event) => {
      const link = event.target.closest('[data-toggle=tab]')
      if (link) this.show(link.parentElement)
    })
  }

  add(number, title, content, { advanced = true, hidden = false } = {}) {
    const link = h('a', { href: 'javascript:;', 'data-toggle': 'tab', 'data-target': `tab${number}`, class: 'x-a' }, title)
    const entry = h('li', { class: 'list-group-item' }, link)
    const inner = h('div', { style: 'height:100%' }, content)
    const pane = h('div', { class: 'tab-pane', id: `tab${number}` }, inner)
    this.tabs.push({ title, entry, pane, inner, advanced, hidden })
    this.list.append(entry)
    this.panes.append(pane)
  }

  show(entry) {
    if (entry.classList.contains('active')) return
    for (const each of this.list.querySelectorAll(':scope > .active')) each.classList.remove('active')
    entry.classList.add('active')
    this.switchTab(entry.textContent)
  }

  switchTab(title) {
    for (const tab of this.tabs) {
      const on = tab.title === title
      tab.pane.classList.toggle('active', on)
      tab.entry.classList.toggle('active', on)
      if (on) tab.inner.prepend(this.header)
    }
  }

  setMode(advanced) {
    for (const tab of this.tabs) {
      tab.entry.style.display = tab.hidden || (tab.advanced && !advanced) ? 'none' : ''
    }
    if (!advanced) this.switchTab(this.tabs[0].title)
  }
}
