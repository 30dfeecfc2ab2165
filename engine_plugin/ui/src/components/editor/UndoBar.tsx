// SPDX-License-Identifier: Apache-2.0
/** Undo and redo, by buttons and by keys, and what was written out without being asked for. */
import { Button } from '@patternfly/react-core'
import { type Dispatch, useEffect } from 'react'
import { useMessages } from '../../messages/messages'
import { canRedo, canUndo, type Edit, type Editing } from '../../model/editing'

interface Props {
  readonly state: Editing
  readonly dispatch: Dispatch<Edit>
}

export function UndoBar({ state, dispatch }: Props) {
  const { t } = useMessages()
  useUndoKeys(dispatch)
  return (
    <div className="numa-undo">
      <Button
        variant="plain"
        isDisabled={!canUndo(state)}
        onClick={() => dispatch({ type: 'undo' })}
      >
        <span aria-hidden="true">↶</span> {t('undo')}
      </Button>
      <Button
        variant="plain"
        isDisabled={!canRedo(state)}
        onClick={() => dispatch({ type: 'redo' })}
      >
        <span aria-hidden="true">↷</span> {t('redo')}
      </Button>
      <span className="numa-small" role="status">
        {state.writtenOut && t('undo.writtenOut')}
      </span>
    </div>
  )
}

/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y), wherever the focus is: in a field too, whose text is ours. */
function useUndoKeys(dispatch: Dispatch<Edit>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return
      const key = event.key.toLowerCase()
      if (key !== 'z' && key !== 'y') return
      event.preventDefault()
      dispatch({ type: key === 'y' || event.shiftKey ? 'redo' : 'undo' })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [dispatch])
}
