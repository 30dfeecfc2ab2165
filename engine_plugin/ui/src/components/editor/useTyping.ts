// SPDX-License-Identifier: Apache-2.0
/**
 * What is typed, taken to the editor's state: handlers that never change, so that no field is drawn
 * again because something is typed into another.
 */
import { type Dispatch, useMemo, useRef } from 'react'
import { apply } from '../../model/apply'
import type { Edit } from '../../model/editing'
import type { Typing } from './DraftInput'
import type { Edited } from './useEditor'

export function useTyping(edited: Edited, dispatch: Dispatch<Edit>): Typing {
  const latest = useRef(edited)
  latest.current = edited
  return useMemo(
    () => ({
      onText(field, text) {
        const { inputs, scene } = latest.current
        const applied = apply(inputs, field, text, scene)
        if (applied) dispatch({ type: 'typed', field, ...applied })
        else dispatch({ type: 'draft', field, text })
      },
      onLeave: (field) => dispatch({ type: 'left', field }),
      onDrop: (field) => dispatch({ type: 'draft', field, text: undefined }),
    }),
    [dispatch],
  )
}
