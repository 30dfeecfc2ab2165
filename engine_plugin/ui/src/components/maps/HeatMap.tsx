// SPDX-License-Identifier: Apache-2.0
/** The distances between a host's nodes. */
import { Title } from '@patternfly/react-core'
import { useCallback, useMemo } from 'react'
import { useMessages } from '../../messages/messages'
import { distance, type Host } from '../../model/vm'
import { DistanceClasses } from '../frame/DistanceClasses'
import { heat } from '../frame/heat'
import { Matrix } from '../frame/Matrix'

/** With more nodes than this the numbers are left to the tooltip. */
const NUMBERED = 24

export function HeatMap({ host }: { host: Host }) {
  const { t } = useMessages()
  const ids = useMemo(() => host.nodes.map((node) => node.id), [host])
  const between = useCallback((from: number, to: number) => distance(host, from, to), [host])
  if (ids.length < 2) return null
  const numbered = ids.length <= NUMBERED
  return (
    <div className="numa-distances">
      <Title headingLevel="h2" size="md" id="numa-heat-title">
        {t('distances.host')}
      </Title>
      {!numbered && <DistanceClasses ids={ids} between={between} />}
      <section className="numa-heat-box" tabIndex={0} aria-labelledby="numa-heat-title">
        <Matrix
          ids={ids}
          small={!numbered}
          entry={(from, to) => {
            const value = distance(host, from, to)
            return (
              <td key={to} data-heat={heat(value)} title={t('distances.node', { from, to, value })}>
                {numbered ? value : <span className="numa-sr-only">{value}</span>}
              </td>
            )
          }}
        />
      </section>
    </div>
  )
}
