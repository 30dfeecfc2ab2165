// SPDX-License-Identifier: Apache-2.0
/** The distances between cells as a heat map that can be typed into; of many, first in few words. */
import { Button } from '@patternfly/react-core'
import { useState } from 'react'
import { useMessages } from '../../messages/messages'
import { distanceId } from '../../model/fieldIds'
import { DistanceClasses } from '../frame/DistanceClasses'
import { heat } from '../frame/heat'
import { Matrix } from '../frame/Matrix'
import { DistanceInput } from './DistanceInput'
import type { Typing } from './DraftInput'
import type { Edited } from './useEditor'

/** More cells than this are a table of classes, until somebody wants each distance. */
const MANY = 16

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
}

export function DistanceMatrix({ edited, locked, typing }: Props) {
  const { t } = useMessages()
  const { planned, state } = edited
  const [each, setEach] = useState(false)
  const ids = planned.map((cell) => cell.id)
  const between = (from: number, to: number) => distanceOf(edited, from, to)
  const many = ids.length > MANY
  return (
    <div className="numa-heat-box" tabIndex={0} role="group" aria-labelledby="numa-distances-title">
      {many && <DistanceClasses ids={ids} between={between} />}
      {many && !each && (
        <Button variant="link" isInline onClick={() => setEach(true)}>
          {t('distances.each')}
        </Button>
      )}
      {(!many || each) && (
        <Matrix
          ids={ids}
          entry={(from, to) => {
            const value = between(from, to)
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
      )}
    </div>
  )
}

function distanceOf({ planned }: Edited, from: number, to: number): number {
  const there = planned[from]?.distances?.[to] ?? planned[to]?.distances?.[from]
  return there ?? (from === to ? 10 : 20)
}
