// SPDX-License-Identifier: Apache-2.0
/** A square table whose rows and columns are the same ids: distances of nodes, or of cells. */
import type { ReactElement } from 'react'

interface Props {
  readonly ids: readonly number[]
  readonly small?: boolean
  /** The `td`, with its key, from one id to another. */
  readonly entry: (from: number, to: number) => ReactElement
}

export function Matrix({ ids, small = false, entry }: Props) {
  return (
    <table className="numa-heat" data-small={small || undefined}>
      <thead>
        <tr>
          <td />
          {ids.map((to) => (
            <th key={to} scope="col">
              {to}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ids.map((from) => (
          <tr key={from}>
            <th scope="row">{from}</th>
            {ids.map((to) => entry(from, to))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
