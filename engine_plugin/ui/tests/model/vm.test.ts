// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest'
import { dedicated, type Host, hostToShow } from '../../src/model/vm'
import { Nodeset } from '../../src/model/nodeset'

function host(name: string, freeKib: number): Host {
  const memory = { memoryKib: freeKib, freeKib, promisedKib: 0, availableKib: freeKib }
  const node = { id: 0, cpus: Nodeset.EMPTY, ...memory, distances: {}, pages: {} }
  return { id: `id-${name}`, name, nodes: [node] }
}

const HOSTS = [host('a', 10), host('b', 30), host('c', 20)]

describe('the host that a picture begins with', () => {
  test('is the one with most free memory', () => expect(hostToShow(HOSTS, '')?.name).toBe('b'))
  test('is the one that was chosen', () => expect(hostToShow(HOSTS, 'id-a')?.name).toBe('a'))
  test.each([
    [['a', 'c'], 'c'],
    [['id-a'], 'a'],
    [['d'], undefined],
    [[], 'b'],
  ])('is of those that the VM is dedicated to: %s', (only, name) => {
    expect(hostToShow(dedicated(HOSTS, only), '')?.name).toBe(name)
  })
  test('is another where the VM is no longer dedicated to the chosen one', () => {
    expect(hostToShow(dedicated(HOSTS, ['c']), 'id-a')?.name).toBe('c')
  })
})
