// SPDX-License-Identifier: Apache-2.0
/** Every candidate host's answer: where the cells would lie, or why they do not fit. */
import { Button } from '@patternfly/react-core'
import { type Messages, useMessages } from '../../messages/messages'
import type { HostAnswer } from '../../model/answer'
import { HostTable } from './HostTable'
import { NodeReasons } from './NodeReasons'

interface Props {
  readonly hosts: readonly HostAnswer[]
  /** The host whose XML is shown. */
  readonly chosen: string | undefined
  /** Absent where no XML is shown. */
  readonly onHost?: ((id: string) => void) | undefined
}

export function FitTable({ hosts, chosen: chosenId, onHost }: Props) {
  const { t } = useMessages()
  if (!hosts.length) return <p>{t('preview.none')}</p>
  return (
    <HostTable
      lines={hosts.map((host) => {
        const [color, answer] = stateOf(host)
        const chosen = host.id === chosenId
        return {
          key: host.id,
          host:
            host.fits && onHost ? (
              <Button variant="link" isInline aria-pressed={chosen} onClick={() => onHost(host.id)}>
                {host.name}
              </Button>
            ) : (
              host.name
            ),
          color,
          answer: t(answer),
          placement: <Why host={host} />,
          chosen,
        }
      })}
    />
  )
}

/** What fits and would start without its settings is nothing green. */
function stateOf(host: HostAnswer) {
  if (host.unasked) return ['orange', 'preview.unasked'] as const
  if (!host.fits) return ['red', 'preview.fitsNot'] as const
  if (host.hook === false) return ['orange', 'preview.fitsBare'] as const
  return ['green', 'preview.fits'] as const
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
