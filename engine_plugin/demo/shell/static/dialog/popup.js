// SPDX-License-Identifier: Apache-2.0
/**
 * A modal popup as GWT's PopupPanel and SimpleDialogPanel make it.
 *
 * Decides what a plugin meets: mouse, key and touch events outside of the topmost popup die in
 * the capture phase; Enter and Escape press the default and the cancel button wherever they
 * are typed; command buttons are made anew whenever one is added, with tabindexes above those
 * of all fields; content leaves the document while there is progress, and the buttons are
 * hidden.
 */
import { h } from '../dom.js'

const PREVIEWED = ['click', 'dblclick', 'mousedown', 'mouseup', 'mousemove', 'keydown', 'keyup']
PREVIEWED.push('keypress', 'touchstart', 'touchmove', 'touchend')
/** Header and footer of a popup together. */
const AROUND_PX = 100
const stack = []

function preview(event) {
  const popup = stack.at(-1)
  if (!popup) return
  if (!popup.element.contains(event.target)) {
    event.stopPropagation()
    event.preventDefault()
  } else if (event.type === 'keydown') popup.onKey(event)
}
for (const type of PREVIEWED) window.addEventListener(type, preview, { capture: true, passive: false })

export class Popup {
  /** `firstIndex` is the tabindex of the first button from the left; none are given without. */
  constructor({ title, width, height, content, closable = true, onOk, onCancel, onClosed, onShown, wizard, firstIndex }) {
    Object.assign(this, { content, onOk, onCancel, onClosed, onShown, firstIndex })
    this.commands = []
    this.running = 0
    this.body = h('div', { class: `modal-body${wizard ? ' wizard-pf-body clearfix' : ' frame-body'}` }, content)
    this.buttons = h('div', { class: 'x-b' })
    this.footer = h('div', { class: 'modal-footer wizard-pf-footer footerPosition' },
      this.buttons, ' ', h('div'), ' ', h('div', { style: 'clear:both' }))
    this.element = h(
      'div',
      { class: 'popup-content ui-draggable', style: 'position:absolute;z-index:1050' },
      h('div', { class: 'popupContent' },
        h('div', { class: `modal-dialog${wizard ? ' wizard-pf' : ''}`, style: `width:${width};height:${height}` },
          h('div', { class: 'modal-content' },
            header(title, closable, () => onCancel?.()),
            h('div', { class: 'x-scroll', style: `overflow:auto;position:relative;height:${Number.parseInt(height, 10) - AROUND_PX}px` },
              h('div', { style: 'position:relative;height:100%' }, this.body)),
            this.footer))))
    this.glass = h('div', { class: 'gwt-PopupPanelGlass' })
  }

  show() {
    document.body.append(this.glass, this.element)
    stack.push(this)
    this.footer.hidden = this.commands.length === 0
  }

  hide() {
    stack.splice(stack.indexOf(this), 1)
    this.glass.remove()
    this.element.remove()
    this.onClosed?.()
  }

  /** The wrappers are rebuilt with each command, as AbstractModelBoundPopupPresenter does. */
  addCommand(id, label, act, { primary = false, left = false } = {}) {
    this.commands.push({ id, label, act, primary, left })
    this.footer.hidden = false
    const indexOf = (i) => this.firstIndex && String(this.firstIndex + this.commands.length - 1 - i)
    this.buttons.replaceChildren(
      ...this.commands.map((each, i) =>
        h('div', { class: 'x-f', id: each.id || undefined, style: each.left ? 'float:left' : undefined },
          h('button', { type: 'button', class: `btn x-c btn-${each.primary ? 'primary' : 'default'}`, tabindex: indexOf(i), onclick: each.act }, each.label))),
    )
  }

  relabel(id, label) {
    this.commands.find((each) => each.id === id).label = label
    this.buttons.querySelector(`#${id} > button`).textContent = label
  }

  /** Several queries may be on their way; content comes back after the last. */
  progress(on) {
    const before = this.running
    this.running += on ? 1 : -1
    if (before > 0 && this.running > 0) return
    this.body.replaceChildren(on ? h('div', { class: 'spinner' }) : this.content)
    this.buttons.style.display = on ? 'none' : ''
    this.buttons.toggleAttribute('aria-hidden', on)
    if (!on) this.onShown?.()
  }

  onKey(event) {
    if (event.key === 'Enter') setTimeout(() => this.onOk?.(), 0)
    if (event.key === 'Escape') setTimeout(() => this.onCancel?.(), 0)
  }
}

function header(title, closable, onclick) {
  return h('div', { class: 'modal-header ui-draggable-handle' },
    h('a', { href: 'javascript:;', class: 'x-i', style: 'display:none', 'aria-hidden': 'true' }, h('i', { class: 'fa fa-question-circle' }), ' '),
    closable ? h('button', { type: 'button', class: 'gwt-Button close', onclick }, h('span', { class: 'pficon pficon-close' })) : null,
    h('h4', { class: 'modal-title', style: 'float:left' }, title))
}
