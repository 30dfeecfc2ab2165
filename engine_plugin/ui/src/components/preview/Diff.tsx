// SPDX-License-Identifier: Apache-2.0
/** A unified difference, coloured; its marks stay, so that colour is not all there is. */
import { Title } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'

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
            {lines.map((line, i) => (
              <span key={i} data-line={KINDS[line.charAt(0)]}>
                {line}
                {'\n'}
              </span>
            ))}
          </pre>
        </section>
      )}
    </>
  )
}
