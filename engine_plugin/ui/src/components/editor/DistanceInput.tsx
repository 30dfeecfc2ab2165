// SPDX-License-Identifier: Apache-2.0
/** One distance of the matrix: a small field with a draft. */
import { memo } from 'react'
import { type Typing, useDraft } from './DraftInput'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly draft: string | undefined
  readonly round: number
  readonly disabled: boolean
  readonly typing: Typing
}

export const DistanceInput = memo(function DistanceInput(props: Props) {
  const { id, label, value, draft, round, disabled, typing } = props
  const { shown, handlers } = useDraft(id, value, draft, round, typing)
  const { onType, ...others } = handlers
  return (
    <input
      id={id}
      aria-label={label}
      aria-invalid={draft !== undefined || undefined}
      value={shown}
      inputMode="numeric"
      autoComplete="off"
      disabled={disabled}
      {...others}
      onChange={(event) => onType(event.target.value)}
    />
  )
})
