// SPDX-License-Identifier: Apache-2.0
/**
 * The distances between many nodes or cells, in few words: which groups are how near.
 *
 * Decides what is a group: within it nobody is farther from another than that, and everybody
 * outside is. Where a distance makes no such groups, only its pairs are counted.
 *
 *     distanceClasses([0, 1, 2, 3], (a, b) => ((a ^ b) < 2 ? 12 : 32))
 *     [{ value: 12, groups: [0-1, 2-3], pairs: 2 }, { value: 32, groups: [0-3], pairs: 4 }]
 */
import { Nodeset } from './nodeset'

export interface DistanceClass {
  readonly value: number
  /** Of more than one; none where this distance makes no groups. */
  readonly groups: readonly Nodeset[]
  /** How many pairs of different ones have just this distance, one way or the other. */
  readonly pairs: number
}

type Between = (from: number, to: number) => number

export function distanceClasses(ids: readonly number[], between: Between): DistanceClass[] {
  const counts = new Map<number, number>()
  for (const [i, from] of ids.entries()) {
    for (const to of ids.slice(i + 1)) {
      const value = Math.max(between(from, to), between(to, from))
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([value, pairs]) => ({ value, pairs, groups: groupsWithin(ids, value, between) }))
}

function groupsWithin(ids: readonly number[], value: number, between: Between): Nodeset[] {
  const near = (from: number, to: number) =>
    from === to || (between(from, to) <= value && between(to, from) <= value)
  const groups: number[][] = []
  for (const id of ids) {
    const home = groups.find((group) => near(group[0] as number, id))
    if (home) home.push(id)
    else groups.push([id])
  }
  const groupOf = new Map(groups.flatMap((group, at) => group.map((id) => [id, at] as const)))
  const clean = ids.every((from) =>
    ids.every((to) => near(from, to) === (groupOf.get(from) === groupOf.get(to))),
  )
  return clean ? groups.filter((group) => group.length > 1).map((group) => Nodeset.of(group)) : []
}
