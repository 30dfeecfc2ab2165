// SPDX-License-Identifier: Apache-2.0
/** Where the VM's memory comes from: the mode and the kind of target. */
import type { Dispatch } from 'react'
import { useMessages } from '../../messages/messages'
import { rawNodeset } from '../../model/draft'
import { setMode, setTarget } from '../../model/edit'
import type { Edit } from '../../model/editing'
import { NODES_COUNT } from '../../model/fieldIds'
import { resolve } from '../../model/plan'
import { type Inputs, MODES, type Target } from '../../model/request'
import type { Host } from '../../model/vm'
import { Choice } from './Choice'
import { CountField } from './CountField'
import type { Typing } from './DraftInput'
import type { Edited } from './useEditor'

type Kind = 'none' | Target['kind']
const KINDS: readonly Kind[] = ['none', 'auto', 'nodes', 'all', 'except']

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
  readonly dispatch: Dispatch<Edit>
}

export function NodesetForm({ edited, locked, typing, dispatch }: Props) {
  const { t } = useMessages()
  const { inputs, request, state, scene } = edited
  const { target } = request
  const kind: Kind = inputs.nodeset.trim() === '' ? 'none' : (target?.kind ?? 'nodes')
  const onChange = (next: Inputs) => dispatch({ type: 'change', inputs: next })
  return (
    <div className="numa-form">
      <Choice
        id="numa-target"
        label={t('nodes.target')}
        value={kind}
        options={KINDS.map((each) => [each, t(`nodes.target.${each}`)])}
        disabled={locked}
        onChange={(chosen) => onChange(setTarget(inputs, targetOf(chosen, edited, scene.host)))}
      />
      {target?.kind === 'auto' && (
        <CountField
          id={NODES_COUNT}
          label={t('nodes.count')}
          value={`${target.count ?? ''}`}
          state={state}
          placeholder={t('nodes.count.any')}
          disabled={locked}
          typing={typing}
        />
      )}
      <Choice
        id="numa-mode"
        label={t('nodes.mode')}
        value={rawNodeset(inputs.nodeset).mode}
        options={MODES.map((mode) => [mode, t(`nodes.mode.${mode}`)])}
        disabled={locked || kind === 'none'}
        onChange={(mode) => onChange(setMode(inputs, mode))}
      />
    </div>
  )
}

/** The text of another kind of target that comes nearest to the present one. */
function targetOf(kind: Kind, { request }: Edited, host: Host | undefined): string {
  const first = host?.nodes.find((node) => node.memoryKib > 0)?.id ?? 0
  const named = request.target && host ? resolve(request.target, host) : undefined
  switch (kind) {
    case 'none':
      return ''
    case 'nodes':
      return named?.toString() || `${first}`
    case 'except':
      return `^${host?.nodes.at(-1)?.id ?? 0}`
    default:
      return kind
  }
}
