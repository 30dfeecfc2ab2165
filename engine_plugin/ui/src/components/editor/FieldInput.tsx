// SPDX-License-Identifier: Apache-2.0
/** One field of one cell, as raw text, legal or not. */
import { FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import { memo } from 'react'
import type { Field } from '../../model/problem'

interface Props {
  readonly cell: number
  readonly field: Field
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly invalid: boolean
  readonly disabled: boolean
  /** With these the field is a list. */
  readonly options?: readonly (readonly [value: string, text: string])[]
  readonly onField: (cell: number, field: Field, value: string) => void
}

export function fieldId(cell: number, field: Field): string {
  return `numa-cell-${cell}-${field}`
}

export const FieldInput = memo(function FieldInput(props: Props) {
  const { cell, field, label, value, placeholder, invalid, disabled, options, onField } = props
  const common = {
    id: fieldId(cell, field),
    'aria-label': label,
    value,
    isDisabled: disabled,
    validated: invalid ? ('error' as const) : ('default' as const),
    onChange: (_: unknown, text: string) => onField(cell, field, text),
  }
  if (!options) return <TextInput {...common} placeholder={placeholder} spellCheck={false} />
  const known = options.some(([each]) => each === value)
  return (
    <FormSelect {...common}>
      {options.map(([each, text]) => (
        <FormSelectOption key={each} value={each} label={text} />
      ))}
      {!known && <FormSelectOption value={value} label={value} />}
    </FormSelect>
  )
})
