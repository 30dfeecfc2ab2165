// SPDX-License-Identifier: Apache-2.0
/**
 * The page: login, lists, details with tabs, and what plugins add to them.
 *
 * Decides when events are fired to plugins, as WebAdmin does: on every change of a selection, once
 * the list has been shown.
 */
import { VmPopup } from './dialog/vmPopup.js'
import { readItem } from './dialog/vmModel.js'
import { h } from './dom.js'
import { ask, lists, login, session } from './engine.js'
import { hashOf, KINDS, readHash } from './places.js'
import { contributions, fire, loadPlugins } from './pluginApi.js'

/** Kinds whose list was shown. */
const visited = new Set()
const state = { kind: 'vms', items: [], selected: [], tab: undefined, search: '' }
let routes = 0
const head = h('div')
const body = h('div')
const view = h('main', { id: 'view' }, head, body)
/** The plugin's tab whose frame is in the body: another selection leaves it as it is. */
let framed
const toasts = h('div', { id: 'toasts', role: 'status' })

/** A tab of a plugin that the address asks for is there only now. */
contributions.changed = () => {
  const { tab } = readHash(location.hash, contributions.places)
  if (tab && tab !== state.tab) route()
  else draw()
}
contributions.toast = (type, text) => {
  const toast = h('div', { class: `toast toast-${type}` }, text)
  toasts.append(toast)
  setTimeout(() => toast.remove(), 8000)
}
const failed = (error) => contributions.toast('danger', error.message)

/**
 * Details stay with what is selected where the address names nothing, and so does a list that is
 * read again; the last address counts.
 */
async function route() {
  const mine = ++routes
  const { kind, tab, name } = readHash(location.hash, contributions.places)
  const stays = tab && name === undefined && kind === state.kind && state.selected.length === 1
  if (tab === 'general' && name === undefined && !stays) return location.replace(hashOf(kind))
  const items = await lists[kind](state.search).catch((error) => (failed(error), []))
  if (mine !== routes) return
  const [kept] = state.selected
  const one = items.find((each) => (stays ? each.id === kept?.id : each.name === name))
  const still = !tab && kind === state.kind ? items.filter((each) => each.id === kept?.id) : []
  Object.assign(state, { kind, items, tab: one || tab !== 'general' ? tab : undefined })
  if (!tab) visited.add(kind)
  if (stays && one) {
    state.selected = [one]
    draw()
  } else select(one ? [one] : still)
  if (one && tab === 'general' && name === undefined) location.replace(hashOf(`${kind}-general`, one.name))
}

/** Plugins are told by the list: not before somebody has been there. */
function select(items) {
  state.selected = items
  const shown = items.map(({ id, name, status }) => ({ id, name, status: status ?? '' }))
  if (visited.has(state.kind)) fire(`${KINDS[state.kind].entity}SelectionChange`, shown)
  draw()
}

/** The next of the list, or the one before; the address gets its name, whatever tab is shown. */
function step(by) {
  const [one] = state.selected
  const next = state.items[state.items.findIndex((each) => each.id === one?.id) + by]
  if (!one || !next) return
  select([next])
  location.hash = hashOf(state.tab === 'general' ? `${state.kind}-general` : state.tab, next.name)
}

window.addEventListener('keydown', (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!by || !state.tab || document.querySelector('.popup-content')) return
  event.preventDefault()
  step(by)
})

function draw() {
  const place = state.tab && contributions.places.find((each) => each.token === state.tab)
  head.replaceChildren(...(state.tab ? detail() : list()))
  if (place && place === framed) return
  framed = place
  const [one = {}] = state.selected
  body.replaceChildren(...(place ? [frameOf(place)] : state.tab ? [general(one)] : []))
}

