// SPDX-License-Identifier: Apache-2.0
/** What would happen: which hosts can take the VM and why not, and the domain XML's difference. */
import { Spinner, Title } from '@patternfly/react-core'
import { useState } from 'react'
import type { Subject } from '../../api/preview'
import { useMessages } from '../../messages/messages'
import { asks, type Inputs } from '../../model/request'
import { type Answering, useAnswer } from '../editor/useAnswer'
import { Failure } from '../frame/Failure'
import { Diff } from './Diff'
import { FitTable } from './FitTable'

interface Props {
  readonly subject: Subject
  readonly inputs: Inputs
  readonly errors: number
  readonly answering: Answering
  readonly withDiff?: boolean
}

export function Preview({ subject, inputs, errors, answering, withDiff = true }: Props) {
  const { t } = useMessages()
  const [host, setHost] = useState<string>()
  const other = useAnswer(host ? subject : undefined, inputs, errors > 0, host).answer
  const { answer, asking, error, reload } = answering
  const asked = asks(inputs)
  const shown = asked && !errors ? answer : undefined
  const chosen = host && other ? host : shown?.host
  return (
    <section
      className="numa-preview"
      aria-labelledby="numa-preview-title"
      aria-busy={asking}
      tabIndex={-1}
    >
      <div className="numa-heading">
        <Title headingLevel="h2" size="lg" id="numa-preview-title">
          {t('preview.title')}
        </Title>
        {asking && <Spinner size="md" aria-label={t('preview.checking')} />}
      </div>
      {!asked && <p className="numa-small">{t('preview.nothing')}</p>}
      {asked && errors > 0 && <p className="numa-small">{t('preview.errors')}</p>}
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {shown && (
        <FitTable
          hosts={shown.hosts}
          chosen={withDiff ? chosen : undefined}
          onHost={withDiff ? setHost : undefined}
        />
      )}
      {shown && chosen && withDiff && (
        <Diff
          text={(host && other ? other : shown).diff}
          host={shown.hosts.find((each) => each.id === chosen)?.name ?? ''}
        />
      )}
    </section>
  )
}
