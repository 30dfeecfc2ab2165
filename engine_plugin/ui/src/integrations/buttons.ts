// SPDX-License-Identifier: Apache-2.0
/**
 * The NUMA button on the list of VMs: the editor in a dialog of its own, over the service.
 *
 * Decides when it can be pressed: with one VM selected.
 */
import { type PluginApi, pageUrl } from '../bridge/pluginApi'
import type { Guard } from './guard'

export const EDITOR = 'numa-editor'
const LABEL = 'NUMA'
/** Of WebAdmin's window, which the dialog must fit, at twice the zoom too. */
const SHARE = 0.94
const WIDTH = 1560
const HEIGHT = 1080

export function addButtons(api: PluginApi, guard: Guard, window: Window): void {
  api.addMenuPlaceActionButton('VirtualMachine', LABEL, {
    id: 'Numa',
    onClick: guard('the NUMA button', (selected) => {
      const [vm] = selected
      if (!vm) return
      const title = `${LABEL}: ${vm.name}`
      const width = size(window.innerWidth, WIDTH)
      const height = size(window.innerHeight, HEIGHT)
      api.showDialog(title, EDITOR, pageUrl(`/editor/${vm.id}`), width, height, {
        closeIconVisible: true,
        closeOnEscKey: false,
      })
    }),
    isEnabled: (selected) => selected?.length === 1,
  })
}

function size(inner: number, most: number): string {
  return `${Math.round(Math.min(most, inner * SHARE))}px`
}
