// SPDX-License-Identifier: Apache-2.0
/**
 * What the plugin tells the pages in details tabs: of which VM, host or cluster they are.
 *
 * Decides only the shape. A page finds the bridge in the plugin's own window. It is not told by
 * its address: a change of that would be a step in the browser's history, and Back would show
 * one host below the name of another.
 */
import { PLUGIN, webAdmin } from './pluginApi'

export type Kind = 'vm' | 'host' | 'cluster'

/** Its id where WebAdmin has told it. */
export interface Shown {
  readonly name: string
  readonly id?: string
}

export interface PlacesBridge {
  /** The same value as long as it is the same thing. */
  shown(kind: Kind): Shown | undefined
  /** Called after every change; the result ends that. */
  subscribe(listener: () => void): () => void
}

export type PluginWindow = Window & { ovirtNuma?: PlacesBridge }

export function placesBridge(): PlacesBridge | undefined {
  const selector = `iframe[src*="plugin/${PLUGIN}/plugin.html"]`
  const frame = webAdmin().document.querySelector<HTMLIFrameElement>(selector)
  return (frame?.contentWindow as PluginWindow | null | undefined)?.ovirtNuma
}
