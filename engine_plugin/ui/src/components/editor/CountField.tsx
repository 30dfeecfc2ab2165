// SPDX-License-Identifier: Apache-2.0
/** A labelled small number. */
import { TextInput } from '@patternfly/react-core'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: number | undefined
  readonly placeholder?: string
  readonly max: number
  readonly disabled: boolean
  readonly onChange: (value: number | undefined) => void
}

export function CountField(props: Props) {
  const { id, label, value, placeholder, max, disabled, onChange } = props
  return (
    <div className="numa-field numa-field-short">
      <label htmlFor={id}>{label}</label>
      <TextInput
        id={id}
        type="number"
        min={1}
        max={max}
        value={value ?? ''}
        {...(placeholder ? { placeholder } : {})}
        isDisabled={disabled}
        onChange={(_, text) => onChange(text ? Number.parseInt(text, 10) : undefined)}
      />
    </div>
  )
}
