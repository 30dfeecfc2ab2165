// SPDX-License-Identifier: Apache-2.0
/**
 * Moving cards onto nodes: with a pointer, or by keyboard alone.
 *
 * Decides how a move begins, what it passes over and how it ends; what it means is the
 * caller's. Pointer events are captured by the card, so a touch screen drags as a mouse does.
 */
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from 'react'

const START_PX = 4

export interface Move {
  readonly card: number
  readonly over: number | undefined
  readonly by: 'pointer' | 'keyboard'
}

/** Handlers that never change, so that no card is drawn again because another one moves. */
export interface MoveHandlers {
  onPointerDown(card: number, event: PointerEvent<HTMLElement>): void
  onPointerMove(event: PointerEvent<HTMLElement>): void
  onPointerUp(event: PointerEvent<HTMLElement>): void
  onPointerCancel(event: PointerEvent<HTMLElement>): void
  onKeyDown(card: number, event: KeyboardEvent<HTMLElement>): void
  onBlur(): void
}

export interface MoveEnds {
  /** The ids of the nodes as they stand in the picture. */
  readonly nodes: readonly number[]
  /** `node` undefined takes the card off its nodes; `add` keeps those that it has. */
  drop(card: number, node: number | undefined, add: boolean): void
  say(what: 'picked' | 'over' | 'cancelled', card: number, node?: number): void
}

interface Pressed {
  readonly card: number
  readonly x: number
  readonly y: number
  readonly moving: boolean
}

export function useCardMoves(ends: MoveEnds): { move: Move | undefined; handlers: MoveHandlers } {
  const [move, setMove] = useState<Move>()
  const latest = useRef({ ends, move })
  latest.current = { ends, move }
  const handlers = useMemo(() => moveHandlers(() => latest.current, setMove), [])
  return { move, handlers }
}

type SetMove = (move: Move | undefined | ((old: Move | undefined) => Move | undefined)) => void

function moveHandlers(
  latest: () => { ends: MoveEnds; move: Move | undefined },
  setMove: SetMove,
): MoveHandlers {
  let pressed: Pressed | undefined
  const finish = (element: HTMLElement) => {
    element.style.translate = ''
    pressed = undefined
    setMove(undefined)
  }
  return {
    onPointerDown(card, event) {
      if (event.button === 0) pressed = { card, x: event.clientX, y: event.clientY, moving: false }
    },
    onPointerMove(event) {
      if (!pressed) return
      const { card, x, y } = pressed
      const [dx, dy] = [event.clientX - x, event.clientY - y]
      if (!pressed.moving && Math.hypot(dx, dy) < START_PX) return
      if (!pressed.moving) event.currentTarget.setPointerCapture(event.pointerId)
      pressed = { ...pressed, moving: true }
      event.currentTarget.style.translate = `${dx}px ${dy}px`
      const over = nodeUnder(event.clientX, event.clientY)
      setMove((old) =>
        old?.card === card && old.over === over ? old : { card, over, by: 'pointer' },
      )
    },
    onPointerUp(event) {
      const start = pressed
      finish(event.currentTarget)
      if (!start?.moving) return
      const node = nodeUnder(event.clientX, event.clientY)
      const off = trayUnder(event.clientX, event.clientY)
      if (node !== undefined || off) latest().ends.drop(start.card, node, event.shiftKey)
    },
    onPointerCancel: (event) => finish(event.currentTarget),
    onBlur() {
      if (latest().move?.by === 'keyboard') setMove(undefined)
    },
    onKeyDown(card, event) {
      const { ends, move } = latest()
      if (event.key === 'Escape') finish(event.currentTarget)
      if (keyboard(card, event, ends, move, setMove)) event.preventDefault()
    },
  }
}

function nodeUnder(x: number, y: number): number | undefined {
  const box = elementUnder(x, y, '[data-node]')
  return box ? Number(box.dataset.node) : undefined
}

function trayUnder(x: number, y: number): boolean {
  return elementUnder(x, y, '[data-tray]') !== undefined
}

/** The card itself lies under the pointer too, so the whole pile is looked through. */
function elementUnder(x: number, y: number, selector: string): HTMLElement | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    if (element.closest('[data-card]')) continue
    const found = element.closest<HTMLElement>(selector)
    if (found) return found
  }
  return undefined
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
}

function keyboard(
  card: number,
  event: KeyboardEvent,
  { nodes, drop, say }: MoveEnds,
  move: Move | undefined,
  setMove: (move: Move | undefined) => void,
): boolean {
  const { key } = event
  const go = (to: number | undefined, what: 'picked' | 'over') => {
    setMove({ card, over: to, by: 'keyboard' })
    say(what, card, to)
  }
  if (key === 'Delete' || key === 'Backspace') {
    setMove(undefined)
    drop(card, undefined, false)
  } else if (!move) {
    if (key !== ' ' && key !== 'Enter') return false
    go(nodes[0], 'picked')
  } else if (key === 'Escape') {
    setMove(undefined)
    say('cancelled', card)
  } else if (key === ' ' || key === 'Enter') {
    setMove(undefined)
    drop(card, move.over, event.shiftKey)
  } else if (STEPS[key]) {
    const at = nodes.indexOf(move.over ?? -1) + STEPS[key]
    go(nodes[(at + nodes.length) % nodes.length], 'over')
  } else if (key === 'Home' || key === 'End') go(nodes.at(key === 'Home' ? 0 : -1), 'over')
  else return false
  return true
}
