// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin's own page: hidden, small, and there as long as WebAdmin is.
 *
 * Decides only what is added where. Everything that is drawn is on `app.html`, which is loaded
 * when a tab or a dialog of ours is opened.
 */
import type { PluginWindow } from './bridge/placesBridge'
import { pluginApi, webAdmin } from './bridge/pluginApi'
import { addButtons } from './integrations/buttons'
import { watchDialogs } from './integrations/dialogTab'
import { guardFor } from './integrations/guard'
import { Places } from './integrations/places'

const api = pluginApi()
const guard = guardFor(api)
const places = new Places(webAdmin())
const follow = guard('another address', () => places.follow())
;(window as PluginWindow).ovirtNuma = places

api.register({
  UiInit: guard('UiInit', () => {
    follow()
    webAdmin().addEventListener('hashchange', follow)
    places.add(api)
    addButtons(api, guard, webAdmin())
    if (api.configObject()?.dialogTab !== false) watchDialogs(api, guard)
  }),
  VirtualMachineSelectionChange: guard('a selected VM', (selected) =>
    places.select('VirtualMachine', selected),
  ),
  HostSelectionChange: guard('a selected host', (selected) => places.select('Host', selected)),
  ClusterSelectionChange: guard('a selected cluster', (selected) =>
    places.select('Cluster', selected),
  ),
})
api.ready()
