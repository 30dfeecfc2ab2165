// SPDX-License-Identifier: Apache-2.0
/** A labelled list to choose one of. */
import { FormSelect, FormSelectOption } from '@patternfly/react-core'

interface Props<T extends string> {
  readonly id: string
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly disabled?: boolean
  readonly onChange: (value: T) => void
}

export function Choice<T extends string>(props: Props<T>) {
  const { id, label, value, options, disabled = false, onChange } = props
  return (
    <div className="numa-field">
      <label htmlFor={id}>{label}</label>
      <FormSelect
        id={id}
        value={value}
        isDisabled={disabled}
        onChange={(_, chosen) => onChange(chosen as T)}
      >
        {options.map(([each, text]) => (
          <FormSelectOption key={each} value={each} label={text} />
        ))}
      </FormSelect>
    </div>
  )
}
