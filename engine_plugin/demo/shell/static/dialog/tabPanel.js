// SPDX-License-Identifier: Apache-2.0
/**
 * DialogTabPanel with Bootstrap's tabs: `show` returns at once where the entry is active
 * already, and GWT then switches its own panes, by the text of the entry. The shown pane is
 * taken out and put back, and the header goes into it.
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

  add(number, title, content, { tabindex, advanced = true, hidden = false } = {}) {
    const link = h('a', { href: 'javascript:;', 'data-toggle': 'tab', 'data-target': `tab${number}`, class: 'x-a', tabindex: String(tabindex) }, title)
    const entry = h('li', { class: 'list-group-item' }, link)
    const inner = h('div', {}, content)
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

  /** The first of these with a mistake, unless the one that it has shown last is among them. */
  reveal(titles) {
    if (!titles.includes(this.current)) this.switchTab(titles[0])
  }

  switchTab(title) {
    this.current = title
    this.tabs.forEach((tab, i) => {
      const on = tab.title === title
      if (on) {
        tab.pane.remove()
        // Before the next native pane: one that is no widget does not count.
        this.panes.insertBefore(tab.pane, this.tabs[i + 1]?.pane ?? null)
        tab.inner.prepend(this.header)
        tab.inner.style.height = '100%'
      }
      tab.pane.classList.toggle('active', on)
      tab.entry.classList.toggle('active', on)
    })
  }

  setMode(advanced) {
    for (const tab of this.tabs) {
      const off = tab.hidden || (tab.advanced && !advanced)
      tab.entry.style.display = off ? 'none' : ''
      if (off) tab.entry.setAttribute('aria-hidden', 'true')
      else tab.entry.removeAttribute('aria-hidden')
    }
    const active = this.tabs.find((tab) => tab.entry.classList.contains('active'))
    if (!active || active.entry.style.display) this.switchTab(this.tabs[0].title)
  }
}
