// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting for the dialog: for a condition, or for its deferred ticks, which nothing tells of.
 */
const STEP_MS = 4

/** The first value that is not undefined; undefined after `limitMs`. */
export async function until<T>(look: () => T | undefined, limitMs = 3000): Promise<T | undefined> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = look()
    if (found !== undefined || Date.now() > end) return found
    await pause(STEP_MS)
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
