// SPDX-License-Identifier: Apache-2.0
/**
 * The focus goes into a dialog of ours, stays there, and goes back to where it was afterwards.
 *
 * WebAdmin leaves it on the button below, whose keys it then ignores: nobody could get here
 * without a mouse. Tab from the last element would lead to the page below the dialog.
 */
import { useEffect } from 'react'
import { webAdmin } from '../../bridge/pluginApi'

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]'

export function useFocusHere(): void {
  useEffect(() => {
    const before = webAdmin().document.activeElement as HTMLElement | null
    const back = () => before?.focus()
    window.focus()
    window.addEventListener('pagehide', back)
    document.addEventListener('keydown', keep)
    return () => {
      window.removeEventListener('pagehide', back)
      document.removeEventListener('keydown', keep)
    }
  }, [])
}

function keep(event: KeyboardEvent): void {
  if (event.key !== 'Tab' || event.defaultPrevented) return
  const all = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(reachable)
  const [first, last] = [all[0], all.at(-1)]
  const { activeElement: at } = document
  if (at === document.body || at === null) {
    event.preventDefault()
    ;(event.shiftKey ? last : first)?.focus()
  } else if (at === (event.shiftKey ? first : last)) {
    event.preventDefault()
    ;(event.shiftKey ? last : first)?.focus()
  }
}

/** Of radio buttons of one name the Tab key knows one alone. */
function reachable(element: HTMLElement): boolean {
  if (element.tabIndex < 0 || !element.checkVisibility()) return false
  if (element.closest('fieldset:disabled')) return false
  if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true
  const group = document.querySelectorAll<HTMLInputElement>(`input[name="${element.name}"]`)
  const checked = [...group].find((each) => each.checked) ?? group[0]
  return element === checked
}
