// SPDX-License-Identifier: Apache-2.0
/** One field of one cell: typed, or chosen from a list. */
import { FormSelect, FormSelectOption } from '@patternfly/react-core'
import { memo } from 'react'
import { DraftInput, type Typing } from './DraftInput'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly draft: string | undefined
  readonly round: number
  readonly placeholder: string
  readonly invalid: boolean
  readonly disabled: boolean
  /** With these the field is a list. */
  readonly options?: readonly (readonly [value: string, text: string])[]
  readonly typing: Typing
}

export const FieldInput = memo(function FieldInput(props: Props) {
  const { id, label, value, invalid, disabled, options, typing } = props
  if (!options) return <DraftInput {...props} />
  const known = options.some(([each]) => each === value)
  return (
    <FormSelect
      id={id}
      aria-label={label}
      value={value}
      isDisabled={disabled}
      validated={invalid ? 'error' : 'default'}
      onChange={(_, text) => {
        typing.onText(id, text)
        typing.onLeave(id)
      }}
    >
      {options.map(([each, text]) => (
        <FormSelectOption key={each} value={each} label={text} />
      ))}
      {!known && <FormSelectOption value={value} label={value} />}
    </FormSelect>
  )
})
