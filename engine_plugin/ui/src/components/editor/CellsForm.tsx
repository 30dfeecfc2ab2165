// SPDX-License-Identifier: Apache-2.0
/** How many cells the guest sees, and what can be done with all of them. */
import { Button } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import { hasCells } from '../../model/draft'
import * as edit from '../../model/edit'
import type { Inputs } from '../../model/request'
import { MAX_CELLS } from '../../model/requestText'
import { Choice } from './Choice'
import { CountField } from './CountField'
import type { Edited } from './useEditor'

const KINDS = ['none', 'count', 'host', 'cells'] as const
type Kind = (typeof KINDS)[number]

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly onChange: (inputs: Inputs) => void
  /** Absent where the service cannot be asked: a VM that is not made yet. */
  readonly onSuggest?: (() => void) | undefined
}

export function CellsForm({ edited, locked, onChange, onSuggest }: Props) {
  const { t } = useMessages()
  const { inputs, scene, request } = edited
  const kind = kindOf(inputs.topology)
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
          id="numa-cells-count"
          label={t('cells.count')}
          value={typeof request.cells === 'number' ? request.cells : undefined}
          max={MAX_CELLS}
          disabled={locked}
          onChange={(count) => onChange({ ...inputs, topology: `${count ?? ''}` })}
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
