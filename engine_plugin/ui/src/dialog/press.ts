// SPDX-License-Identifier: Apache-2.0
/**
 * A click on one of the dialog's elements, heard by the element and by nobody above it.
 *
 * The engine's handlers are on the element itself. One that came up to the document would make
 * Bootstrap close whatever menu the admin has just opened.
 */
export function press(element: HTMLElement): void {
  const view = (element.ownerDocument.defaultView ?? window) as Window & typeof globalThis
  element.dispatchEvent(new view.MouseEvent('click', { cancelable: true, view }))
}
