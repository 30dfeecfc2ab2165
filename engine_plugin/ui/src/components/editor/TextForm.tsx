// SPDX-License-Identifier: Apache-2.0
/** The two inputs as text: the same state as the picture, in its other form. */
import { TextArea, TextInput } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { textId } from './goTo'
import type { Edited } from './useEditor'

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly onChange: (inputs: Inputs) => void
}

export function TextForm({ edited, locked, onChange }: Props) {
  const { t } = useMessages()
  const { inputs, problems } = edited
  const validated = (input: keyof Inputs) =>
    problems.some((each) => each.place.input === input && each.severity === 'error')
      ? ('error' as const)
      : ('default' as const)
  return (
    <div className="numa-texts">
      <div className="numa-field">
        <label htmlFor={textId('nodeset')}>{t('text.nodeset')}</label>
        <TextInput
          id={textId('nodeset')}
          className="numa-code"
          value={inputs.nodeset}
          aria-describedby="numa-nodeset-help"
          spellCheck={false}
          autoComplete="off"
          isDisabled={locked}
          validated={validated('nodeset')}
          onChange={(_, nodeset) => onChange({ ...inputs, nodeset: oneLine(nodeset) })}
        />
        <span id="numa-nodeset-help" className="numa-small">
          {t('text.nodeset.help')}
        </span>
      </div>
      <div className="numa-field">
        <label htmlFor={textId('topology')}>{t('text.topology')}</label>
        <TextArea
          id={textId('topology')}
          className="numa-code"
          value={inputs.topology}
          aria-describedby="numa-topology-help"
          spellCheck={false}
          rows={inputs.topology.length > 160 ? 4 : 2}
          resizeOrientation="vertical"
          disabled={locked}
          validated={validated('topology')}
          onChange={(_, topology) => onChange({ ...inputs, topology: oneLine(topology) })}
        />
        <span id="numa-topology-help" className="numa-small">
          {t('text.topology.help')}
        </span>
      </div>
    </div>
  )
}

/** A property is one line, and a semicolon would end it in the engine. */
function oneLine(text: string): string {
  return text.replace(/[\r\n;]+/g, ' ')
}
