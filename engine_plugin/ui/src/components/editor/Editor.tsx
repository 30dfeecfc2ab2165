// SPDX-License-Identifier: Apache-2.0
/** The editor: a picture, the cells, the text, and what is wrong; all of one state. */
import { Title } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import type { Host } from '../../model/vm'
import { CellRows } from './CellRows'
import { CellsForm } from './CellsForm'
import { Distances } from './Distances'
import { NodesetForm } from './NodesetForm'
import { Picture } from './Picture'
import { ProblemList } from './ProblemList'
import { Sums } from './Sums'
import { TextForm } from './TextForm'
import type { Edited } from './useEditor'
import './editor.css'

interface Props {
  readonly edited: Edited
  readonly hosts: readonly Host[]
  readonly locked?: boolean
  /** Said where there is no host to show. */
  readonly noHost?: string | undefined
  readonly onChange: (inputs: Inputs) => void
  readonly onHost: (id: string) => void
  readonly onSuggest?: (() => void) | undefined
}

export function Editor(props: Props) {
  const { edited, hosts, locked = false, noHost, onChange, onHost, onSuggest } = props
  const { t } = useMessages()
  const { host } = edited.scene
  const shared = { edited, locked, onChange }
  return (
    <div className="numa-editor">
      <section aria-labelledby="numa-nodes-title">
        <Title headingLevel="h2" size="lg" id="numa-nodes-title">
          {t('nodes.title')}
        </Title>
        <NodesetForm {...shared} host={host} hosts={hosts} onHost={onHost} />
        {host ? <Picture {...shared} host={host} /> : <p>{noHost ?? t('nodes.noHost')}</p>}
      </section>
      <section aria-labelledby="numa-cells-title">
        <div className="numa-heading">
          <Title headingLevel="h2" size="lg" id="numa-cells-title">
            {t('cells.title')}
          </Title>
          <Sums edited={edited} />
        </div>
        <CellsForm {...shared} onSuggest={onSuggest} />
        {edited.planned.length > 0 ? (
          <CellRows {...shared} />
        ) : (
          edited.inputs.topology === '' && <p className="numa-small">{t('cells.empty')}</p>
        )}
        <Distances {...shared} />
      </section>
      <section aria-labelledby="numa-text-title">
        <Title headingLevel="h2" size="lg" id="numa-text-title">
          {t('text.title')}
        </Title>
        <TextForm {...shared} />
      </section>
      <ProblemList problems={edited.problems} />
    </div>
  )
}
