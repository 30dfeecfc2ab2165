// SPDX-License-Identifier: Apache-2.0
/** The distances between cells, as a heat map that can be typed into. */
import { Button } from '@patternfly/react-core'
import type { Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import { setDistance, withoutDistances, writesOut } from '../../model/edit'
import type { Edit } from '../../model/editing'
import { distanceId } from '../../model/fieldIds'
import { isWritten } from '../../model/request'
import { MAX_TEXT } from '../../model/requestText'
import { heat } from '../frame/heat'
import { Matrix } from '../frame/Matrix'
import { DistanceInput } from './DistanceInput'
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
  const { inputs, scene, planned, request, state } = edited
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
  const ids = planned.map((cell) => cell.id)
  return (
    <section className="numa-distances" aria-labelledby="numa-distances-title">
      <h3 id="numa-distances-title">{t('distances.title')}</h3>
      <div
        className="numa-heat-box"
        tabIndex={0}
        role="group"
        aria-labelledby="numa-distances-title"
      >
        <Matrix
          ids={ids}
          entry={(from, to) => {
            const value = distanceOf(edited, from, to)
            const id = distanceId(from, to)
            return (
              <td key={to} data-heat={heat(value)}>
                <DistanceInput
                  id={id}
                  label={t('distances.of', { from, to })}
                  value={`${value}`}
                  draft={state.drafts[id]}
                  round={state.round}
                  disabled={locked || from === to}
                  typing={typing}
                />
              </td>
            )
          }}
        />
      </div>
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

function distanceOf({ planned }: Edited, from: number, to: number): number {
  const there = planned[from]?.distances?.[to] ?? planned[to]?.distances?.[from]
  return there ?? (from === to ? 10 : 20)
}
