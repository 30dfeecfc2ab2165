// SPDX-License-Identifier: Apache-2.0
/** Whether the VM starts with these settings, in one line that leads to its detail. */
import { Button } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Leads, Verdict as Said } from '../../model/verdict'
import { verdictText } from './verdictText'

interface Props {
  readonly verdict: Said
  readonly onLead: (leads: Leads) => void
}

const SIGNS = { good: '✓', warning: '!', bad: '✕', busy: '…', none: '–' } as const

export function Verdict({ verdict, onLead }: Props) {
  const messages = useMessages()
  const text = verdictText(verdict, messages)
  const { tone, leads } = verdict
  return (
    <div className="numa-verdict" data-tone={tone} role="status">
      <span className="numa-verdict-sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      {leads === 'none' ? (
        <span title={text}>{text}</span>
      ) : (
        <Button variant="link" isInline title={text} onClick={() => onLead(leads)}>
          {text}
        </Button>
      )}
    </div>
  )
}
