// SPDX-License-Identifier: Apache-2.0
/**
 * Waiting for the dialog: for a condition, never for a fixed time.
 */
const STEP_MS = 4

/** The first value that is not undefined; undefined after `limitMs`. */
export async function until<T>(look: () => T | undefined, limitMs = 3000): Promise<T | undefined> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = look()
    if (found !== undefined || Date.now() > end) return found
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}
