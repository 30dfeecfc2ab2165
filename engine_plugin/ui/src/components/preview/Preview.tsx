// SPDX-License-Identifier: Apache-2.0
/** What would happen: which hosts can take the VM and why not, and the domain XML's difference. */
import { Label, Spinner, Title } from '@patternfly/react-core'
import { useState } from 'react'
import { preview } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { useLoad } from '../frame/useLoad'
import { Diff } from './Diff'
import { FitTable } from './FitTable'

const PAUSE_MS = 400

interface Props {
  readonly vmId: string
  readonly inputs: Inputs
  readonly errors: number
  readonly withDiff?: boolean
}

export function Preview({ vmId, inputs, errors, withDiff = true }: Props) {
  const { t } = useMessages()
  const { client } = useApis()
  const [host, setHost] = useState<string>()
  const asked = inputs.nodeset.trim() !== '' || inputs.topology.trim() !== ''
  const key = asked && !errors ? JSON.stringify([vmId, inputs, host]) : undefined
  const { value, error, loading, reload } = useLoad(
    key,
    (signal) => preview(client, vmId, inputs, host, signal),
    { delayMs: PAUSE_MS },
  )
  const shown = key === undefined ? undefined : value
  return (
    <section className="numa-preview" aria-labelledby="numa-preview-title" aria-busy={loading}>
      <div className="numa-heading">
        <Title headingLevel="h2" size="lg" id="numa-preview-title">
          {t('preview.title')}
        </Title>
        {loading && <Spinner size="md" aria-label={t('preview.checking')} />}
        {shown && (
          <Label color={shown.fitting ? 'green' : 'red'}>
            {t('preview.summary', { fit: shown.fitting, all: shown.candidates })}
          </Label>
        )}
      </div>
      {asked && errors > 0 && <p className="numa-small">{t('preview.errors')}</p>}
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {shown && (
        <FitTable
          fits={shown.hosts}
          chosen={withDiff ? shown.host : null}
          onHost={withDiff ? setHost : undefined}
        />
      )}
      {shown?.host && withDiff && (
        <Diff
          text={shown.diff}
          host={shown.hosts.find((each) => each.id === shown.host)?.name ?? ''}
        />
      )}
    </section>
  )
}
