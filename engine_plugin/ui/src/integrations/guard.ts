// SPDX-License-Identifier: Apache-2.0
/**
 * No error leaves the plugin: one that escaped a handler would make WebAdmin remove it.
 *
 * Decides that a failed handler is logged, in WebAdmin's own log, and has no result.
 */
import type { PluginApi } from '../bridge/pluginApi'

export type Guard = <A extends unknown[]>(
  what: string,
  act: (...args: A) => void,
) => (...args: A) => void

export function guardFor(api: PluginApi): Guard {
  return (what, act) =>
    (...args) => {
      try {
        act(...args)
      } catch (error) {
        report(api, `ovirt-numa, ${what}: ${String(error)}`)
      }
    }
}

function report(api: PluginApi, text: string): void {
  try {
    api.logger().severe(text)
  } catch {
    console.error(text)
  }
}
