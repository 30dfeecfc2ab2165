// SPDX-License-Identifier: Apache-2.0
/** What follows from the host's own settings: KSM, NUMA balancing, huge pages and the like. */
import { Alert, Title } from '@patternfly/react-core'
import type { HostNuma } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import { useMessages } from '../../messages/messages'

export function HostAdvice({ host: { name, advice } }: { host: HostNuma }) {
  const messages = useMessages()
  const { t, time } = messages
  return (
    <section className="numa-preview" aria-labelledby="numa-advice-title">
      <Title headingLevel="h2" size="lg" id="numa-advice-title">
        {t('host.advice')}
      </Title>
      {!advice && <p className="numa-small">{t('host.advice.untold', { host: name })}</p>}
      {advice?.problems.map((each) => {
        const { what, todo } = messages.problem(problemOf(each))
        const title = `${each.where}: ${what}`
        return (
          <Alert
            key={`${each.code}-${each.where}`}
            component="p"
            variant="warning"
            isInline
            title={title}
          >
            {todo}
          </Alert>
        )
      })}
      {advice?.problems.length === 0 && (
        <Alert component="p" variant="success" isInline isPlain title={t('host.advice.none')} />
      )}
      {advice && (
        <details className="numa-small">
          <summary>
            {t('host.advice.looked', {
              count: advice.settings.length,
              time: advice.at ? time(advice.at) : '',
            })}
          </summary>
          <dl className="numa-facts">
            {advice.settings.map((each) => (
              <div key={each.name}>
                <dt>{each.name}</dt>
                <dd>{each.value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  )
}
