// SPDX-License-Identifier: Apache-2.0
/**
 * Every Add/Edit VM dialog that WebAdmin opens gets a NUMA tab, if it is one that we know.
 *
 * Decides when a dialog is recognised. Where it is not, nothing is touched: the button on the
 * VM list does the same work.
 */
import { type PluginApi, webAdmin } from '../bridge/pluginApi'
import { HostPointer } from '../dialog/hostPointer'
import { OkButton } from '../dialog/okButton'
import { OkNotice } from '../dialog/okNotice'
import { DIALOGS, type DialogKind, NEEDED, PANES, SIDEBAR } from '../dialog/selectors'
import { DialogSession } from '../dialog/session'
import { DialogTab } from '../dialog/tab'
import type { Messages } from '../messages/load'
import type { Guard } from './guard'

interface OpenDialog {
  readonly ok: OkButton
  dispose(): void
}

export function watchDialogs(api: PluginApi, guard: Guard): void {
  const top = webAdmin()
  const words = wordsOnce(api)
  const known = new WeakSet<Element>()
  const open = new Set<OpenDialog>()
  const look = guard('looking for a dialog', () => {
    for (const dialog of open) {
      if (dialog.ok.open) continue
      const why = dialog.ok.savedWithout
      if (why) void words().then(({ t }) => api.showToast('warning', t(`ok.without.${why}`)))
      dialog.dispose()
      open.delete(dialog)
    }
    for (const kind of DIALOGS) {
      const root = top.document.getElementById(kind.root)
      if (!root || known.has(root) || !recognised(root, kind)) continue
      known.add(root)
      open.add(attach(root, kind, words()))
    }
  })
  new top.MutationObserver(look).observe(top.document.body, { childList: true, subtree: true })
  look()
}

function recognised(root: HTMLElement, { root: prefix }: DialogKind): boolean {
  return (
    root.querySelector(SIDEBAR) !== null &&
    root.querySelector(PANES) !== null &&
    NEEDED.every((field) => root.querySelector(`#${prefix}_${field}`) !== null)
  )
}

/** The catalogue is not loaded before there is a dialog. */
function wordsOnce(api: PluginApi): () => Promise<Messages> {
  let words: Promise<Messages> | undefined
  return () => {
    words ??= import('../messages/load').then(({ loadMessages }) =>
      loadMessages(api.currentLocale()),
    )
    return words
  }
}

function attach(root: HTMLElement, kind: DialogKind, words: Promise<Messages>): OpenDialog {
  const session = new DialogSession(root, kind)
  const tab = new DialogTab(root, session)
  const ok = new OkButton(root, kind, session, tab)
  const notice = new OkNotice(root, session, tab, ok, words)
  const pointer = new HostPointer(root, tab, words)
  return {
    ok,
    dispose() {
      pointer.dispose()
      notice.dispose()
      ok.dispose()
      tab.dispose()
      session.dispose()
    },
  }
}
