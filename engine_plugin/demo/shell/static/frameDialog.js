// SPDX-License-Identifier: Apache-2.0
/** A plugin's dialog: a popup whose content is an iframe. */
import { h } from './dom.js'
import { Popup } from './dialog/popup.js'

const open = new Map()

export function showFrameDialog(title, token, url, width, height, options = {}) {
  if (open.has(token)) return
  const frame = h('iframe', { src: url, title, style: 'position:absolute;width:100%;height:100%;border:0' })
  const popup = new Popup({
    title,
    width,
    height,
    content: h('div', { style: 'position:relative;height:100%' }, frame),
    closable: options.closeIconVisible !== false,
    onCancel: () => closeFrameDialog(token),
    onClosed: () => open.delete(token),
  })
  for (const { label, onClick } of options.buttons ?? []) popup.addCommand('', label, onClick)
  open.set(token, popup)
  popup.show()
}

export function closeFrameDialog(token) {
  open.get(token)?.hide()
}
