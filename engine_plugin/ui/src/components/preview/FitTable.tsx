// SPDX-License-Identifier: Apache-2.0
/** Every candidate host's answer: where the cells would lie, or why they do not fit. */
import { Button, Label } from '@patternfly/react-core'
import { type Messages, useMessages } from '../../messages/messages'
import type { HostAnswer } from '../../model/answer'
import { NodeReasons } from './NodeReasons'

interface Props {
  readonly hosts: readonly HostAnswer[]
  /** The host whose XML is shown. */
  readonly chosen: string | undefined
  /** Absent where no XML is shown. */
  readonly onHost?: ((id: string) => void) | undefined
}

export function FitTable({ hosts, chosen, onHost }: Props) {
  const { t } = useMessages()
  if (!hosts.length) return <p>{t('preview.none')}</p>
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
        {hosts.map((host) => (
          <tr key={host.id} data-chosen={host.id === chosen || undefined}>
            <th scope="row">
              {host.fits && onHost ? (
                <Button
                  variant="link"
                  isInline
                  aria-pressed={host.id === chosen}
                  onClick={() => onHost(host.id)}
                >
                  {host.name}
                </Button>
              ) : (
                host.name
              )}
            </th>
            <td>
              <Fits host={host} />
            </td>
            <td>
              <Why host={host} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What fits and would start without its settings is nothing green. */
function Fits({ host }: { host: HostAnswer }) {
  const { t } = useMessages()
  const state = host.unasked
    ? (['orange', 'preview.unasked'] as const)
    : !host.fits
      ? (['red', 'preview.fitsNot'] as const)
      : host.hook === false
        ? (['orange', 'preview.fitsBare'] as const)
        : (['green', 'preview.fits'] as const)
  return (
    <Label color={state[0]} isCompact>
      {t(state[1])}
    </Label>
  )
}

function Why({ host }: { host: HostAnswer }) {
  const messages = useMessages()
  return (
    <>
      {host.placement && <p>{placementText(host, messages)}</p>}
      {[...host.problems, ...host.warnings].map((each) => {
        const { what, todo } = messages.problem(each)
        return (
          <p key={each.code + what}>
            {what}
            {todo && <span className="numa-todo">{todo}</span>}
          </p>
        )
      })}
      <NodeReasons reasons={host.reasons} />
    </>
  )
}

function placementText({ placement }: HostAnswer, { t }: Messages): string {
  const cells = (placement?.cells ?? []).filter((cell) => cell.nodes)
  if (cells.length > 1) {
    return cells
      .map(({ id, nodes }) => t('preview.cellOn', { cell: id, nodes: `${nodes}` }))
      .join(', ')
  }
  return placement?.nodes ? t('preview.vmOn', { nodes: `${placement.nodes}` }) : ''
}
