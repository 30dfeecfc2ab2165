// SPDX-License-Identifier: Apache-2.0
/**
 * On the dialog's Host tab, a pointer from oVirt's own NUMA fields to our tab.
 *
 * Decides where it stands: behind everything that is native there, which the dialog counts.
 */
import type { Messages } from '../messages/load'
import { HOST_PANE } from './selectors'
import type { DialogTab } from './tab'

const STYLE = 'margin:8px 20px;padding:6px 12px'

export class HostPointer {
  private readonly place: HTMLElement

  constructor(
    root: HTMLElement,
    tab: Pick<DialogTab, 'show' | 'tabIndex'>,
    words: Promise<Messages>,
  ) {
    const doc = root.ownerDocument
    this.place = doc.createElement('div')
    this.place.dataset.numaNotice = 'host'
    this.place.className = 'alert alert-info'
    this.place.style.cssText = STYLE
    root.querySelector(HOST_PANE)?.append(this.place)
    void words.then(({ t }) => {
      const link = doc.createElement('a')
      link.href = 'javascript:;'
      link.tabIndex = tab.tabIndex
      link.textContent = t('host.pointer.link')
      link.addEventListener('click', (event) => {
        event.preventDefault()
        tab.show()
      })
      this.place.append(`${t('host.pointer')} `, link)
    })
  }

  dispose(): void {
    this.place.remove()
  }
}
