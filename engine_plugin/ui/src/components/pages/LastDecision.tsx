// SPDX-License-Identifier: Apache-2.0
/** Which hosts were passed over at a VM's last start, and why. */
import { Title } from '@patternfly/react-core'
import { lastDecision } from '../../api/decisions'
import { useMessages } from '../../messages/messages'
import { useApis } from '../frame/apiContext'
import { PlaceLink } from '../frame/PlaceLink'
import { useAsk } from '../frame/useAsk'
import { HostTable } from '../preview/HostTable'

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
      <HostTable
        lines={value.hosts.map(({ name, state, nodes, problem }) => ({
          key: name,
          host: <PlaceLink what="hosts" name={name} />,
          color: COLORS[state],
          answer: t(`decision.${state}`),
          placement: (
            <>
              {nodes && t('preview.vmOn', { nodes })}
              {problem && messages.problem(problem).what}
            </>
          ),
        }))}
      />
    </section>
  )
}
