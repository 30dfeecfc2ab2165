// SPDX-License-Identifier: Apache-2.0
/** A labelled small number. */
import type { Editing } from '../../model/editing'
import { DraftInput, type Typing } from './DraftInput'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly state: Editing
  readonly placeholder?: string
  readonly disabled: boolean
  readonly typing: Typing
}

export function CountField({ state, ...props }: Props) {
  return (
    <div className="numa-field numa-field-short">
      <label htmlFor={props.id}>{props.label}</label>
      <DraftInput
        {...props}
        hidden={false}
        draft={state.drafts[props.id]}
        round={state.round}
        inputMode="numeric"
      />
    </div>
  )
}
