// SPDX-License-Identifier: Apache-2.0
/**
 * What the admin asked for: the two inputs as one value, and back to text.
 *
 * Decides what can be asked for, as `numa_domain/request/model.py` does; the texts are read in
 * `requestText.ts`. Never knows a VM or a host.
 *
 *     toProperties({ mode: 'strict', target: { kind: 'auto', count: 2 }, cells: 2 })
 *     { nodeset: 'auto:2', topology: '2' }
 */
import type { Nodeset } from './nodeset'
import { memoryText } from './units'

export const MODES = ['strict', 'preferred', 'interleave', 'restrictive'] as const
export type Mode = (typeof MODES)[number]

export const ACCESSES = ['shared', 'private'] as const
export type Access = (typeof ACCESSES)[number]

export type Target =
  | { readonly kind: 'nodes'; readonly nodes: Nodeset }
  | { readonly kind: 'all' }
  | { readonly kind: 'except'; readonly nodes: Nodeset }
  | { readonly kind: 'auto'; readonly count?: number }

/** One cell, as written; what is absent was not said. */
export interface CellRequest {
  readonly cpus?: Nodeset
  readonly memoryKib?: number
  readonly nodes?: Nodeset
  readonly mode?: Mode
  readonly pageKib?: number
  readonly distances?: readonly number[]
  readonly access?: Access
}

export type Cells = number | 'host' | readonly CellRequest[]

export interface NumaRequest {
  readonly mode: Mode
  readonly target?: Target
  readonly cells?: Cells
}

export const EMPTY_REQUEST: NumaRequest = { mode: 'strict' }

/** The two texts; '' for an input that is absent. */
export interface Inputs {
  readonly nodeset: string
  readonly topology: string
}

/** Whether anything is asked for. */
export const asks = ({ nodeset, topology }: Inputs): boolean => Boolean(nodeset || topology)

export const sameInputs = (a: Inputs, b: Inputs): boolean =>
  a.nodeset === b.nodeset && a.topology === b.topology

export function targetText(target: Target): string {
  switch (target.kind) {
    case 'all':
      return 'all'
    case 'auto':
      return target.count === undefined ? 'auto' : `auto:${target.count}`
    case 'except':
      return target.nodes.ids.map((id) => `^${id}`).join(',')
    case 'nodes':
      return target.nodes.toString()
  }
}

export function cellText(cell: CellRequest): string {
  const fields: readonly [string, string | undefined][] = [
    ['cpus', cell.cpus?.toString()],
    ['mem', cell.memoryKib === undefined ? undefined : memoryText(cell.memoryKib)],
    ['nodes', cell.nodes?.toString()],
    ['mode', cell.mode],
    ['page', cell.pageKib === undefined ? undefined : memoryText(cell.pageKib)],
    ['dist', cell.distances?.join(',')],
    ['access', cell.access],
  ]
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** The canonical texts. */
export function toProperties(request: NumaRequest): Inputs {
  const prefix = request.mode === 'strict' ? '' : `${request.mode}:`
  const { target, cells } = request
  return {
    nodeset: target ? `${prefix}${targetText(target)}` : '',
    topology: isWritten(cells) ? cells.map(cellText).join(' / ') : `${cells ?? ''}`,
  }
}

/** Whether the cells are written one by one. */
export function isWritten(cells: Cells | undefined): cells is readonly CellRequest[] {
  return Array.isArray(cells)
}
