// SPDX-License-Identifier: Apache-2.0
/**
 * The NUMA tab itself: one more entry in the dialog's sidebar, and its pane.
 *
 * Decides how a foreign tab lives beside the native ones, which Bootstrap and GWT switch: it
 * stands behind them, has no `data-toggle`, and follows the `active` class and the tabindexes,
 * which the dialog counts through all its fields. The page is in an
 * iframe, so that the dialog's key handling (Enter presses OK, wherever it is typed) and its
 * style sheets stay outside, and ours inside.
 */
import type { BridgeFrame, DialogBridge } from '../bridge/dialogBridge'
import { pageUrl } from '../bridge/pluginApi'
import { ADVANCED_TARGET, INVALID, PANES, SIDEBAR, SIDEBAR_LINK } from './selectors'

const LABEL = 'NUMA'
const LEAST_PX = 220
const PADDING_PX = 24
/** Of both paddings of an entry, which are 22. */
const SQUEEZED_PX = 12
const WATCHED = ['class', 'style', 'tabindex']

export class DialogTab {
  private readonly entry: HTMLLIElement
  private readonly link: HTMLAnchorElement
  private readonly pane: HTMLDivElement
  private readonly frame: BridgeFrame
  private readonly observer: MutationObserver
  private readonly sizes: ResizeObserver | undefined
  private box: HTMLElement | null = null
  /** Of the scrolling part, as the dialog has set it. */
  private height: string | undefined

  /** Throws where the dialog's structure is another one. */
  constructor(
    private readonly root: HTMLElement,
    bridge: DialogBridge,
  ) {
    const doc = root.ownerDocument
    const view = doc.defaultView as Window & typeof globalThis
    this.entry = doc.createElement('li')
    this.link = doc.createElement('a')
    this.pane = doc.createElement('div')
    this.frame = doc.createElement('iframe')
    this.frame.ovirtNuma = bridge
    this.build()
    this.observer = new view.MutationObserver(() => this.follow())
    const watched = { attributes: true, attributeFilter: WATCHED, subtree: true }
    this.observer.observe(this.list, watched)
    view.addEventListener('resize', this.fit)
    this.sizes = view.ResizeObserver ? new view.ResizeObserver(() => this.fit()) : undefined
    this.follow()
  }

  dispose(): void {
    this.observer.disconnect()
    this.sizes?.disconnect()
    this.root.ownerDocument.defaultView?.removeEventListener('resize', this.fit)
  }

  show(): void {
    this.frame.src ||= new URL(pageUrl('/dialog'), this.root.ownerDocument.baseURI).href
    only(this.list.children, this.entry)
    only(this.content.children, this.pane)
    if (this.scrolling) this.sizes?.observe(this.scrolling)
    this.fit()
  }

  /**
   * Where the dialog refuses a value: it may have switched to that tab behind ours. Whether that
   * is so, or ours is not in front.
   */
  yieldToInvalid(): boolean {
    if (!this.entry.classList.contains('active')) return true
    const pane = this.root.querySelector(INVALID)?.closest('.tab-pane')
    const link = this.links.find((each) => each.dataset.target === pane?.id)
    if (!pane || !link?.parentElement) return false
    only(this.list.children, link.parentElement)
    only(this.content.children, pane)
    return true
  }

  get tabIndex(): number {
    return this.link.tabIndex
  }

  private get links(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(SIDEBAR_LINK)]
  }

  private get list(): HTMLElement {
    return this.root.querySelector(SIDEBAR) as HTMLElement
  }

  private get content(): HTMLElement {
    return this.root.querySelector(PANES) as HTMLElement
  }

  /** The native entry that is hidden in the basic mode and where properties make no sense. */
  private get advanced(): HTMLElement | undefined {
    const found = this.links.find((link) => link.dataset.target === ADVANCED_TARGET)
    return found?.parentElement ?? undefined
  }

  private build(): void {
    const { link } = this
    this.entry.className = 'list-group-item'
    this.entry.dataset.numaTab = ''
    link.className = this.list.querySelector(SIDEBAR_LINK)?.className ?? ''
    link.setAttribute('role', 'button')
    link.textContent = LABEL
    link.addEventListener('click', (event) => {
      event.preventDefault()
      this.show()
    })
    link.addEventListener('keydown', (event) => {
      if (event.key !== ' ') return
      event.preventDefault()
      this.show()
    })
    this.pane.className = 'tab-pane'
    this.pane.dataset.numaPane = ''
    this.frame.title = LABEL
    this.frame.style.cssText = 'display:block;width:100%;border:0'
    this.pane.append(this.frame)
    this.entry.append(link)
    this.list.append(this.entry)
    this.content.append(this.pane)
  }

  /** Gives way to a native tab that somebody, or the dialog itself, has switched to. */
  private follow(): void {
    const native = [...this.list.children].some(
      (each) => each !== this.entry && each.classList.contains('active'),
    )
    // Without the question each removal would be a mutation, and call this again, for ever.
    if (native && this.entry.classList.contains('active')) this.entry.classList.remove('active')
    if (!this.entry.classList.contains('active') && this.pane.classList.contains('active')) {
      this.pane.classList.remove('active')
    }
    const display = this.advanced?.style.display ?? ''
    if (this.entry.style.display !== display) this.entry.style.display = display
    this.takeTurn()
  }

  /** In the order of the Tab key behind the last native entry and its fields, before the buttons. */
  private takeTurn(): void {
    const others = this.links.filter((link) => link !== this.link)
    const last = Math.max(0, ...others.map((link) => link.tabIndex))
    for (const each of [this.link, this.frame]) {
      if (each.getAttribute('tabindex') !== `${last}`) each.tabIndex = last
    }
  }

  /** The dialog's scrolling part gives some of its height to something below it. */
  giveWay(px: number): void {
    const box = this.scrolling
    if (!box) return
    this.height ??= box.style.height
    box.style.height = px ? `calc(${this.height} - ${px}px)` : this.height
    this.fit()
  }

  /** It stays where it is while the dialog takes its content out of it. */
  private get scrolling(): HTMLElement | null {
    const view = this.root.ownerDocument.defaultView
    let box = this.box ?? this.root.parentElement
    while (box && view?.getComputedStyle(box).overflowY !== 'auto') box = box.parentElement
    this.box = box
    return box
  }

  /** As high as the dialog's scrolling part, so that there is one scroll bar and not two. */
  private readonly fit = (): void => {
    const height = Math.max(LEAST_PX, (this.scrolling?.clientHeight ?? 0) - PADDING_PX)
    this.frame.style.height = `${height}px`
    this.squeeze()
  }

  /** One entry more can be a pixel or two too many for the sidebar, which would scroll for these. */
  private squeeze(): void {
    const { link } = this
    link.style.cssText = ''
    const box = this.scrolling
    const over = box ? box.scrollHeight - box.clientHeight : 0
    if (!this.pane.classList.contains('active') || over <= 0 || over > SQUEEZED_PX) return
    const { paddingTop = '0', paddingBottom = '0' } =
      this.root.ownerDocument.defaultView?.getComputedStyle(link) ?? {}
    const less = (padding: string) => `${Math.max(0, Number.parseFloat(padding) - over / 2)}px`
    const height = `${link.getBoundingClientRect().height - over}px`
    const padding = { paddingTop: less(paddingTop), paddingBottom: less(paddingBottom) }
    Object.assign(link.style, { boxSizing: 'border-box', minHeight: '0', height, ...padding })
  }
}

function only(nodes: HTMLCollection, one: Element): void {
  for (const node of nodes) node.classList.toggle('active', node === one)
}
