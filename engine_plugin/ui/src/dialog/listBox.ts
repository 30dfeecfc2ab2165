// SPDX-License-Identifier: Apache-2.0
/**
 * A list box of the dialog: a button with a text, and a menu of items.
 *
 * Decides how one is read and chosen from. A click on the item is what the engine listens to;
 * its model follows one deferred tick later, so whoever chooses has to wait for the effect.
 */
import { press } from './press'
import { LIST_BOX } from './selectors'

export class ListBox {
  constructor(private readonly element: Element) {}

  get text(): string {
    return this.element.querySelector(LIST_BOX.current)?.textContent?.trim() ?? ''
  }

  get items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(LIST_BOX.items)]
  }

  get disabled(): boolean {
    return this.element.querySelector<HTMLButtonElement>(LIST_BOX.button)?.disabled ?? true
  }

  /** Position of what is chosen; -1 where nothing is. */
  get index(): number {
    const { items, text } = this
    const marked = items.findIndex((item) => item.classList.contains('selected'))
    const named = items.findIndex((item) => item.textContent?.trim() === text)
    return named >= 0 ? named : marked
  }

  /** Texts of all that are chosen, in a box in which that can be several. */
  get chosen(): string[] {
    const marked = this.items.filter((item) => item.classList.contains('selected'))
    return marked.map((item) => item.textContent?.trim() ?? '')
  }

  offers(text: string): boolean {
    return this.items.some((item) => item.textContent?.trim() === text)
  }

  choose(text: string): void {
    const item = this.items.find((each) => each.textContent?.trim() === text)
    if (item) press(item)
  }

  chooseAt(index: number): void {
    const item = this.items[index]
    if (item) press(item)
  }
}
