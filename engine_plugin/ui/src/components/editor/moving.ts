// SPDX-License-Identifier: Apache-2.0
/**
 * Moving cards onto nodes with dnd-kit: sensors, and what lies under a card.
 *
 * Decides that by keyboard the next node is the next one in the picture, wherever it lies, and is
 * in view; with a pointer, the box under the pointer.
 */
import {
  type CollisionDetection,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  PointerSensor,
  pointerWithin,
  rectIntersection,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { useEffect, useMemo, useRef } from 'react'

export const TRAY = 'tray'
/** Never another value: a new one would draw all boxes and cards again. */
const POINTER = { activationConstraint: { distance: 4 } }

export const nodeKey = (node: number): string => `node-${node}`
export const cardKey = (card: number): string => `card-${card}`
export const idOf = (key: string | number): number => Number(`${key}`.replace(/^(node|card)-/, ''))

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
}

export function useMoving(nodes: readonly number[]) {
  const latest = useRef(nodes)
  latest.current = nodes
  const target = useRef<string>(undefined)
  const last = useLast()
  const parts = useMemo(() => {
    const coordinateGetter: KeyboardCoordinateGetter = (event, { context }) => {
      const next = nextNode(event.key, latest.current, target.current)
      if (next === undefined) return undefined
      event.preventDefault()
      target.current = nodeKey(next)
      const box = context.droppableContainers.get(target.current)?.node.current
      box?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      const { left = 0, top = 0 } = box?.getBoundingClientRect() ?? {}
      return { x: left + 8, y: top + 8 }
    }
    const collisions: CollisionDetection = (args) => {
      if (target.current !== undefined) return [{ id: target.current }]
      return args.pointerCoordinates ? pointerWithin(args) : rectIntersection(args)
    }
    return { keyboard: { coordinateGetter, scrollBehavior: 'auto' as const }, collisions }
  }, [])
  const sensors = useSensors(
    useSensor(PointerSensor, POINTER),
    useSensor(KeyboardSensor, parts.keyboard),
  )
  return {
    sensors,
    collisions: parts.collisions,
    /** Whether Shift was held when the card was dropped. */
    adds: () => last.current.shift,
    /** What the card is dropped on: now, and not when it was drawn last. */
    over: () => target.current ?? under(last.current),
    /** Of a move that begins; by keyboard it begins over the first node. */
    begin(byKeyboard: boolean) {
      const [first] = latest.current
      target.current = byKeyboard && first !== undefined ? nodeKey(first) : undefined
    },
  }
}

function nextNode(
  key: string,
  nodes: readonly number[],
  target: string | undefined,
): number | undefined {
  if (key === 'Home') return nodes[0]
  if (key === 'End') return nodes.at(-1)
  const step = STEPS[key]
  if (!step || !nodes.length) return undefined
  const at = target === undefined ? -1 : nodes.indexOf(idOf(target))
  return nodes[(at + step + nodes.length) % nodes.length]
}

interface Last {
  readonly shift: boolean
  readonly x: number
  readonly y: number
}

function under({ x, y }: Last): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const box = element.closest<HTMLElement>('[data-node], [data-tray]')
    if (box) return box.dataset.node === undefined ? TRAY : nodeKey(Number(box.dataset.node))
  }
  return undefined
}

/** Whether Shift was down when the last key or button went, and where the pointer was. */
function useLast() {
  const last = useRef<Last>({ shift: false, x: 0, y: 0 })
  useEffect(() => {
    const note = (event: KeyboardEvent | PointerEvent) => {
      const { x, y } = 'clientX' in event ? { x: event.clientX, y: event.clientY } : last.current
      last.current = { shift: event.shiftKey, x, y }
    }
    const kinds = ['keydown', 'pointerup', 'pointermove'] as const
    for (const kind of kinds) window.addEventListener(kind, note, true)
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, note, true)
    }
  }, [])
  return last
}
