// SPDX-License-Identifier: Apache-2.0
/** What the dialog says, followed; texts that came into its rows otherwise go to the editor. */
import { type Dispatch, useEffect, useState } from 'react'
import type { DialogBridge, DialogState } from '../../bridge/dialogBridge'
import type { Edit } from '../../model/editing'

export function useDialogState(bridge: DialogBridge, dispatch: Dispatch<Edit>): DialogState {
  const [state, setState] = useState<DialogState>(() => bridge.state())
  useEffect(
    () =>
      bridge.subscribe((next) => {
        setState((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next))
        dispatch({ type: 'adopt', inputs: next.inputs })
      }),
    [bridge, dispatch],
  )
  return state
}
