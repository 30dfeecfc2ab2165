// SPDX-License-Identifier: Apache-2.0
/**
 * The editor's state and everything that can be done to it, as one reducer.
 *
 * Decides what undo takes back: the two texts, step by step, where keys typed into one field are
 * one step. What is half typed is no part of the texts; it is kept beside them, and the first
 * undo takes it away. Never knows a component.
 *
 *     edit(start(NOTHING), { type: 'wish', wish: 'one', inputs: ONE_NODE }).history.now
 */
import { begin, type History, redo, step, undo } from './history'
import { type Inputs, sameInputs } from './request'
import { type Wish, wishOf } from './wishes'

export interface Editing {
  readonly history: History<Inputs>
  /** What is half typed, by the field's id: texts that mean nothing yet. */
  readonly drafts: Readonly<Record<string, string>>
  /** Grows whenever fields have to show their values again, whatever is typed there. */
  readonly round: number
  /** "By hand" was chosen, whatever is asked for so far. */
  readonly byHand: boolean
  readonly details: boolean
  readonly hostId: string
  /** The field in which the last key was typed. */
  readonly typedIn?: string | undefined
  /** The last change has written out cells that were a number or `host` before. */
  readonly writtenOut: boolean
  /** The texts are as somebody else has made them: there is nothing to tell them. */
  readonly foreign: boolean
}

export type Edit =
  | { readonly type: 'wish'; readonly wish: Wish; readonly inputs: Inputs }
  | { readonly type: 'change'; readonly inputs: Inputs; readonly writtenOut?: boolean }
  | {
      readonly type: 'typed'
      readonly inputs: Inputs
      readonly field: string
      readonly writtenOut?: boolean
    }
  | { readonly type: 'draft'; readonly field: string; readonly text: string | undefined }
  | { readonly type: 'left'; readonly field: string }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  /** Somebody else has changed the texts: the dialog's own rows, another admin. */
  | { readonly type: 'adopt'; readonly inputs: Inputs }
  | { readonly type: 'host'; readonly id: string }
  | { readonly type: 'details'; readonly open: boolean }

export function start(inputs: Inputs, hostId = ''): Editing {
  return {
    history: begin(inputs),
    drafts: {},
    round: 0,
    byHand: false,
    details: wishOf(inputs) === 'hand',
    hostId,
    writtenOut: false,
    foreign: false,
  }
}

/** Which wish is chosen now. */
export function chosenWish({ history, byHand }: Editing): Wish {
  return byHand ? 'hand' : wishOf(history.now)
}

export const halfTyped = ({ drafts }: Editing): boolean => Object.keys(drafts).length > 0

export const canUndo = (state: Editing): boolean =>
  halfTyped(state) || state.history.past.length > 0

export const canRedo = ({ history }: Editing): boolean => history.future.length > 0

export function edit(state: Editing, action: Edit): Editing {
  switch (action.type) {
    case 'wish':
      return wished(state, action.wish, action.inputs)
    case 'change':
      return fresh(moved(state, action.inputs), action.writtenOut)
    case 'typed': {
      const merged = state.typedIn === action.field
      const next = moved(state, action.inputs, merged)
      const drafts = without(state.drafts, action.field)
      const writtenOut = action.writtenOut ?? (merged && state.writtenOut)
      return { ...next, drafts, typedIn: action.field, writtenOut }
    }
    case 'draft':
      return { ...state, drafts: withDraft(state.drafts, action.field, action.text) }
    case 'left':
      return left(state, action.field)
    case 'undo':
      return halfTyped(state)
        ? fresh(state)
        : fresh({ ...state, history: undo(state.history), byHand: false, foreign: false })
    case 'redo':
      return fresh({ ...state, history: redo(state.history), foreign: false })
    case 'adopt':
      return sameInputs(state.history.now, action.inputs)
        ? state
        : { ...fresh(moved({ ...state, byHand: false }, action.inputs)), foreign: true }
    case 'host':
      return { ...state, hostId: action.id }
    case 'details':
      return { ...state, details: action.open }
  }
}

/**
 * What was a value on the way to something half typed ("0" of "0-x") was meant by nobody: the
 * texts are again as they were before.
 */
function left(state: Editing, field: string): Editing {
  const { history, typedIn, drafts } = state
  if (typedIn === undefined) return state
  const half = typedIn === field && drafts[field] !== undefined
  const before = half ? { ...undo(history), future: [] } : history
  return { ...state, history: before, typedIn: undefined }
}

function wished(state: Editing, wish: Wish, inputs: Inputs): Editing {
  const byHand = wish === 'hand'
  const next = fresh(byHand ? state : moved(state, inputs))
  return { ...next, byHand, details: byHand || state.details }
}

/** Fields show what is now, and nothing of what was being typed. */
function fresh(state: Editing, writtenOut = false): Editing {
  return { ...state, drafts: {}, typedIn: undefined, round: state.round + 1, writtenOut }
}

function moved(state: Editing, inputs: Inputs, merged = false): Editing {
  if (sameInputs(state.history.now, inputs)) return state
  return { ...state, history: step(state.history, inputs, merged), foreign: false }
}

function without(drafts: Editing['drafts'], field: string): Editing['drafts'] {
  return withDraft(drafts, field, undefined)
}

function withDraft(
  drafts: Editing['drafts'],
  field: string,
  text: string | undefined,
): Editing['drafts'] {
  if (drafts[field] === text) return drafts
  const { [field]: _, ...rest } = drafts
  return text === undefined ? rest : { ...rest, [field]: text }
}
