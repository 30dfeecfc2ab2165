// SPDX-License-Identifier: Apache-2.0
/**
 * A dialog in lines of text, for comparing one with another: element, classes, what else counts,
 * and whether it is hidden or disabled.
 *
 * Decides what counts. Obfuscated classes ("css" in what was recorded, "x-..." in the stand-in),
 * texts of lists and generated ids do not, nor does what the plugin has added. The functions run
 * in a page, so each stands for itself.
 *
 *     button.btn.btn-default type=button tabindex=116 "Cancel"
 */

export interface Outline {
  /** Title, sidebar, panes and buttons. */
  readonly frame: readonly string[]
  /** The sheet of custom properties, row by row, sorted. */
  readonly rows: readonly string[]
  /** Fields by the end of their id. */
  readonly fields: Readonly<Record<string, readonly string[]>>
}

/** `field` ends of ids; `texts` whether a row's key and value count. */
export function outline({ fields, texts }: { fields: readonly string[]; texts: boolean }): Outline {
  const COUNTS = ['role', 'tabindex', 'type', 'href', 'data-toggle', 'data-target', 'aria-hidden']
  COUNTS.push('aria-labelledby', 'for', 'name', 'autocomplete', 'data-dropdown')
  const OURS = '[data-numa-tab], [data-numa-pane], [data-numa-notice]'
  const popup = document.querySelector('.popup-content') as HTMLElement
  const root = popup.querySelector('.wizard-pf-row') as HTMLElement

  const classes = (element: Element) =>
    [...element.classList].filter((name) => !/^(css|x-.*|numCPUs.*)$/.test(name))
  const hidden = (element: Element) => (element as HTMLElement).style?.display === 'none'
  const uid = (id: string) => id.replace(/^gwt-uid-\d+$/, 'gwt-uid')
  const own = (element: Element) =>
    [...element.childNodes].map((node) => (node.nodeType === 3 ? node.textContent : '')).join('')

  const head = (element: Element): string => {
    const said = COUNTS.flatMap((name) => {
      const value = element.getAttribute(name)
      return value === null ? [] : [`${name}=${uid(value || 'true')}`]
    })
    const { disabled } = element as HTMLInputElement
    const id = element.id ? `#${uid(element.id)}` : ''
    const tag = [element.tagName.toLowerCase() + id, ...classes(element)].join('.')
    const state = [disabled ? 'DISABLED' : '', hidden(element) ? 'HIDDEN' : ''].filter(Boolean)
    return [tag, ...said, ...state].join(' ')
  }
  const lines = (
    element: Element,
    { depth = 0, stop = () => false, text = false }: Lines = {},
  ): string[] => {
    const said = text && own(element).trim() ? ` "${own(element).trim()}"` : ''
    const first = `${'  '.repeat(depth)}${head(element)}${said}`
    if (stop(element)) return [first]
    const inner = [...element.children].filter((each) => !each.matches(OURS))
    return [first, ...inner.flatMap((each) => lines(each, { depth: depth + 1, stop, text }))]
  }
  interface Lines {
    depth?: number
    stop?: (element: Element) => boolean
    text?: boolean
  }

  const panes = [...root.querySelectorAll(':scope > .tab-content > .tab-pane')].filter(
    (pane) => !pane.matches(OURS),
  )
  const frame = [
    ...lines(popup, { stop: (element) => element.matches('.tab-content'), text: true }),
    ...panes.map((pane) => {
      const header = pane.querySelector(':scope > div > .dialog_headerSeparator:first-child')
      return `${head(pane)} ${header ? 'with the header' : ''}`
    }),
  ]

  const menu = (element: Element) => element.matches('ul.dropdown-menu')
  const listed = (element: Element) => {
    const [first] = element.querySelectorAll('li[role=presentation]:not(.selected)')
    return first ? lines(first, { depth: 1 }) : []
  }
  const rows = [...root.querySelectorAll('#tab11 .row > .col-sm-6:first-child')]
    .map((column) => column.parentElement?.parentElement)
    .filter((row) => row && !row.closest('.dialog_headerSeparator'))
    .map((row) => {
      const panel = row as HTMLElement
      const shown = [...panel.querySelectorAll<HTMLInputElement>('input, .filter-option')]
      const said = shown.map((each) => each.dataset.value ?? each.value ?? each.textContent)
      const found = lines(panel, { stop: menu })
      return [...found, ...listed(panel), ...(texts ? [JSON.stringify(said)] : [])].join('\n')
    })
    .sort()

  const field = (name: string): string[] => {
    const found = root.querySelector(`#${root.id}_${name}`)
    if (!found) return ['absent']
    let above = found.parentElement
    let shown = true
    while (above && !above.matches('.tab-pane')) {
      shown &&= !hidden(above)
      above = above.parentElement
    }
    const header = found.closest('.dialog_headerSeparator') ? 'in the header' : ''
    const label = root.querySelectorAll(`label[for="${found.id}"]`).length
    const where = `${header || above?.id} ${shown ? '' : 'not shown'} ${label} label`
    return [where, ...lines(found, { stop: menu })].map((line) =>
      line.replaceAll(`${root.id}_`, ''),
    )
  }
  return {
    frame,
    rows,
    fields: Object.fromEntries(fields.map((name) => [name, field(name)])),
  }
}
