// SPDX-License-Identifier: Apache-2.0
/** Something did not come: why, and another try. */
import { Alert, AlertActionLink } from '@patternfly/react-core'
import { ApiError } from '../../api/errors'
import { problemOf } from '../../api/problems'
import type { MessageKey } from '../../messages/en'
import { type Messages, useMessages } from '../../messages/messages'

interface Props {
  readonly error: unknown
  readonly title?: string
  readonly onRetry?: (() => void) | undefined
}

export function Failure({ error, title, onRetry }: Props) {
  const messages = useMessages()
  const { t } = messages
  return (
    <Alert
      component="p"
      variant="danger"
      isInline
      title={title ?? t('error.title')}
      actionLinks={onRetry && <AlertActionLink onClick={onRetry}>{t('app.retry')}</AlertActionLink>}
    >
      {errorText(error, messages)}
    </Alert>
  )
}

export function errorText(error: unknown, messages: Messages): string {
  const { t } = messages
  if (!(error instanceof ApiError)) return String(error)
  const { kind, detail, problems } = error
  if (problems.length) {
    const lines = problems.map((each) => messages.problem(problemOf(each)))
    return lines.map(({ what, todo }) => (todo ? `${what}; ${todo}` : what)).join(' ')
  }
  const known: Partial<Record<typeof kind, MessageKey>> = {
    offline: 'error.offline',
    timeout: 'error.timeout',
    unauthorized: 'error.unauthorized',
    forbidden: 'error.forbidden',
    notFound: 'error.notFound',
  }
  return t(known[kind] ?? 'error.other', { detail, seconds: detail })
}
