// SPDX-License-Identifier: Apache-2.0
/** Which host is in the picture, and whose word the picture is. */
import { Label, Spinner } from '@patternfly/react-core'
import type { Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import type { Source } from '../../model/cards'
import type { Edit } from '../../model/editing'
import type { Host } from '../../model/vm'
import { Choice } from './Choice'

interface Props {
  readonly host: Host
  readonly hosts: readonly Host[]
  readonly source: Source
  readonly asking: boolean
  /** The service says that it does not fit here. */
  readonly refused: boolean
  /** It runs here. */
  readonly runs: boolean
  readonly dispatch: Dispatch<Edit>
}

export function HostChoice(props: Props) {
  const { host, hosts, source, asking, refused, runs, dispatch } = props
  const { t } = useMessages()
  return (
    <div className="numa-form">
      {hosts.length > 1 ? (
        <Choice
          id="numa-host"
          label={t('nodes.host')}
          value={host.id}
          options={hosts.map((each) => [each.id, each.name])}
          onChange={(id) => dispatch({ type: 'host', id })}
        />
      ) : (
        <strong>{host.name}</strong>
      )}
      <p className="numa-source" role="status" data-source={asking ? 'asking' : source}>
        {asking && (
          <>
            <Spinner size="md" aria-hidden="true" /> {t('picture.asking')}
          </>
        )}
        {!asking && refused && source !== 'told' && (
          <Label color="red">{t('picture.refused')}</Label>
        )}
        {!asking && !refused && source === 'service' && (
          <span className="numa-small">{t('picture.service')}</span>
        )}
        {!asking && source === 'guess' && <Label color="orange">{t('picture.guess')}</Label>}
        {runs && <span className="numa-small">{t('picture.runs')}</span>}
      </p>
    </div>
  )
}
