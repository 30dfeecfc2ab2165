// SPDX-License-Identifier: Apache-2.0
/**
 * The editor's state, held where it can be read between two drawings.
 *
 * Decides that whoever has to know of a change (the dialog around the page) knows it in the same
 * turn: what the dialog says meanwhile must not put back what was typed.
 */
import { type Dispatch, useMemo, useRef, useState } from 'react'
import { type Edit, type Editing, edit } from '../../model/editing'

export function useEditing(
  first: () => Editing,
  onMove: (next: Editing) => void = () => {},
): readonly [Editing, Dispatch<Edit>] {
  const [state, setState] = useState(first)
  const latest = useRef({ state, onMove })
  latest.current.onMove = onMove
  const dispatch = useMemo<Dispatch<Edit>>(
    () => (action) => {
      const next = edit(latest.current.state, action)
      if (next === latest.current.state) return
      latest.current.state = next
      latest.current.onMove(next)
      setState(next)
    },
    [],
  )
  return [state, dispatch]
}
