// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that follows from the editor's state: read, planned, laid out, judged.
 *
 * Decides nothing: it calls the model once a change.
 */
import { useMemo } from 'react'
import type { Answer } from '../../model/answer'
import { type Layout, layOut } from '../../model/cards'
import type { Scene } from '../../model/edit'
import type { Editing } from '../../model/editing'
import { draftProblems, typedTexts } from '../../model/fieldIds'
import { type PlannedCell, planCells } from '../../model/plan'
import type { Problem } from '../../model/problem'
import { requestProblems } from '../../model/problems'
import type { Inputs, NumaRequest } from '../../model/request'
import { readRequest } from '../../model/requestText'

export interface Edited {
  readonly state: Editing
  readonly inputs: Inputs
  /** With what is half typed in the two texts. */
  readonly texts: Inputs
  readonly scene: Scene
  readonly request: NumaRequest
  readonly planned: readonly PlannedCell[]
  readonly problems: readonly Problem[]
  readonly errors: number
  readonly halfTyped: number
}

export function useEdited(state: Editing, scene: Scene): Edited {
  const inputs = state.history.now
  const read = useMemo(() => {
    const { request, problems: told } = readRequest(inputs)
    const planned = planCells(request, scene.vm, scene.host)
    const found = requestProblems(request, scene.vm, scene.host)
    // While a text cannot be read, sums of what is left of it would only confuse.
    const problems = told.length ? [...told, ...found.filter((each) => each.place.field)] : found
    return { request, planned, problems }
  }, [inputs, scene])
  return useMemo(() => {
    const half = draftProblems(state.drafts)
    const problems = [...half, ...read.problems]
    return {
      ...read,
      state,
      inputs,
      texts: typedTexts(inputs, state.drafts),
      scene,
      problems,
      errors: problems.filter((each) => each.severity === 'error').length,
      halfTyped: half.length,
    }
  }, [read, state, inputs, scene])
}

/** The picture: of the service's answer for the host in it, where there is one. */
export function useLayout(
  { request, planned, scene: { vm, host } }: Edited,
  answer: Answer | undefined,
  alone: boolean,
): Layout {
  const ofHost = answer?.hosts.find((each) => each.id === host?.id)
  return useMemo(
    () => layOut({ request, planned, vm, host, answer: ofHost, alone }),
    [request, planned, vm, host, ofHost, alone],
  )
}
