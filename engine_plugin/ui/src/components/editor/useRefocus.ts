// SPDX-License-Identifier: Apache-2.0
/** What has to outlive a drawing: the focus of a card that moves, and handlers that never change. */
import { useEffect, useMemo, useRef } from 'react'
import type { Layout } from '../../model/cards'

/** A card that moves into another box is a new element: the focus goes with it. */
export function useRefocus(layout: Layout): (card: number) => void {
  const wanted = useRef<number>(undefined)
  useEffect(() => {
    if (wanted.current === undefined) return
    document.querySelector<HTMLElement>(`[data-card="${wanted.current}"]`)?.focus()
    wanted.current = undefined
  }, [layout])
  return (card) => {
    wanted.current = card
  }
}

export function useStable<A extends unknown[]>(act: (...args: A) => void): (...args: A) => void {
  const latest = useRef(act)
  latest.current = act
  return useMemo(
    () =>
      (...args: A) =>
        latest.current(...args),
    [],
  )
}
