// SPDX-License-Identifier: Apache-2.0
/** The cells one by one, with every field. */
import { Button } from '@patternfly/react-core'
import { type Dispatch, type ReactNode, useMemo } from 'react'
import { useMessages } from '../../messages/messages'
import { rawCells } from '../../model/draft'
import { explicitCells, removeCell, writesOut } from '../../model/edit'
import type { Edit } from '../../model/editing'
import { fieldId } from '../../model/fieldIds'
import type { Field } from '../../model/problem'
import { ACCESSES, MODES } from '../../model/request'
import { memoryText } from '../../model/units'
import { CrossIcon } from '../frame/icons'
import type { Typing } from './DraftInput'
import { FieldInput } from './FieldInput'
import type { Edited } from './useEditor'

const COLUMNS = ['cpus', 'mem', 'nodes', 'mode', 'page', 'access'] as const

interface Props {
  readonly edited: Edited
  readonly locked: boolean
  readonly typing: Typing
  readonly dispatch: Dispatch<Edit>
}

export function CellRows({ edited, locked, typing, dispatch }: Props): ReactNode {
  const { t, memory } = useMessages()
  const { inputs, scene, planned, problems, state } = edited
  const options = useOptions(edited)
  const placeholders: Readonly<Record<string, string>> = {
    cpus: t('cells.placeholder.cpus'),
    nodes: t('cells.placeholder.nodes'),
  }
  const raw = rawCells(planned.length ? explicitCells(inputs, scene) : inputs.topology)
  const wrong = (cell: number, field: Field) =>
    problems.some((each) => each.place.cell === cell && each.place.field === field)
  return (
    <div className="numa-cells-box">
      <table className="numa-cells">
        <thead>
          <tr>
            <th scope="col">{t('cells.field.cell')}</th>
            {COLUMNS.map((field) => (
              <th key={field} scope="col">
                {t(`cells.field.${field}`)}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {raw.map((fields, id) => (
            <tr key={id}>
              <th scope="row" className={`numa-hue-${id % 8}`}>
                {id}
              </th>
              {COLUMNS.map((field) => (
                <td
                  key={field}
                  className={`numa-col-${field}`}
                  data-label={t(`cells.field.${field}`)}
                >
                  <FieldInput
                    id={fieldId(id, field)}
                    label={t('cells.field.of', { field: t(`cells.field.${field}`), id })}
                    value={fields.get(field) ?? ''}
                    draft={state.drafts[fieldId(id, field)]}
                    round={state.round}
                    placeholder={
                      field === 'mem'
                        ? memory(planned[id]?.memoryKib ?? 0)
                        : (placeholders[field] ?? '')
                    }
                    invalid={wrong(id, field)}
                    disabled={locked}
                    {...(options[field] ? { options: options[field] } : {})}
                    typing={typing}
                  />
                </td>
              ))}
              <td className="numa-col-remove">
                <Button
                  variant="plain"
                  aria-label={t('cells.remove', { id })}
                  icon={<CrossIcon />}
                  isDisabled={locked}
                  onClick={() =>
                    dispatch({
                      type: 'change',
                      inputs: removeCell(inputs, id, scene),
                      writtenOut: writesOut(inputs),
                    })
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Options = Partial<Record<Field, readonly (readonly [string, string])[]>>

/** Modes, access, and the page sizes that the host in the picture has. */
function useOptions({ scene: { host } }: Edited): Options {
  const { t } = useMessages()
  return useMemo(() => {
    const asVm = ['', t('cells.asVm')] as const
    const pools = host?.nodes.flatMap((node) => Object.keys(node.pages).map(Number)) ?? []
    const sizes = [...new Set([2048, 1048576, ...pools])].sort((a, b) => a - b)
    return {
      mode: [asVm, ...MODES.map((mode) => [mode, mode] as const)],
      page: [
        asVm,
        ['4K', t('cells.page.4K')] as const,
        ...sizes.map((kib) => [memoryText(kib), memoryText(kib)] as const),
      ],
      access: [asVm, ...ACCESSES.map((each) => [each, t(`access.${each}`)] as const)],
    }
  }, [host, t])
}
