// SPDX-License-Identifier: Apache-2.0
/** Everything that is wrong, each leading to its field. */
import { Button, Label } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Problem } from '../../model/problem'
import { goTo } from './goTo'

interface Props {
  readonly problems: readonly Problem[]
  /** Before a field is gone to: it may be hidden. */
  readonly onOpen?: () => void
}

export function ProblemList({ problems, onOpen }: Props) {
  const { t } = useMessages()
  return (
    <section
      className="numa-problems"
      id="numa-problems"
      data-any={problems.length > 0 || undefined}
      aria-label={t('problems.title')}
      aria-live="polite"
    >
      <ul>
        {problems.map((each) => (
          <ProblemLine
            key={JSON.stringify([each.code, each.place, each.facts])}
            problem={each}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </section>
  )
}

interface LineProps {
  readonly problem: Problem
  readonly onOpen: (() => void) | undefined
}

function ProblemLine({ problem, onOpen }: LineProps) {
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
        <Button variant="link" isInline onClick={() => goTo(problem.place, onOpen)}>
          {place && <span>{place}: </span>}
          {what}
        </Button>
        {todo && <span className="numa-todo">{todo}</span>}
      </span>
    </li>
  )
}
