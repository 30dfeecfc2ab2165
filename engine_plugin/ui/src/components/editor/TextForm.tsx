// SPDX-License-Identifier: Apache-2.0
/** The two inputs as text: the same state as the picture, in its other form. */
import { TextArea } from '@patternfly/react-core'
import type { ClipboardEvent, Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import type { Edit } from '../../model/editing'
import { textId } from '../../model/fieldIds'
import type { Input } from '../../model/problem'
import { oneLine, pastedInputs } from '../../model/typed'
import { DraftInput, type Typing, useDraft } from './DraftInput'
import type { Edited } from './useEditor'

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
  readonly dispatch: Dispatch<Edit>
}

export function TextForm({ edited, locked, typing, dispatch }: Props) {
  const { t } = useMessages()
  const { inputs, problems, state } = edited
  const wrong = (input: Input) =>
    problems.some((each) => each.place.input === input && each.severity === 'error')
  const onPaste = (event: ClipboardEvent<HTMLElement>) => {
    const both = pastedInputs(event.clipboardData.getData('text'))
    if (both) {
      event.preventDefault()
      dispatch({ type: 'change', inputs: { ...inputs, ...both } })
    }
  }
  const topology = textId('topology')
  const { shown, handlers } = useDraft(
    topology,
    inputs.topology,
    state.drafts[topology],
    state.round,
    typing,
  )
  const { onType, onBlur } = handlers
  return (
    <div className="numa-texts">
      <div className="numa-field">
        <label htmlFor={textId('nodeset')}>{t('text.nodeset')}</label>
        <DraftInput
          id={textId('nodeset')}
          className="numa-code"
          label={t('text.nodeset')}
          hidden={false}
          value={inputs.nodeset}
          draft={state.drafts[textId('nodeset')]}
          round={state.round}
          describedBy="numa-nodeset-help"
          disabled={locked}
          invalid={wrong('nodeset')}
          typing={typing}
          onPaste={(event) => {
            onPaste(event)
            const text = event.clipboardData.getData('text')
            if (!event.isDefaultPrevented() && /[\r\n]./.test(text)) {
              event.preventDefault()
              insert(event.currentTarget, oneLine('nodeset', text))
            }
          }}
        />
        <span id="numa-nodeset-help" className="numa-small">
          {t('text.nodeset.help')}
        </span>
      </div>
      <div className="numa-field">
        <label htmlFor={topology}>{t('text.topology')}</label>
        <TextArea
          id={topology}
          className="numa-code"
          value={shown}
          aria-describedby="numa-topology-help"
          spellCheck={false}
          rows={inputs.topology.length > 160 ? 4 : 2}
          resizeOrientation="vertical"
          disabled={locked}
          validated={wrong('topology') ? 'error' : 'default'}
          onPaste={onPaste}
          onBlur={onBlur}
          onKeyDown={(event) => event.key === 'Escape' && handlers.onKeyDown(event)}
          onChange={(_, text) => onType(text)}
        />
        <span id="numa-topology-help" className="numa-small">
          {t('text.topology.help')}
        </span>
      </div>
    </div>
  )
}

/** As if it were typed: the browser tells React, and the caret stands behind it. */
function insert(input: HTMLInputElement, text: string): void {
  input.ownerDocument.execCommand('insertText', false, text)
}
