// SPDX-License-Identifier: Apache-2.0
/**
 * The page: login, three lists, details with tabs, and what plugins add to them.
 *
 * Decides when events are fired to plugins, as WebAdmin does: on every change of a selection.
 */
import { readVm, VmPopup } from './dialog/vmPopup.js'
import { h } from './dom.js'
import { ask, lists, login, session } from './engine.js'
import { contributions, fire, loadPlugins } from './pluginApi.js'

const KINDS = {
  vms: { entity: 'VirtualMachine', title: 'Virtual Machines', columns: ['status', 'description'] },
  hosts: { entity: 'Host', title: 'Hosts', columns: ['status', 'address'] },
  clusters: { entity: 'Cluster', title: 'Clusters', columns: ['description'] },
}
const state = { kind: 'vms', items: [], selected: [], detail: undefined, tab: 'general', search: '' }
const view = h('main', { id: 'view' })
const toasts = h('div', { id: 'toasts', role: 'status' })

contributions.changed = () => draw()
contributions.toast = (type, text) => {
  const toast = h('div', { class: `toast toast-${type}` }, text)
  toasts.append(toast)
  setTimeout(() => toast.remove(), 8000)
}
const failed = (error) => contributions.toast('danger', error.message)

/** #vms, or #vms/ID/TAB */
async function route() {
  const [kind = '', id, tab = 'general'] = location.hash.slice(1).split('/')
  state.kind = kind in KINDS ? kind : 'vms'
  state.items = await lists[state.kind](state.search).catch((error) => (failed(error), []))
  state.detail = id && state.items.find((each) => each.id === id)
  state.tab = tab
  select(state.detail ? [state.detail] : [])
}

function select(items) {
  state.selected = items
  const shown = items.map(({ id, name, status }) => ({ id, name, status: status ?? '' }))
  fire(`${KINDS[state.kind].entity}SelectionChange`, shown)
  draw()
}

function draw() {
  view.replaceChildren(...(state.detail ? detail() : list()))
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
  const link = h('a', { href: `#${state.kind}/${item.id}` }, item.name)
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
  const native = state.kind !== 'vms' ? [] : [
    button('New', () => openDialog({}), true, 'NewVm'),
    button('Edit', async () => openDialog({ vm: await readVm(one.id) }), one, 'Edit'),
    button('Run', () => act(one, 'start'), one && one.status !== 'up', 'Run'),
    button('Shutdown', () => act(one, 'stop'), one?.status === 'up', 'Shutdown'),
  ]
  const added = contributions.buttons
    .filter((each) => each.entity === entity)
    .map(({ label, button: own }) => button(label, () => own.onClick(shown), own.isEnabled?.(shown) ?? true, own.id))
  return h('div', { class: 'form-group' }, native, added)
}

async function act(vm, action) {
  await ask(`/vms/${vm.id}/${action}`, 'POST', {}).catch(failed)
  setTimeout(route, 500)
}

function openDialog(options) {
  const unknown = new URLSearchParams(location.search).has('unknown-dialog')
  const popup = new VmPopup({ ...options, onClosed: route, onError: failed, ...(unknown ? { root: 'OtherWidget' } : {}) })
  popup.show().catch(failed)
}

function detail() {
  const { entity, title } = KINDS[state.kind]
  const places = contributions.places
    .filter((each) => each.entity === entity)
    .sort((a, b) => a.priority - b.priority)
  const tab = (token, label) =>
    h('li', { class: state.tab === token ? 'active' : undefined }, h('a', { href: `#${state.kind}/${state.detail.id}/${token}` }, label))
  const place = places.find((each) => each.token === state.tab)
  return [
    h('p', { class: 'breadcrumbs' }, h('a', { href: `#${state.kind}` }, title), ` » ${state.detail.name}`),
    h('h1', {}, state.detail.name),
    h('ul', { class: 'nav nav-tabs nav-tabs-pf' }, tab('general', 'General'), places.map((each) => tab(each.token, each.label))),
    place ? frameOf(place) : general(),
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

function general() {
  const rows = Object.entries(state.detail).filter(([, value]) => typeof value === 'string')
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
  await loadPlugins()
  window.addEventListener('hashchange', route)
  await route()
}

start()
