// SPDX-License-Identifier: Apache-2.0
/** Hosts, what each says to a VM, and where it would lie there or why not. */
import { Label, type LabelProps } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { useMessages } from '../../messages/messages'

export interface HostLine {
  readonly key: string
  readonly host: ReactNode
  readonly color: NonNullable<LabelProps['color']>
  readonly answer: string
  readonly placement: ReactNode
  readonly chosen?: boolean
}

export function HostTable({ lines }: { lines: readonly HostLine[] }) {
  const { t } = useMessages()
  return (
    <table className="numa-table">
      <thead>
        <tr>
          <th scope="col">{t('preview.host')}</th>
          <th scope="col">{t('preview.answer')}</th>
          <th scope="col">{t('preview.placement')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ key, host, color, answer, placement, chosen }) => (
          <tr key={key} data-chosen={chosen || undefined}>
            <th scope="row">{host}</th>
            <td>
              <Label color={color} isCompact>
                {answer}
              </Label>
            </td>
            <td>{placement}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
