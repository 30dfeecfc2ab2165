// SPDX-License-Identifier: Apache-2.0
/** Everything that is wrong, each leading to its field. */
import { Button, Label } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Problem } from '../../model/problem'
import { goTo } from './goTo'

export function ProblemList({ problems }: { problems: readonly Problem[] }) {
  const { t } = useMessages()
  return (
    <section
      className="numa-problems"
      data-any={problems.length > 0 || undefined}
      aria-label={t('problems.title')}
      aria-live="polite"
    >
      {problems.length === 0 && <p className="numa-small">{t('problems.none')}</p>}
      <ul>
        {problems.map((each) => (
          <ProblemLine key={JSON.stringify([each.code, each.place])} problem={each} />
        ))}
      </ul>
    </section>
  )
}

function ProblemLine({ problem }: { problem: Problem }) {
  const messages = useMessages()
  const { t } = messages
  const { what, todo } = messages.problem(problem)
  const { cell, field } = problem.place
  const place = [
    ...(cell === undefined ? [] : [t('problems.cell', { id: cell })]),
    ...(field ? [t(`cells.field.${field}`)] : []),
  ].join(', ')
  const isError = problem.severity === 'error'
  return (
    <li>
      <Label color={isError ? 'red' : 'orange'} isCompact>
        {t(isError ? 'problems.error' : 'problems.warning')}
      </Label>
      <span>
        <Button variant="link" isInline onClick={() => goTo(problem.place)}>
          {place && <span>{place}: </span>}
          {what}
        </Button>
        {todo && <span className="numa-todo">{todo}</span>}
      </span>
    </li>
  )
}
