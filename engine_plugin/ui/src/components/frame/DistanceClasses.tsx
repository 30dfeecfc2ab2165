// SPDX-License-Identifier: Apache-2.0
/** The distances between many nodes or cells as a short table: who is how near to whom. */
import { useMemo } from 'react'
import { useMessages } from '../../messages/messages'
import { type DistanceClass, distanceClasses } from '../../model/distanceClasses'
import { heat } from './heat'

interface Props {
  readonly ids: readonly number[]
  readonly between: (from: number, to: number) => number
}

export function DistanceClasses({ ids, between }: Props) {
  const { t } = useMessages()
  const classes = useMemo(() => distanceClasses(ids, between), [ids, between])
  const groups = (each: DistanceClass) =>
    each.groups.length === 1 && each.groups[0]?.size === ids.length
      ? t('distances.all')
      : each.groups.map((group) => group.toString()).join(' · ')
  return (
    <table className="numa-heat numa-classes">
      <thead>
        <tr>
          <th scope="col">{t('distances.class')}</th>
          <th scope="col">{t('distances.within')}</th>
          <th scope="col">{t('distances.pairs')}</th>
        </tr>
      </thead>
      <tbody>
        {classes.map((each) => (
          <tr key={each.value}>
            <td data-heat={heat(each.value)}>{each.value}</td>
            <th scope="row">{groups(each) || '–'}</th>
            <th scope="row" className="numa-number">
              {each.pairs}
            </th>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
