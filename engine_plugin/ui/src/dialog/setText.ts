// SPDX-License-Identifier: Apache-2.0
/** Text put into one of the dialog's inputs: its model is fed by `change` events alone. */
export function setText(input: HTMLInputElement, text: string): true {
  if (input.value !== text) {
    const view = input.ownerDocument.defaultView ?? window
    input.value = text
    input.dispatchEvent(new view.Event('change', { bubbles: true }))
  }
  return true
}
