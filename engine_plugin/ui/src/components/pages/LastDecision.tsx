// SPDX-License-Identifier: Apache-2.0
/** Which hosts were passed over at a VM's last start, and why. */
import { Label, Title } from '@patternfly/react-core'
import { lastDecision } from '../../api/decisions'
import { useMessages } from '../../messages/messages'
import { useApis } from '../frame/apiContext'
import { PlaceLink } from '../frame/PlaceLink'
import { useAsk } from '../frame/useAsk'

const COLORS = {
  chosen: 'green',
  passed: 'blue',
  refused: 'red',
  unknown: 'orange',
  not_asked: 'grey',
} as const

export function LastDecision({ vm }: { vm: string }) {
  const messages = useMessages()
  const { t, time } = messages
  const { client } = useApis()
  const { value } = useAsk(['decision', vm], (signal) => lastDecision(client, vm, signal))
  if (!value) return null
  return (
    <section className="numa-preview" aria-labelledby="numa-decision-title">
      <Title headingLevel="h2" size="lg" id="numa-decision-title">
        {t('decision.title', { time: time(value.at) })}
      </Title>
      <table className="numa-table">
        <thead>
          <tr>
            <th scope="col">{t('preview.host')}</th>
            <th scope="col">{t('preview.answer')}</th>
            <th scope="col">{t('preview.placement')}</th>
          </tr>
        </thead>
        <tbody>
          {value.hosts.map(({ name, state, nodes, problem }) => (
            <tr key={name}>
              <th scope="row">
                <PlaceLink what="hosts" name={name} />
              </th>
              <td>
                <Label color={COLORS[state]} isCompact>
                  {t(`decision.${state}`)}
                </Label>
              </td>
              <td>
                {nodes && t('preview.vmOn', { nodes })}
                {problem && messages.problem(problem).what}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
