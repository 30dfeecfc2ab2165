// SPDX-License-Identifier: Apache-2.0
/** One question before something that is not taken back: it has the focus, and Escape is no. */
import { Button } from '@patternfly/react-core'
import { type ReactNode, useEffect, useRef } from 'react'
import { useMessages } from '../../messages/messages'

interface Props {
  readonly text: string
  readonly yes: string
  readonly children?: ReactNode
  readonly onYes: () => void
  readonly onNo: () => void
}

export function Confirm({ text, yes, children, onYes, onNo }: Props) {
  const { t } = useMessages()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector('button')?.focus(), [])
  return (
    <div
      ref={box}
      className="numa-confirm"
      role="alertdialog"
      aria-label={text}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onNo()
      }}
    >
      <strong>{text}</strong>
      {children}
      <span className="numa-actions">
        <Button variant="danger" onClick={onYes}>
          {yes}
        </Button>
        <Button variant="link" onClick={onNo}>
          {t('app.back')}
        </Button>
      </span>
    </div>
  )
}
