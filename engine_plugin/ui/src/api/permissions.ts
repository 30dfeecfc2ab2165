// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the user who is logged in may change a VM's custom properties, as far as can be told.
 *
 * Decides by the roles that the engine shows: "no" only where all are known. A user who has
 * permissions through a group, whose members nobody is told of, may be allowed.
 */
import type { Client } from './client'
import { ApiError } from './errors'

export type MayChange = 'yes' | 'no' | 'unknown'

const NEEDED = 'change_vm_custom_properties'
const EVERYONE = 'eee00000-0000-0000-0000-123456789eee'

interface Ref {
  readonly id: string
}

interface Permission {
  readonly role?: Ref
  readonly user?: Ref
  readonly group?: Ref
}

export async function mayChange(
  client: Client,
  vm: string,
  signal: AbortSignal,
): Promise<MayChange> {
  try {
    const ask = async <T>(path: string) => (await client.askEngine<T>(path, { signal })).value
    const { authenticated_user: me } = await ask<{ authenticated_user?: Ref }>('/')
    if (!me) return 'unknown'
    const path = `/vms/${encodeURIComponent(vm)}/permissions`
    const { permission = [] } = await ask<{ permission?: readonly Permission[] }>(path)
    const own = permission.filter((each) => each.user?.id === me.id)
    const groups = permission.filter((each) => each.group && each.group.id !== EVERYONE)
    if (!own.length) return 'unknown'
    if (await anyPermits(own, ask)) return 'yes'
    return (await anyPermits(groups, ask)) ? 'unknown' : 'no'
  } catch (error) {
    if (error instanceof ApiError && !signal.aborted) return 'unknown'
    throw error
  }
}

async function anyPermits(
  permissions: readonly Permission[],
  ask: <T>(path: string) => Promise<T>,
): Promise<boolean> {
  const roles = new Set(permissions.flatMap((each) => (each.role ? [each.role.id] : [])))
  for (const role of roles) {
    const { permit = [] } = await ask<{ permit?: readonly { readonly name?: string }[] }>(
      `/roles/${encodeURIComponent(role)}/permits`,
    )
    if (permit.some((each) => each.name === NEEDED)) return true
  }
  return false
}
