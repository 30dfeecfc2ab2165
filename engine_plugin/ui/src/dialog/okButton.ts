// SPDX-License-Identifier: Apache-2.0
/**
 * The dialog's OK button, held until our values are in the dialog.
 *
 * Decides when a click goes through: at once where all is in sync; after the rows are written;
 * where the page sees errors, at the second one, which writes them; and where the dialog does not take our values,
 * not before the admin gives them up. Enter in a field of the dialog cannot be held: the dialog
 * hears it first.
 */

import { type DialogKind, POPUP } from './selectors'
import type { DialogSession } from './session'
import type { DialogTab } from './tab'
import { until } from './wait'

/** The dialog marks what it refuses in the same turn as the click, but for a name that is taken. */
const VALIDATED_MS = 100
/** The engine is asked for that. */
const ANSWERED_MS = 15_000

export class OkButton {
  private readonly popup: Element | null
  private readonly selector: string
  private passing = false
  /** Enter was pressed while OK was not free to go, and nothing was clicked since. */
  private entered = false

  constructor(
    root: HTMLElement,
    dialog: DialogKind,
    private readonly session: DialogSession,
    private readonly tab: Pick<DialogTab, 'show' | 'yieldToInvalid'>,
  ) {
    this.popup = root.closest(POPUP)
    this.selector = dialog.ok.map((id) => `#${id}`).join(',')
    this.popup?.addEventListener('click', this.onClick, true)
    this.popup?.addEventListener('keydown', this.onKey, true)
  }

  get open(): boolean {
    return this.popup?.isConnected ?? false
  }

  private get button(): HTMLElement | null | undefined {
    return this.popup?.querySelector(this.selector)?.querySelector<HTMLElement>('button')
  }

  get tabIndex(): number {
    return this.button?.tabIndex ?? 0
  }

  /** The dialog was saved by Enter, without what it does not take, or what has errors. */
  get savedWithout(): 'refused' | 'errors' | undefined {
    if (this.open || !this.entered) return undefined
    if (this.session.refused) return 'refused'
    return this.session.unwritten ? 'errors' : undefined
  }

  dispose(): void {
    this.popup?.removeEventListener('click', this.onClick, true)
    this.popup?.removeEventListener('keydown', this.onKey, true)
  }

  /** As a click on it; the dialog makes the button anew from time to time. */
  press(): void {
    this.button?.click()
  }

  private readonly onKey = (event: Event): void => {
    const { key } = event as KeyboardEvent
    if (key === 'Enter' || key === 'Escape') this.entered = key === 'Enter'
  }

  private readonly onClick = (event: Event): void => {
    this.entered = false
    const target = event.target as Element | null
    if (!target?.closest?.(this.selector)) return
    const { holding, inSync, held } = this.session
    const ready = holding.givenUp || (inSync && !held)
    if (this.passing || (!holding.byErrors && ready)) {
      holding.passed()
      setTimeout(() => void this.watch(), VALIDATED_MS)
      return
    }
    event.stopImmediatePropagation()
    event.preventDefault()
    if (holding.byErrors) {
      holding.tellErrors()
      this.tab.show()
    } else void this.pass()
  }

  /** Until the dialog is closed, or shows what it refuses. */
  private async watch(): Promise<void> {
    await until(() => (!this.open || this.tab.yieldToInvalid() ? true : undefined), ANSWERED_MS)
  }

  private async pass(): Promise<void> {
    const { held } = this.session
    if (held) await this.session.write(held)
    else await this.session.settle()
    if (this.session.refused) {
      this.session.holding.tellRefused()
      return
    }
    this.passing = true
    this.press()
    this.passing = false
  }
}
