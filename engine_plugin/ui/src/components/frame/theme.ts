// SPDX-License-Identifier: Apache-2.0
/**
 * Light or dark, as what is around the page.
 *
 * Decides by the background of the window that the page is in: WebAdmin itself is light, but
 * brands and browser extensions darken it, and a tab of another colour would look broken.
 */
import { useEffect } from 'react'
import { webAdmin } from '../../bridge/pluginApi'

const DARK_CLASS = 'pf-v6-theme-dark'

export function useTheme(theme: 'auto' | 'light' | 'dark'): void {
  useEffect(() => {
    const query = webAdmin().matchMedia('(prefers-color-scheme: dark)')
    const apply = () => {
      const dark = theme === 'auto' ? darkAround() : theme === 'dark'
      document.documentElement.classList.toggle(DARK_CLASS, dark)
    }
    apply()
    query.addEventListener('change', apply)
    return () => query.removeEventListener('change', apply)
  }, [theme])
}

function darkAround(): boolean {
  const top = webAdmin()
  const { backgroundColor } = top.getComputedStyle(top.document.body)
  const [r = 255, g = 255, b = 255, a = 1] = (backgroundColor.match(/[\d.]+/g) ?? []).map(Number)
  return a > 0 && 0.2126 * r + 0.7152 * g + 0.0722 * b < 100
}
