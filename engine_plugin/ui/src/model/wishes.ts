// SPDX-License-Identifier: Apache-2.0
/**
 * What people want of NUMA, before they know how it is said: four wishes and their texts.
 *
 * Decides which texts a wish stands for, and which wish given texts are. Everything that is none
 * of the simple ones is "by hand".
 *
 *     inputsOf('one')    { nodeset: 'auto:1', topology: '' }
 */
import { asks, type Inputs, sameInputs } from './request'
import { strip } from './text'

export const WISHES = ['one', 'like', 'hand', 'none'] as const
export type Wish = (typeof WISHES)[number]

export const ONE_NODE: Inputs = { nodeset: 'auto:1', topology: '' }
export const LIKE_HOST: Inputs = { nodeset: 'auto', topology: 'host' }
export const NOTHING: Inputs = { nodeset: '', topology: '' }

export function wishOf(inputs: Inputs): Wish {
  const bare = { nodeset: strip(inputs.nodeset).body, topology: strip(inputs.topology).body }
  if (!asks(bare)) return 'none'
  if (sameInputs(bare, ONE_NODE)) return 'one'
  const count = /^auto:([2-9]|[1-9][0-9]+)$/.exec(bare.nodeset)?.[1]
  if (bare.topology === 'host' && (bare.nodeset === 'auto' || count !== undefined)) return 'like'
  return count !== undefined && bare.topology === count ? 'like' : 'hand'
}

/** `like`: what suits better than a cell for each node that the host chooses, if anything does. */
export function inputsOf(wish: Exclude<Wish, 'hand'>, like: Inputs = LIKE_HOST): Inputs {
  return { one: ONE_NODE, like, none: NOTHING }[wish]
}
