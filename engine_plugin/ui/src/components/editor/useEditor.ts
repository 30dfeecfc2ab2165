// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that follows from the two texts: read, planned, laid out, judged.
 *
 * Decides nothing: it calls the model once a change.
 */
import { useMemo } from 'react'
import { type Layout, layOut } from '../../model/cards'
import type { Scene } from '../../model/edit'
import { type PlannedCell, planCells } from '../../model/plan'
import type { Problem } from '../../model/problem'
import { requestProblems } from '../../model/problems'
import type { Inputs, NumaRequest } from '../../model/request'
import { readRequest } from '../../model/requestText'

export interface Edited {
  readonly inputs: Inputs
  readonly scene: Scene
  readonly request: NumaRequest
  readonly planned: readonly PlannedCell[]
  readonly layout: Layout
  readonly problems: readonly Problem[]
  readonly errors: number
}

export function useEdited(inputs: Inputs, scene: Scene): Edited {
  return useMemo(() => {
    const { request, problems: read } = readRequest(inputs)
    const planned = planCells(request, scene.vm, scene.host)
    const found = requestProblems(request, scene.vm, scene.host)
    // While a text cannot be read, sums of what is left of it would only confuse.
    const problems = read.length ? [...read, ...found.filter((each) => each.place.field)] : found
    return {
      inputs,
      scene,
      request,
      planned,
      layout: layOut(request, planned, scene.vm, scene.host),
      problems,
      errors: problems.filter((each) => each.severity === 'error').length,
    }
  }, [inputs, scene])
}
