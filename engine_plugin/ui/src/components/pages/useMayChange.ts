// SPDX-License-Identifier: Apache-2.0
/** Whether this user may change a VM's settings: said before anything is typed. */
import { type MayChange, mayChange } from '../../api/permissions'
import { useApis } from '../frame/apiContext'
import { useAsk } from '../frame/useAsk'

const FRESH_MS = 60_000

export function useMayChange(vm: string | undefined): MayChange {
  const { client } = useApis()
  const key = vm ? ['may change', vm] : undefined
  const { value } = useAsk(key, (signal) => mayChange(client, vm ?? '', signal), {
    freshMs: FRESH_MS,
  })
  return value ?? 'unknown'
}
