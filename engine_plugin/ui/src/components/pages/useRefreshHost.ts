// SPDX-License-Identifier: Apache-2.0
/** The engine's look at a host, once more; then everything that hangs on it is asked for again. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshHost } from '../../api/hosts'
import { useApis } from '../frame/apiContext'

export interface Refreshing {
  readonly busy: boolean
  readonly error: unknown
  readonly refresh: () => void
}

export function useRefreshHost(id: string): Refreshing {
  const { client } = useApis()
  const queries = useQueryClient()
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false })
  const refresh = async () => {
    setState({ busy: true })
    try {
      await refreshHost(client, id)
      await queries.invalidateQueries()
      setState({ busy: false })
    } catch (error) {
      setState({ busy: false, error })
    }
  }
  return { busy: state.busy, error: state.error, refresh: () => void refresh() }
}
