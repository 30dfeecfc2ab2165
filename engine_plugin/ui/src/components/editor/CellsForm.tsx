// SPDX-License-Identifier: Apache-2.0
/** How many cells the guest sees, and what can be done with all of them. */
import { Button } from '@patternfly/react-core'
import type { Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import { hasCells } from '../../model/draft'
import * as edit from '../../model/edit'
import type { Edit } from '../../model/editing'
import { CELLS_COUNT } from '../../model/fieldIds'
import type { Inputs } from '../../model/request'
import { Choice } from './Choice'
import { CountField } from './CountField'
import type { Typing } from './DraftInput'
import type { Edited } from './useEditor'

const KINDS = ['none', 'count', 'host', 'cells'] as const
type Kind = (typeof KINDS)[number]

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
  readonly dispatch: Dispatch<Edit>
  /** Absent where the service suggests nothing. */
  readonly onSuggest?: (() => void) | undefined
}

export function CellsForm({ edited, locked, typing, dispatch, onSuggest }: Props) {
  const { t } = useMessages()
  const { inputs, scene, state } = edited
  const kind = kindOf(inputs.topology)
  const onChange = (next: Inputs) =>
    dispatch({
      type: 'change',
      inputs: next,
      writtenOut: edit.writesOut(inputs) && hasCells(next.topology) && inputs.topology !== '',
    })
  const choose = (chosen: Kind) => {
    if (chosen === 'none') onChange({ ...inputs, topology: '' })
    else if (chosen === 'host') onChange(edit.likeHost(inputs))
    else if (chosen === 'cells') {
      onChange({ ...inputs, topology: edit.explicitCells(inputs, scene) })
    } else onChange(edit.setCount(inputs, Math.max(2, edited.planned.length)))
  }
  return (
    <div className="numa-form">
      <Choice
        id="numa-topology-kind"
        label={t('cells.kind')}
        value={kind}
        options={KINDS.map((each) => [each, t(`cells.kind.${each}`)])}
        disabled={locked}
        onChange={choose}
      />
      {kind === 'count' && (
        <CountField
          id={CELLS_COUNT}
          label={t('cells.count')}
          value={inputs.topology.trim()}
          state={state}
          disabled={locked}
          typing={typing}
        />
      )}
      <div className="numa-actions">
        <Button
          variant="secondary"
          isDisabled={locked}
          onClick={() => onChange(edit.addCell(inputs, scene))}
        >
          {t('cells.add')}
        </Button>
        <Button
          variant="secondary"
          isDisabled={locked || edited.planned.length === 0}
          onClick={() => onChange(edit.splitEvenly(inputs, scene))}
        >
          {t('cells.split')}
        </Button>
        <Button
          variant="secondary"
          isDisabled={locked}
          onClick={() => onChange(edit.likeHost(inputs))}
        >
          {t('cells.likeHost')}
        </Button>
        {onSuggest && (
          <Button variant="secondary" isDisabled={locked} onClick={onSuggest}>
            {t('cells.suggest')}
          </Button>
        )}
      </div>
    </div>
  )
}

function kindOf(topology: string): Kind {
  const text = topology.trim()
  if (text === '') return 'none'
  if (hasCells(text)) return 'cells'
  return text === 'host' ? 'host' : 'count'
}