function list() {
  const { title, columns } = KINDS[state.kind]
  const search = h('input', { type: 'search', 'aria-label': 'Search', placeholder: 'name=db*', value: state.search })
  search.onchange = () => {
    state.search = search.value
    route()
  }
  return [
    h('h1', {}, title),
    h('div', { class: 'toolbar-pf' }, h('div', { class: 'toolbar-pf-actions' }, actions(), state.kind === 'vms' ? search : null)),
    h('table', { class: 'table' },
      h('thead', {}, h('tr', {}, ['name', ...columns].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, state.items.map(row))),
  ]
}

function row(item) {
  const { columns } = KINDS[state.kind]
  const chosen = state.selected.includes(item)
  const link = h('a', { href: KINDS[state.kind].bare ? `#${state.kind}` : hashOf(`${state.kind}-general`, item.name) }, item.name)
  // A handler that returns false would stop the link.
  const onclick = (event) => {
    if (event.target !== link) select([item])
  }
  return h('tr', { 'aria-selected': String(chosen), onclick },
    h('th', { scope: 'row' }, link),
    columns.map((name) => h('td', {}, `${item[name] ?? ''}${name === 'status' && item.next_run_configuration_exists === 'true' ? ' (pending changes)' : ''}`)))
}

function actions() {
  const { entity } = KINDS[state.kind]
  const [one] = state.selected
  const shown = state.selected.map(({ id, name, status }) => ({ id, name, status: status ?? '' }))
  const button = (label, act, enabled, id) =>
    h('button', { type: 'button', class: 'btn btn-default', id: `ActionPanelView_${id}`, disabled: !enabled, onclick: act }, label)
  const edit = (kind, label = 'Edit', id = 'Edit') =>
    button(label, async () => openDialog({ kind, item: await readItem(kind, one.id) }), one, id)
  const native = {
    vms: () => [
      button('New', () => openDialog({ kind: 'new' }), true, 'NewVm'),
      edit('edit'),
      button('Run', () => act(one, 'start'), one && one.status !== 'up', 'Run'),
      button('Shutdown', () => act(one, 'stop'), one?.status === 'up', 'Shutdown'),
      edit('clone', 'Clone VM', 'CloneVm'),
    ],
    templates: () => [edit('template')],
    pools: () => [edit('pool')],
  }[state.kind]?.() ?? []
  const added = contributions.buttons
    .filter((each) => each.entity === entity)
    .map(({ label, button: own }) => button(label, () => own.onClick(shown), own.isEnabled?.(shown) ?? true, own.id))
  return h('div', { class: 'form-group' }, native, added)
}

async function act(vm, action) {
  await ask(`/vms/${vm.id}/${action}`, 'POST', {}).catch(failed)
  setTimeout(route, 500)
}

/** Of the address: `unknown-dialog`, and `sheet=` for that of another version. */
function openDialog(options) {
  const asked = new URLSearchParams(location.search)
  const root = asked.has('unknown-dialog') ? 'OtherWidget' : undefined
  const sheet = asked.get('sheet') ?? ''
  new VmPopup({ ...options, root, sheet, onClosed: route, onError: failed }).show().catch(failed)
}

function detail() {
  const { entity, title } = KINDS[state.kind]
  const [one] = state.selected
  const places = contributions.places
    .filter((each) => each.entity === entity)
    .sort((a, b) => a.priority - b.priority)
  const tab = (token, label, href) => h('li', { class: state.tab === token ? 'active' : undefined }, h('a', { href }, label))
  return [
    h('ol', { class: 'breadcrumb' },
      h('li', { class: 'active' }, 'Compute'),
      h('li', { class: 'active' }, h('a', { href: `#${state.kind}` }, title)),
      one ? h('li', { class: 'active' }, h('a', { href: 'javascript:;' }, one.name)) : null),
    h('h1', {}, one?.name ?? title),
    h('ul', { class: 'nav nav-tabs nav-tabs-pf' },
      tab('general', 'General', `#${state.kind}-general`), places.map((each) => tab(each.token, each.label, `#${each.token}`))),
  ]
}

/** As high as the window below it, computed on attach and on resize only. */
function frameOf(place) {
  const frame = h('iframe', { src: place.url, title: place.label, style: 'width:100%;border:0' })
  place.frame = frame
  const fit = () => {
    if (frame.isConnected) frame.style.height = `${innerHeight - frame.parentElement.getBoundingClientRect().top - 6}px`
  }
  setTimeout(fit, 0)
  window.addEventListener('resize', fit)
  return h('div', { class: 'place' }, frame)
}

function general(one) {
  const rows = Object.entries(one).filter(([, value]) => typeof value === 'string')
  return h('dl', { class: 'general' }, rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))))
}

function loginPage() {
  const user = h('input', { id: 'username', value: 'admin@internal', autocomplete: 'username' })
  const password = h('input', { id: 'password', type: 'password', value: 'demo', autocomplete: 'current-password' })
  const problem = h('p', { role: 'alert' })
  const onsubmit = (event) => {
    event.preventDefault()
    login(user.value, password.value).then(() => location.reload(), (error) => (problem.textContent = error.message))
  }
  document.body.replaceChildren(
    h('main', { class: 'login' }, h('h1', {}, 'Administration Portal'), h('p', {}, 'A stand-in for oVirt, for a first look and for tests.'),
      h('form', { onsubmit }, h('label', { for: 'username' }, 'User'), user, h('label', { for: 'password' }, 'Password'), password, problem,
        h('button', { class: 'btn btn-primary' }, 'Log in'))))
}

async function start() {
  if (!session.token) return loginPage()
  const menu = Object.entries(KINDS).map(([kind, { title }]) => h('li', {}, h('a', { href: `#${kind}` }, title)))
  const logout = h('button', { type: 'button', class: 'btn btn-default', onclick: () => (session.end(), location.reload()) }, 'Log out')
  document.body.append(
    h('header', {}, h('strong', {}, 'Administration Portal'), h('span', {}, ' a stand-in, not oVirt'), h('span', { class: 'who' }, session.user, ' ', logout)),
    h('div', { class: 'columns' }, h('nav', { 'aria-label': 'Main' }, h('ul', {}, menu)), view), toasts)
  window.addEventListener('hashchange', route)
  // What the address names is selected before any plugin is in use: that event is lost to them.
  await route()
  await loadPlugins()
}

start()
