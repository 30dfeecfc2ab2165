// SPDX-License-Identifier: Apache-2.0
/** The distances between cells, as a heat map that can be typed into. */
import { Button } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import { setDistance, withoutDistances } from '../../model/edit'
import { type Inputs, isWritten } from '../../model/request'
import { heat } from '../frame/heat'
import { Matrix } from '../frame/Matrix'
import type { Edited } from './useEditor'

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly onChange: (inputs: Inputs) => void
}

export function Distances({ edited, locked, onChange }: Props) {
  const { t } = useMessages()
  const { inputs, scene, planned, request } = edited
  if (planned.length < 2) return null
  const set = planned.some((cell) => cell.distances)
  if (!set) {
    return (
      <Button
        variant="link"
        isInline
        isDisabled={locked}
        onClick={() => onChange(setDistance(inputs, [0, 1], '20', scene))}
      >
        {t('distances.show')}
      </Button>
    )
  }
  const ids = planned.map((cell) => cell.id)
  const written = isWritten(request.cells)
  return (
    <section className="numa-distances" aria-labelledby="numa-distances-title">
      <h3 id="numa-distances-title">{t('distances.title')}</h3>
      <Matrix
        ids={ids}
        entry={(from, to) => {
          const value = distanceOf(edited, from, to)
          return (
            <td key={to} data-heat={heat(value)}>
              <input
                id={`numa-dist-${from}-${to}`}
                aria-label={t('distances.of', { from, to })}
                value={value}
                inputMode="numeric"
                disabled={locked || from === to}
                onChange={(event) =>
                  onChange(setDistance(inputs, [from, to], event.target.value, scene))
                }
              />
            </td>
          )
        }}
      />
      {written && (
        <Button
          variant="link"
          isInline
          isDisabled={locked}
          onClick={() => onChange(withoutDistances(inputs))}
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
