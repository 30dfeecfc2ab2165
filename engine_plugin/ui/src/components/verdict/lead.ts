// SPDX-License-Identifier: Apache-2.0
/** From the verdict to what it is about: scrolled to, and with the focus there. */
import type { Dispatch } from 'react'
import type { Edit } from '../../model/editing'
import type { Leads } from '../../model/verdict'

export function lead(leads: Leads, dispatch: Dispatch<Edit>): void {
  if (leads === 'details') dispatch({ type: 'details', open: true })
  const selector = {
    problems: '#numa-problems button, .numa-notices',
    hosts: '.numa-preview',
    details: '#numa-details',
    none: '',
  }[leads]
  if (!selector) return
  setTimeout(() => {
    const element = document.querySelector<HTMLElement>(selector)
    element?.scrollIntoView({ block: 'start' })
    element?.focus()
  }, 0)
}
