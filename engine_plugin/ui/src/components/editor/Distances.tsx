// SPDX-License-Identifier: Apache-2.0
/** The distances between cells, set, shown and taken away. */
import { Button } from '@patternfly/react-core'
import type { Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import { setDistance, withoutDistances, writesOut } from '../../model/edit'
import type { Edit } from '../../model/editing'
import { isWritten } from '../../model/request'
import { MAX_TEXT } from '../../model/requestText'
import { DistanceMatrix } from './DistanceMatrix'
import type { Typing } from './DraftInput'
import type { Edited } from './useEditor'

/** The engine keeps all properties of a VM in one text: names, and those of others. */
const OTHERS = 400

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
  readonly dispatch: Dispatch<Edit>
}

export function Distances({ edited, locked, typing, dispatch }: Props) {
  const { t } = useMessages()
  const { inputs, scene, planned, request } = edited
  if (planned.length < 2) return null
  const set = planned.some((cell) => cell.distances)
  if (!set) {
    const rows = planned.length * (planned.length * ',20'.length + ' dist='.length)
    const fits = inputs.topology.length + inputs.nodeset.length + rows <= MAX_TEXT - OTHERS
    return (
      <p>
        <Button
          variant="link"
          isInline
          isDisabled={locked || !fits}
          onClick={() =>
            dispatch({
              type: 'change',
              inputs: setDistance(inputs, [0, 1], '20', scene),
              writtenOut: writesOut(inputs),
            })
          }
        >
          {t('distances.show')}
        </Button>
        {!fits && <span className="numa-small"> {t('distances.tooLong')}</span>}
      </p>
    )
  }
  return (
    <section className="numa-distances" aria-labelledby="numa-distances-title">
      <h3 id="numa-distances-title">{t('distances.title')}</h3>
      <DistanceMatrix edited={edited} locked={locked} typing={typing} />
      {isWritten(request.cells) && (
        <Button
          variant="link"
          isInline
          isDisabled={locked}
          onClick={() => dispatch({ type: 'change', inputs: withoutDistances(inputs) })}
        >
          {t('distances.clear')}
        </Button>
      )}
    </section>
  )
}
