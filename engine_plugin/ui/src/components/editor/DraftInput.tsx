// SPDX-License-Identifier: Apache-2.0
/**
 * A field of one line with a draft: what is typed stays as it is typed, whole or half.
 *
 * Decides when the value is shown instead: when the field is left or Enter is pressed and what
 * was typed is a value, after Escape, and whenever the editor goes another round (undo).
 */
import { TextInput } from '@patternfly/react-core'
import { type ClipboardEvent, type KeyboardEvent, memo, useState } from 'react'

export interface Typing {
  onText(id: string, text: string): void
  onLeave(id: string): void
  onDrop(id: string): void
}

interface Props {
  readonly id: string
  readonly label: string
  /** Instead of one that is seen beside the field. */
  readonly hidden?: boolean
  readonly value: string
  readonly draft: string | undefined
  readonly round: number
  readonly placeholder?: string
  readonly invalid?: boolean
  readonly disabled: boolean
  readonly className?: string
  readonly describedBy?: string
  readonly inputMode?: 'numeric' | 'text'
  readonly typing: Typing
  readonly onPaste?: (event: ClipboardEvent<HTMLInputElement>) => void
}

export const DraftInput = memo(function DraftInput(props: Props) {
  const { id, label, hidden = true, value, draft, placeholder, disabled, typing } = props
  const { shown, handlers } = useDraft(id, value, draft, props.round, typing)
  const { onType, ...others } = handlers
  return (
    <TextInput
      id={id}
      {...(hidden ? { 'aria-label': label } : {})}
      value={shown}
      isDisabled={disabled}
      validated={props.invalid || draft !== undefined ? 'error' : 'default'}
      spellCheck={false}
      autoComplete="off"
      {...(placeholder ? { placeholder } : {})}
      {...(props.className ? { className: props.className } : {})}
      {...(props.describedBy ? { 'aria-describedby': props.describedBy } : {})}
      {...(props.inputMode ? { inputMode: props.inputMode } : {})}
      {...(props.onPaste ? { onPaste: props.onPaste } : {})}
      {...others}
      onChange={(_, text) => onType(text)}
    />
  )
})

export function useDraft(
  id: string,
  value: string,
  draft: string | undefined,
  round: number,
  typing: Typing,
) {
  const [local, setLocal] = useState<{ text: string; round: number }>()
  const text = local?.round === round ? local.text : undefined
  const done = () => {
    setLocal(undefined)
    typing.onLeave(id)
  }
  return {
    shown: text ?? draft ?? value,
    handlers: {
      onType(next: string) {
        setLocal({ text: next, round })
        typing.onText(id, next)
      },
      onBlur: done,
      onKeyDown(event: KeyboardEvent<HTMLElement>) {
        if (event.key === 'Enter') done()
        if (event.key === 'Escape' && draft !== undefined) {
          event.stopPropagation()
          event.preventDefault()
          setLocal(undefined)
          typing.onDrop(id)
        }
      },
    },
  }
}
