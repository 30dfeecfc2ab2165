// SPDX-License-Identifier: Apache-2.0
/**
 * A modal popup as GWT's PopupPanel and SimpleDialogPanel make it.
 *
 * Decides what a plugin meets: mouse, key and touch events outside of the topmost popup die in
 * the capture phase; Enter and Escape press the default and the cancel button wherever they
 * are typed; command buttons are made anew whenever one is added; content leaves the document
 * while there is progress.
 */
import { h } from '../dom.js'

const PREVIEWED = ['click', 'dblclick', 'mousedown', 'mouseup', 'mousemove', 'keydown', 'keyup']
PREVIEWED.push('keypress', 'touchstart', 'touchmove', 'touchend')
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
  constructor({ title, width, height, content, closable = true, onOk, onCancel, onClosed, wizard }) {
    Object.assign(this, { content, onOk, onCancel, onClosed })
    this.commands = []
    this.body = h('div', { class: `modal-body${wizard ? ' wizard-pf-body clearfix' : ' frame-body'}` }, content)
    this.buttons = h('div')
    this.footer = h('div', { class: 'modal-footer wizard-pf-footer footerPosition' }, this.buttons)
    const heading = h('h4', { class: 'modal-title' }, title)
    const close = h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => onCancel?.() }, '×')
    this.element = h(
      'div',
      { class: 'popup-content', style: 'position:absolute;z-index:1050' },
      h('div', { class: 'popupContent' },
        h('div', { class: `modal-dialog${wizard ? ' wizard-pf' : ''}`, style: `width:${width};height:${height}` },
          h('div', { class: 'modal-content', role: 'dialog', 'aria-label': title },
            h('div', { class: 'modal-header' }, closable ? close : null, heading),
            h('div', { class: 'modal-scroll' }, wizard ? h('div', { style: 'position:relative' }, this.body) : this.body),
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
    this.buttons.replaceChildren(
      ...this.commands.map((each) =>
        h('div', { id: each.id || undefined, style: `float:${each.left ? 'left' : 'right'}` },
          h('button', { type: 'button', class: `btn btn-${each.primary ? 'primary' : 'default'}`, onclick: each.act }, each.label))),
    )
  }

  relabel(id, label) {
    this.commands.find((each) => each.id === id).label = label
    this.buttons.querySelector(`#${id} > button`).textContent = label
  }

  progress(on) {
    this.body.replaceChildren(on ? h('div', { class: 'spinner' }) : this.content)
    this.footer.style.display = on ? 'none' : ''
  }

  onKey(event) {
    if (event.key === 'Enter') setTimeout(() => this.onOk?.(), 0)
    if (event.key === 'Escape') setTimeout(() => this.onCancel?.(), 0)
  }
}
