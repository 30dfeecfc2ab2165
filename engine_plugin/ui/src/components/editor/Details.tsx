// SPDX-License-Identifier: Apache-2.0
/** What a wish means: nodes, mode, cells, distances, the two texts. Kept, also while it is closed. */
import { Button, Title } from '@patternfly/react-core'
import { type Dispatch, memo } from 'react'
import { useMessages } from '../../messages/messages'
import type { Edit } from '../../model/editing'
import { CellRows } from './CellRows'
import { CellsForm } from './CellsForm'
import { Distances } from './Distances'
import { NodesetForm } from './NodesetForm'
import { Sums } from './Sums'
import { TextForm } from './TextForm'
import type { Edited } from './useEditor'
import { useTyping } from './useTyping'

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly dispatch: Dispatch<Edit>
  readonly onSuggest?: (() => void) | undefined
}

export const Details = memo(function Details({ edited, locked, dispatch, onSuggest }: Props) {
  const { t } = useMessages()
  const typing = useTyping(edited, dispatch)
  const shared = { edited, locked, typing, dispatch }
  const { details: open } = edited.state
  return (
    <section className="numa-details">
      <h2>
        <Button
          variant="link"
          isInline
          aria-expanded={open}
          aria-controls="numa-details"
          onClick={() => dispatch({ type: 'details', open: !open })}
        >
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> {t('details')}
        </Button>
      </h2>
      <div id="numa-details" hidden={!open}>
        <p className="numa-small">{t('details.words')}</p>
        <section aria-labelledby="numa-memory-title">
          <Title headingLevel="h3" size="md" id="numa-memory-title">
            {t('details.memory')}
          </Title>
          <NodesetForm {...shared} />
        </section>
        <section aria-labelledby="numa-cells-title">
          <div className="numa-heading">
            <Title headingLevel="h3" size="md" id="numa-cells-title">
              {t('cells.title')}
            </Title>
            <Sums edited={edited} />
          </div>
          <CellsForm {...shared} onSuggest={onSuggest} />
          {edited.planned.length > 0 ? (
            <CellRows {...shared} />
          ) : (
            edited.inputs.topology === '' && <p className="numa-small">{t('cells.empty')}</p>
          )}
          <Distances {...shared} />
        </section>
        <section aria-labelledby="numa-text-title">
          <Title headingLevel="h3" size="md" id="numa-text-title">
            {t('text.title')}
          </Title>
          <TextForm {...shared} />
        </section>
      </div>
    </section>
  )
})
