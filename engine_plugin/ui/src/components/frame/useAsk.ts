// SPDX-License-Identifier: Apache-2.0
/**
 * Something that comes from the service: on its way, there, or failed.
 *
 * Decides how long an answer is fresh, and that only a service that cannot be reached is asked
 * again by itself; what it has refused once it refuses twice.
 */
import { QueryClient, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { onStored } from '../../api/changes'
import { ApiError } from '../../api/errors'

export interface Load<T> {
  readonly value?: T
  readonly error?: unknown
  readonly loading: boolean
  readonly reload: () => void
}

interface How<T> {
  /** Ask again when a page of ours has stored something. */
  readonly follow?: boolean
  readonly freshMs?: number
  /** Not yet: what is known already is there all the same. */
  readonly wait?: boolean
  /** Ask again every so often, while somebody looks. */
  readonly everyMs?: number
  /** Whether what has come lacks something that may come a moment later: then it is asked again. */
  readonly partial?: (value: T) => boolean
}

const TRIES = 2
const FIRST_PAUSE_MS = 300
const AGAIN_MS = 5_000
/** Of a service that is down; somebody may be starting it. */
const DOWN_MS = 15_000

export function queryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < TRIES - 1 && unreachable(error),
        retryDelay: (attempt) => FIRST_PAUSE_MS * 2 ** attempt,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        networkMode: 'always',
      },
    },
  })
}

function unreachable(error: unknown): boolean {
  return error instanceof ApiError && error.kind === 'offline'
}

/** `key` undefined asks nothing; a new key asks again. */
export function useAsk<T>(
  key: readonly unknown[] | undefined,
  ask: (signal: AbortSignal) => Promise<T>,
  { follow = false, freshMs = 0, everyMs, wait = false, partial }: How<T> = {},
): Load<T> {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: key ?? ['nothing'],
    queryFn: ({ signal }) => ask(signal),
    enabled: key !== undefined && !wait,
    staleTime: freshMs,
    refetchInterval: ({ state }) => {
      if (unreachable(state.error)) return DOWN_MS
      return state.data !== undefined && partial?.(state.data) ? AGAIN_MS : (everyMs ?? false)
    },
  })
  const reload = useCallback(() => void refetch(), [refetch])
  useEffect(() => (follow ? onStored(reload) : undefined), [follow, reload])
  const known = key !== undefined && data !== undefined
  const failed = key !== undefined && error !== null && !isFetching
  return {
    ...(known ? { value: data } : {}),
    ...(failed ? { error } : {}),
    loading: key !== undefined && isFetching,
    reload,
  }
}
