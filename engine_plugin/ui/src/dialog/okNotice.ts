// SPDX-License-Identifier: Apache-2.0
/**
 * Why OK is held, beside the button: seen from every tab, and said to those who do not see it.
 *
 * Decides where it stands: between the dialog's content and its buttons, which it makes anew. The
 * content gives way, so that the dialog stays as high as it was. The element itself is always
 * there, since a screen reader says what comes into it.
 */
import type { Messages } from '../messages/load'
import type { Reason } from './holding'
import type { OkButton } from './okButton'
import { FOOTER, POPUP } from './selectors'
import type { DialogSession } from './session'
import type { DialogTab } from './tab'

const STYLE = {
  box: 'margin:0;padding:8px 18px;border-width:1px 0;display:flex;gap:16px;align-items:center',
  text: 'flex:1',
}

export class OkNotice {
  private readonly place: HTMLElement

  constructor(
    root: HTMLElement,
    private readonly session: DialogSession,
    private readonly tab: Pick<DialogTab, 'giveWay'>,
    private readonly ok: OkButton,
    private readonly messages: Promise<Messages>,
  ) {
    this.place = root.ownerDocument.createElement('div')
    this.place.dataset.numaNotice = ''
    this.place.setAttribute('role', 'alert')
    root.closest(POPUP)?.querySelector(FOOTER)?.before(this.place)
    session.holding.onReason((reason) => void this.tell(reason))
  }

  dispose(): void {
    this.session.holding.onReason(() => {})
    this.place.remove()
  }

  private async tell(reason: Reason | undefined): Promise<void> {
    const { t } = await this.messages
    if (reason !== this.session.holding.reason) return
    this.place.replaceChildren()
    if (reason === 'errors') this.put(t('ok.errors'))
    else if (reason === 'refused') {
      const isVm = this.session.dialog.kind === 'vm'
      this.put(t(isVm ? 'ok.refused' : 'ok.refused.noButton'), this.wayOut(t('ok.refused.save')))
    }
    this.tab.giveWay(this.place.offsetHeight)
  }

  /** Enter on it is OK for the dialog, as anywhere else: what the button does may be nothing else. */
  private wayOut(label: string): HTMLElement {
    const button = this.place.ownerDocument.createElement('button')
    button.type = 'button'
    button.className = 'btn btn-default'
    button.tabIndex = this.ok.tabIndex
    button.textContent = label
    button.addEventListener('click', () => {
      this.session.holding.giveUp()
      this.ok.press()
    })
    return button
  }

  private put(text: string, ...more: HTMLElement[]): void {
    const doc = this.place.ownerDocument
    const [box, words] = [doc.createElement('div'), doc.createElement('span')]
    box.className = 'alert alert-danger'
    box.style.cssText = STYLE.box
    words.style.cssText = STYLE.text
    words.textContent = text
    box.append(words, ...more)
    this.place.append(box)
  }
}
