// SPDX-License-Identifier: Apache-2.0
/**
 * WebAdmin's dialogs as they were recorded in a browser, in a document of their own.
 *
 * Decides nothing about them. What WebAdmin does on a click is the next recording, shown a tick
 * later, as `steps` says; and a list shows what is chosen in it.
 * `tests/data/webadmin/README.md` says where they come from.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const DATA = join(import.meta.dirname, '../../../../tests/data/webadmin')

function html(name: string): string {
  const bytes = readFileSync(join(DATA, name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}

/** An attribute says what a field was when it was made, this one what it was when recorded. */
function withValues<T extends Element>(root: T): T {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[data-value]')) {
    if (!['radio', 'checkbox'].includes(input.type)) input.value = input.dataset.value ?? ''
  }
  return root
}

/** The whole dialog; the result is its content. */
export function dialog(name: string): HTMLElement {
  document.body.innerHTML = html(`${name}.html.gz`)
  return withValues(document.body).querySelector('.wizard-pf-row') as HTMLElement
}

/** The pane of custom properties, in the dialog to which it belongs. */
export function sheet(name: string): HTMLElement {
  const root = dialog('new-vm-advanced')
  show(name)
  return root
}

function show(name: string): void {
  const next = document.createElement('div')
  next.innerHTML = html(`${name}.html`)
  const children = withValues(next).querySelector('#tab11')?.childNodes ?? []
  document.querySelector('#tab11')?.replaceChildren(...children)
}

/** What was clicked, and what came of it: the text of an item, "+" or "-", and a recording. */
export function steps(ways: Readonly<Record<string, string>>): string[] {
  const clicked: string[] = []
  const onClick = (event: Event) => {
    const target = event.target as HTMLElement
    const icon = target.querySelector('.fa')?.className ?? ''
    const name = icon ? (icon.includes('plus') ? '+' : '-') : (target.textContent ?? '').trim()
    clicked.push(name)
    const text = target.closest('.btn-group')?.querySelector('.filter-option')
    if (text) text.textContent = name
    const way = ways[name]
    if (way) setTimeout(() => show(way), 1)
  }
  document.querySelector('#tab11')?.addEventListener('click', onClick, true)
  return clicked
}
