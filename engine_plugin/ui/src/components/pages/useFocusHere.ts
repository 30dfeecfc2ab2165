// SPDX-License-Identifier: Apache-2.0
/**
 * The focus goes into a dialog of ours, and back to where it was when the dialog is closed.
 *
 * WebAdmin leaves it on the button below, whose keys it then ignores: nobody could get here
 * without a mouse.
 */
import { useEffect } from 'react'
import { webAdmin } from '../../bridge/pluginApi'

export function useFocusHere(): void {
  useEffect(() => {
    const before = webAdmin().document.activeElement as HTMLElement | null
    const back = () => before?.focus()
    window.focus()
    window.addEventListener('pagehide', back)
    return () => window.removeEventListener('pagehide', back)
  }, [])
}
