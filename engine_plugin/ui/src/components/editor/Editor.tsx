// SPDX-License-Identifier: Apache-2.0
/** The editor: what is wished, where the VM would lie, and all that this means. */
import { Title } from '@patternfly/react-core'
import { type Dispatch, useMemo } from 'react'
import type { Subject } from '../../api/preview'
import { useMessages } from '../../messages/messages'
import { chosenWish, type Edit } from '../../model/editing'
import type { Host } from '../../model/vm'
import { useWishFacts } from '../wishes/useWishFacts'
import { WishCards } from '../wishes/WishCards'
import { Details } from './Details'
import { HostChoice } from './HostChoice'
import { Picture } from './Picture'
import { ProblemList } from './ProblemList'
import { UndoBar } from './UndoBar'
import type { Answering } from './useAnswer'
import { type Edited, useLayout } from './useEditor'
import './cells.css'
import './editor.css'

interface OwnNodes {
  readonly host: string
  readonly nodes: ReadonlyMap<number, number>
  /** False where nobody has told what it holds. */
  readonly known: boolean
}

interface Props {
  readonly edited: Edited
  readonly answering: Answering
  readonly subject: Subject | undefined
  readonly hosts: readonly Host[]
  /** KiB that the VM holds of each node already, and of which host. */
  readonly own?: OwnNodes | undefined
  readonly locked?: boolean
  /** Said where there is no host to show. */
  readonly noHost: string
  readonly dispatch: Dispatch<Edit>
}

export function Editor(props: Props) {
  const { edited, answering, subject, hosts, own, locked = false, noHost, dispatch } = props
  const { t } = useMessages()
  const { host } = edited.scene
  const { answer, asking, error } = answering
  const facts = useWishFacts(subject, edited.scene)
  const { suggested } = facts
  const onSuggest = useMemo(
    () => suggested && (() => dispatch({ type: 'change', inputs: suggested })),
    [suggested, dispatch],
  )
  const layout = useLayout(edited, answer, error !== undefined)
  const runsHere = own !== undefined && own.host === host?.id
  const ofHost = answer?.hosts.find((each) => each.id === host?.id)
  return (
    <div className="numa-editor">
      <WishCards
        chosen={chosenWish(edited.state)}
        facts={facts}
        locked={locked}
        dispatch={dispatch}
      />
      <section aria-labelledby="numa-nodes-title">
        <div className="numa-heading">
          <Title headingLevel="h2" size="lg" id="numa-nodes-title">
            {t('nodes.title')}
          </Title>
          <UndoBar state={edited.state} dispatch={dispatch} />
        </div>
        {host && (
          <HostChoice
            host={host}
            hosts={hosts}
            source={layout.source}
            asking={asking}
            refused={ofHost?.fits === false}
            runs={runsHere && own.known}
            dispatch={dispatch}
          />
        )}
        {host ? (
          <Picture
            edited={edited}
            layout={layout}
            host={host}
            own={runsHere ? own.nodes : undefined}
            locked={locked}
            dispatch={dispatch}
          />
        ) : (
          <p>{noHost}</p>
        )}
      </section>
      <Details edited={edited} locked={locked} dispatch={dispatch} onSuggest={onSuggest} />
      <ProblemList
        problems={[...edited.problems, ...answering.problems]}
        onOpen={() => dispatch({ type: 'details', open: true })}
      />
    </div>
  )
}
