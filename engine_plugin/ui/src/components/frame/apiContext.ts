// SPDX-License-Identifier: Apache-2.0
/** WebAdmin's API and the service's client, for the pages. */
import { createContext, use } from 'react'
import type { Client } from '../../api/client'
import type { PluginApi } from '../../bridge/pluginApi'

export interface Apis {
  readonly api: PluginApi
  readonly client: Client
}

export const ApiContext = createContext<Apis | undefined>(undefined)

export function useApis(): Apis {
  const found = use(ApiContext)
  if (!found) throw new Error('outside of App')
  return found
}
