// SPDX-License-Identifier: Apache-2.0
/**
 * Pages of ours tell each other what they have stored: a dialog above a tab that shows the VM.
 */
const CHANNEL = 'ovirt-numa'

export function tellStored(): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage('stored')
  channel.close()
}

/** Calls back when another page has stored something; the result ends that. */
export function onStored(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = listener
  return () => channel.close()
}
