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
    private readonly tab: Pick<DialogTab, 'show' | 'focus' | 'giveWay'>,
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
    if (reason === 'errors') {
      this.put(t('ok.errors'), t('ok.errors.show'), () => {
        this.tab.show()
        this.tab.focus()
      })
    } else if (reason === 'refused') {
      const isVm = this.session.dialog.kind === 'vm'
      this.put(t(isVm ? 'ok.refused' : 'ok.refused.noButton'), t('ok.refused.save'), () => {
        this.session.holding.giveUp()
        this.ok.press()
      })
    }
    this.tab.giveWay(this.place.offsetHeight)
  }

  private put(text: string, action: string, act: () => void): void {
    const doc = this.place.ownerDocument
    const [box, words, button] = [
      doc.createElement('div'),
      doc.createElement('span'),
      doc.createElement('button'),
    ]
    box.className = 'alert alert-danger'
    box.style.cssText = STYLE.box
    words.style.cssText = STYLE.text
    words.textContent = text
    button.type = 'button'
    button.className = 'btn btn-default'
    button.tabIndex = this.ok.tabIndex
    button.textContent = action
    button.addEventListener('click', act)
    box.append(words, button)
    this.place.append(box)
  }
}
