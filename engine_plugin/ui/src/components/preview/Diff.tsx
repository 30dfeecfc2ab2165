// SPDX-License-Identifier: Apache-2.0
/** A unified difference, coloured; its marks stay, so that colour is not all there is. */
import { Button, Title } from '@patternfly/react-core'
import { useState } from 'react'
import { useMessages } from '../../messages/messages'
import { foldPins, type Line } from '../../model/diff'

const KINDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' }

export function Diff({ text, host }: { text: string; host: string }) {
  const { t } = useMessages()
  const lines = text.split('\n').filter((line) => !/^(---|\+\+\+)/.test(line))
  return (
    <>
      <Title headingLevel="h3" size="md">
        {t('preview.diff')}
      </Title>
      {text.trim() === '' ? (
        <p className="numa-small">{t('preview.diff.none')}</p>
      ) : (
        <section className="numa-diff" tabIndex={0} aria-label={t('preview.diff.label', { host })}>
          <pre>
            {foldPins(lines).map((line, i) => (
              <DiffLine key={`${i}-${line.text}`} line={line} />
            ))}
          </pre>
        </section>
      )}
    </>
  )
}

/** Pins of vCPUs, of which there are as many as vCPUs, are one line until somebody wants them. */
function DiffLine({ line }: { line: Line }) {
  const { t } = useMessages()
  const [open, setOpen] = useState(false)
  const shown = line.folded && !open ? [] : (line.folded ?? [line.text])
  return (
    <>
      {line.folded && (
        <span data-line={KINDS[line.text.charAt(0)]}>
          {line.text.charAt(0)}{' '}
          <Button variant="link" isInline aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('preview.pins', { count: line.folded.length })}
          </Button>
        </span>
      )}
      {shown.map((each) => (
        <span key={each} data-line={KINDS[each.charAt(0)]}>
          {each}
          {'\n'}
        </span>
      ))}
    </>
  )
}
