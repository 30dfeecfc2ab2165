// SPDX-License-Identifier: Apache-2.0
/**
 * Settings written into the dialog's rows as one.
 *
 * Decides the order, and that nothing stays of what is not taken whole: the two properties, then
 * what is remembered of the VM as it was. Where the sheet does not take one of these, all rows
 * are again as they were before; then nobody may say that the VM has the settings.
 */
import type { Inputs } from '../model/request'
import type { Former } from './former'
import type { PropertyRows } from './propertyRows'
import type { VmFields } from './vmFields'

export const NODESET = 'numa_nodeset'
export const TOPOLOGY = 'numa_topology'
export const RESTORE = 'numa_restore'
const KEYS = [RESTORE, TOPOLOGY, NODESET] as const

interface Before {
  readonly rows: ReadonlyMap<string, string | undefined>
  readonly cpuPinning: string
}

export class Writing {
  private before: Before | undefined

  constructor(
    private readonly fields: VmFields,
    private readonly rows: () => PropertyRows | undefined,
  ) {}

  /** Before the first change of several that belong together. */
  begin(): void {
    const { cpuPinning } = this.fields
    const rows = this.rows()
    this.before ??= { rows: new Map(KEYS.map((key) => [key, rows?.get(key)])), cpuPinning }
  }

  /** As much as rows that are there take at once; `put` does the rest. */
  putNow({ nodeset, topology }: Inputs): void {
    if (nodeset) this.rows()?.setNow(NODESET, nodeset)
    if (topology) this.rows()?.setNow(TOPOLOGY, topology)
  }

  async put(inputs: Inputs, former: Former | undefined): Promise<boolean> {
    return (
      (await this.putRow(NODESET, inputs.nodeset)) &&
      (await this.putRow(TOPOLOGY, inputs.topology)) &&
      ((await former?.write(this.rows(), inputs)) ?? true)
    )
  }

  /** Everything that was begun is done, or is taken back. */
  async end(taken: boolean, former: Former | undefined): Promise<void> {
    const { before } = this
    if (before && !taken) {
      for (const key of KEYS) await this.putRow(key, before.rows.get(key) ?? '')
      this.fields.setCpuPinning(before.cpuPinning)
      former?.takenBack(before.rows.get(RESTORE))
    }
    this.before = undefined
  }

  private async putRow(key: string, value: string): Promise<boolean> {
    const rows = this.rows()
    if (!rows) return false
    return value ? rows.set(key, value) : rows.remove(key)
  }
}
