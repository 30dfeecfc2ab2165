// SPDX-License-Identifier: Apache-2.0
/**
 * Something that comes from the service: on its way, there, or failed.
 *
 * Decides that an answer to an older question never overtakes one to a newer: the older
 * request is given up.
 */
import { useCallback, useEffect, useState } from 'react'
import { onStored } from '../../api/changes'

export interface Load<T> {
  /** The latest value, also while a newer one is on its way. */
  readonly value?: T
  readonly error?: unknown
  readonly loading: boolean
  readonly reload: () => void
}

interface State<T> {
  readonly value?: T
  readonly error?: unknown
  readonly loading: boolean
}

interface How {
  /** How long a new key has to last before it is asked for. */
  readonly delayMs?: number
  /** Ask again when a page of ours has stored something. */
  readonly follow?: boolean
}

/** `key` undefined asks nothing; a new key asks again. */
export function useLoad<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  { delayMs = 0, follow = false }: How = {},
): Load<T> {
  const [state, setState] = useState<State<T>>({ loading: key !== undefined })
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (key === undefined) {
      setState({ loading: false })
      return
    }
    const stop = new AbortController()
    setState((old) => ({ ...(old.value === undefined ? {} : { value: old.value }), loading: true }))
    const timer = setTimeout(() => {
      load(stop.signal).then(
        (value) => !stop.signal.aborted && setState({ value, loading: false }),
        (error) => !stop.signal.aborted && setState({ error, loading: false }),
      )
    }, delayMs)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key, round])
  const reload = useCallback(() => setRound((old) => old + 1), [])
  useEffect(() => (follow ? onStored(reload) : undefined), [follow, reload])
  return { ...state, reload }
}
