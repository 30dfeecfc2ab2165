// SPDX-License-Identifier: Apache-2.0
/** What the colours of the memory bars mean. */
import { useMessages } from '../../messages/messages'

const PARTS = ['used', 'promised', 'asked', 'free'] as const

export function Legend({ parts = PARTS }: { parts?: readonly (typeof PARTS)[number][] }) {
  const { t } = useMessages()
  return (
    <ul className="numa-legend">
      {parts.map((part) => (
        <li key={part}>
          <span className={`numa-swatch numa-bar-${part}`} aria-hidden="true" />
          {t(`legend.${part}`)}
        </li>
      ))}
    </ul>
  )
}
