// SPDX-License-Identifier: Apache-2.0
/**
 * What the wishes come to for this VM: how many cells, and which of them suits best, and why.
 *
 * Decides by the service's suggestion and its answers; without these nothing is marked.
 */
import { useMemo } from 'react'
import { type Subject, type Suggestion, suggestion } from '../../api/preview'
import { useMessages, type Messages } from '../../messages/messages'
import type { Answer } from '../../model/answer'
import type { Scene } from '../../model/edit'
import type { Inputs } from '../../model/request'
import type { Vm } from '../../model/vm'
import { LIKE_HOST, ONE_NODE, type Wish, wishOf } from '../../model/wishes'
import { useAnswer } from '../editor/useAnswer'
import { useApis } from '../frame/apiContext'
import { useAsk } from '../frame/useAsk'

const FRESH_MS = 30_000

export interface WishFacts {
  readonly recommended?: Wish
  /** The texts of "like the host". */
  readonly like: Inputs
  readonly here: Partial<Record<Wish, string | undefined>>
  /** What the service suggests, whichever wish that is. */
  readonly suggested?: Inputs
}

export function useWishFacts(subject: Subject | undefined, scene: Scene): WishFacts {
  const messages = useMessages()
  const { client } = useApis()
  const key = subject && ['suggest', JSON.stringify(subject)]
  const { value } = useAsk(key, (signal) => suggestion(client, subject as Subject, signal), {
    freshMs: FRESH_MS,
  })
  const one = useAnswer(subject, ONE_NODE, false).answer
  const whole = useAnswer(subject, LIKE_HOST, false).answer
  const { locale } = messages
  return useMemo(
    () => factsOf(value?.best, one, whole, scene, messages),
    [value, one, whole, scene, locale],
  )
}

function factsOf(
  best: Suggestion | undefined,
  one: Answer | undefined,
  whole: Answer | undefined,
  scene: Scene,
  messages: Messages,
): WishFacts {
  const like = best && best.cells > 1 && whole && !fits(whole) ? best.inputs : LIKE_HOST
  const wish = best && wishOf(best.inputs)
  const recommended = wish === 'one' || wish === 'like' ? wish : undefined
  return {
    ...(recommended ? { recommended } : {}),
    like,
    ...(best ? { suggested: best.inputs } : {}),
    here: {
      one: one && oneHere(one, recommended === 'one', scene.vm, messages),
      like: whole && likeHere(whole, like === LIKE_HOST ? undefined : best?.cells, scene, messages),
    },
  }
}

const fits = (answer: Answer) => answer.hosts.some((host) => host.fits)

function oneHere(answer: Answer, suits: boolean, vm: Vm, { t, memory }: Messages): string {
  const all = answer.hosts.length
  const fit = answer.hosts.filter((host) => host.fits).length
  const facts = { memory: memory(vm.memoryKib), count: vm.vcpus, fit, all }
  if (suits) return t('wish.one.suits', facts)
  if (fit) return t('wish.one.fits', facts)
  return t(answer.hosts.some((host) => host.unasked) ? 'wish.unknown' : 'wish.one.nowhere', facts)
}

function likeHere(
  answer: Answer,
  suggested: number | undefined,
  { vm, host }: Scene,
  { t, memory }: Messages,
): string {
  const placed = answer.hosts.find((each) => each.id === host?.id && each.placement)
  const any = placed ?? answer.hosts.find((each) => each.placement)
  const count = suggested ?? any?.placement?.cells.length
  if (!count) {
    return t(answer.hosts.some((each) => each.unasked) ? 'wish.unknown' : 'wish.like.nowhere')
  }
  const free = Math.max(0, ...(host?.nodes.map((node) => node.availableKib) ?? []))
  const cpus = Math.max(0, ...(host?.nodes.map((node) => node.cpus.size) ?? []))
  const facts = { count, memory: memory(vm.memoryKib), free: memory(free), vcpus: vm.vcpus, cpus }
  if (count === 1) return t('wish.like.one', facts)
  if (vm.memoryKib > free) return t('wish.like.memory', facts)
  return t(vm.vcpus > cpus ? 'wish.like.cpus' : 'wish.like.several', facts)
}
