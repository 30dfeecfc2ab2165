// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin's own page: hidden, small, and there as long as WebAdmin is.
 *
 * Decides only what is added where. Everything that is drawn is on `app.html`, which is loaded
 * when a tab or a dialog of ours is opened.
 */
import { pluginApi, webAdmin } from './bridge/pluginApi'
import { addButtons } from './integrations/buttons'
import { watchDialogs } from './integrations/dialogTab'
import { guardFor } from './integrations/guard'
import { addPlaces, showSelected } from './integrations/places'

const api = pluginApi()
const guard = guardFor(api)

api.register({
  UiInit: guard('UiInit', () => {
    addPlaces(api)
    addButtons(api, guard, webAdmin())
    if (api.configObject()?.dialogTab !== false) watchDialogs(guard)
  }),
  VirtualMachineSelectionChange: guard('a selected VM', (selected) =>
    showSelected(api, 'VirtualMachine', selected),
  ),
  HostSelectionChange: guard('a selected host', (selected) => showSelected(api, 'Host', selected)),
  ClusterSelectionChange: guard('a selected cluster', (selected) =>
    showSelected(api, 'Cluster', selected),
  ),
})
api.ready()
