// SPDX-License-Identifier: Apache-2.0
/**
 * The editor's texts, written into the dialog's rows.
 *
 * Decides when: what is being typed when it has lasted for a moment or its field is left, all
 * else at once; and never what has errors. Of what was on the way to that ("cpus=0-3" of a cell
 * that gets too little memory) nothing stays in the rows.
 */
import { useEffect } from 'react'
import type { DialogBridge } from '../../bridge/dialogBridge'
import type { Edited } from '../editor/useEditor'

const LASTS_MS = 300

export function useWriting(bridge: DialogBridge, { state, inputs, errors, halfTyped }: Edited) {
  const { history, typedIn, drafts, foreign } = state
  const good = errors === halfTyped
  const typing = typedIn !== undefined
  const before = history.past.at(-1)
  useEffect(() => {
    bridge.setErrors(errors)
    if (foreign) return
    if (!good) {
      if (typing && before) {
        void bridge.write(before)
        bridge.hold(inputs, JSON.stringify(drafts))
      }
      return
    }
    const timer = setTimeout(() => void bridge.write(inputs), typing ? LASTS_MS : 0)
    return () => clearTimeout(timer)
  }, [bridge, good, typing, foreign, before, inputs, errors, drafts])
}
