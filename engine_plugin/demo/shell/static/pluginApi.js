// SPDX-License-Identifier: Apache-2.0
/**
 * WebAdmin's UI plugin API, as far as plugins of today use it.
 *
 * Decides the life of a plugin as PluginManager does: actions do nothing before UiInit, handlers
 * are registered once, and an exception that leaves one removes the plugin.
 */
import { session } from './engine.js'
import { h } from './dom.js'
import { closeFrameDialog, showFrameDialog } from './frameDialog.js'

const plugins = new Map()

/** What the page shows of plugins; `main.js` fills in what happens when they change. */
export const contributions = {
  places: [],
  buttons: [],
  changed() {},
  toast() {},
}

export async function loadPlugins() {
  const definitions = await (await fetch('plugins.json')).json()
  for (const definition of definitions) {
    const frame = h('iframe', { title: definition.name, 'aria-hidden': 'true', tabindex: '-1' })
    frame.style.cssText = 'position:absolute;width:0;height:0;border:0'
    plugins.set(definition.name, { definition, frame, state: 'LOADING', handlers: {} })
    frame.src = definition.url
    document.body.append(frame)
  }
}

export function fire(event, ...args) {
  for (const plugin of plugins.values()) {
    if (plugin.state === 'IN_USE') call(plugin, event, args)
  }
}

function call(plugin, event, args) {
  try {
    plugin.handlers[event]?.(...args)
  } catch (error) {
    console.error(`Plugin [${plugin.definition.name}] failed in ${event}`, error)
    plugin.state = 'FAILED'
    plugin.frame.remove()
    const other = (each) => each.plugin !== plugin
    contributions.places = contributions.places.filter(other)
    contributions.buttons = contributions.buttons.filter(other)
    contributions.changed()
  }
}

function ready(plugin) {
  if (plugin.state !== 'LOADING') return
  plugin.state = 'INITIALIZING'
  setTimeout(() => {
    call(plugin, 'UiInit', [])
    if (plugin.state === 'INITIALIZING') plugin.state = 'IN_USE'
  }, 0)
}

function add(plugin, list, item) {
  if (plugin.state === 'LOADING') return
  contributions[list].push({ plugin, ...item })
  contributions.changed()
}

window.pluginApi = (name) => {
  const plugin = plugins.get(name)
  if (!plugin) throw new Error(`no plugin ${name}`)
  return {
    register(handlers) {
      if (!Object.keys(plugin.handlers).length) plugin.handlers = { ...handlers }
    },
    options() {},
    ready: () => ready(plugin),
    configObject: () => plugin.definition.config,
    loginUserName: () => session.user,
    loginUserId: () => '',
    ssoToken: () => session.token,
    engineBaseUrl: () => `${location.origin}/ovirt-engine/`,
    currentLocale: () => new URLSearchParams(location.search).get('locale') ?? 'en-US',
    currentPlace: () => location.hash.slice(1),
    logger: () => ({ info: console.info, warning: console.warn, severe: console.error }),
    showToast: (type, text) => contributions.toast(type, text),
    showAlert: (type, text) => contributions.toast(type, text),
    addDetailPlace: (entity, label, token, url, options = {}) =>
      add(plugin, 'places', { entity, label, token, url, priority: options.priority ?? Infinity }),
    setPlaceContentUrl(token, url) {
      const place = contributions.places.find((each) => each.token === token)
      if (!place) return
      place.url = url
      if (place.frame?.isConnected) place.frame.src = url
    },
    addMenuPlaceActionButton: (entity, label, button) =>
      add(plugin, 'buttons', { entity, label, button }),
    showDialog: (...args) => showFrameDialog(...args),
    closeDialog: (token) => closeFrameDialog(token),
    setDialogContentUrl() {},
  }
}
