// SPDX-License-Identifier: Apache-2.0
/**
 * The dialog's OK button, held until our values are in the dialog.
 *
 * Decides when a click goes through: at once where all is in sync; after the rows are written;
 * and where the page sees errors, the first click shows them and the second one saves.
 */

import { type DialogKind, POPUP } from './selectors'
import type { DialogSession } from './session'
import type { DialogTab } from './tab'

/** The dialog marks what it refuses in the same turn as the click. */
const VALIDATED_MS = 100

export class OkButton {
  private readonly popup: Element | null
  private passing = false

  constructor(
    root: HTMLElement,
    private readonly dialog: DialogKind,
    private readonly session: DialogSession,
    private readonly tab: Pick<DialogTab, 'show' | 'yieldToInvalid'>,
  ) {
    this.popup = root.closest(POPUP)
    this.popup?.addEventListener('click', this.onClick, true)
  }

  get open(): boolean {
    return this.popup?.isConnected ?? false
  }

  dispose(): void {
    this.popup?.removeEventListener('click', this.onClick, true)
  }

  private readonly onClick = (event: Event): void => {
    const target = event.target as Element | null
    const wrapper = target?.closest?.(this.dialog.ok.map((id) => `#${id}`).join(','))
    const { errors, accepted, inSync } = this.session
    const known = errors === 0 || accepted
    if (!wrapper) return
    if (this.passing || (inSync && known)) {
      setTimeout(() => this.tab.yieldToInvalid(), VALIDATED_MS)
      return
    }
    event.stopImmediatePropagation()
    event.preventDefault()
    if (!known) {
      this.session.refuse()
      this.tab.show()
    } else void this.pass(wrapper)
  }

  private async pass(wrapper: Element): Promise<void> {
    await this.session.settle()
    this.passing = true
    wrapper.querySelector<HTMLElement>('button')?.click()
    this.passing = false
  }
}
