// SPDX-License-Identifier: Apache-2.0
/** Every candidate host's answer: where the cells would lie, or why they do not fit. */
import { Button, Label } from '@patternfly/react-core'
import type { WireFit } from '../../api/wire'
import { type Messages, useMessages } from '../../messages/messages'

interface Props {
  readonly fits: readonly WireFit[]
  /** The host whose XML is shown. */
  readonly chosen: string | null
  /** Absent where no XML is shown. */
  readonly onHost?: ((id: string) => void) | undefined
}

export function FitTable({ fits, chosen, onHost }: Props) {
  const messages = useMessages()
  const { t } = messages
  if (!fits.length) return <p>{t('preview.none')}</p>
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
        {fits.map((fit) => (
          <tr key={fit.id} data-chosen={fit.id === chosen || undefined}>
            <th scope="row">
              {fit.fits && onHost ? (
                <Button
                  variant="link"
                  isInline
                  aria-pressed={fit.id === chosen}
                  onClick={() => onHost(fit.id)}
                >
                  {fit.name}
                </Button>
              ) : (
                fit.name
              )}
            </th>
            <td>
              <Label color={fit.fits ? 'green' : 'red'} isCompact>
                {t(fit.fits ? 'preview.fits' : 'preview.fitsNot')}
              </Label>
            </td>
            <td>
              <Why fit={fit} messages={messages} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Why({ fit, messages }: { fit: WireFit; messages: Messages }) {
  const problems = [...fit.problems, ...fit.warnings]
  return (
    <>
      {fit.placement && <p>{placementText(fit.placement, messages)}</p>}
      {problems.map(({ code, message, remedy }) => (
        <p key={code + message}>
          {message}
          {remedy && <span className="numa-todo">{remedy}</span>}
        </p>
      ))}
      {fit.reasons.length > 0 && (
        <ul className="numa-reasons">
          {fit.reasons.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </>
  )
}

function placementText(placement: NonNullable<WireFit['placement']>, { t }: Messages): string {
  const cells = placement.cells
    .filter((cell) => cell.nodes !== null)
    .map((cell) => t('preview.cellOn', { cell: cell.id, nodes: cell.nodes ?? '' }))
  if (cells.length) return cells.join(', ')
  return placement.nodes ? t('preview.vmOn', { nodes: placement.nodes }) : ''
}
