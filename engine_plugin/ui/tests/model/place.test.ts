// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest'
import { readPlace, writePlace } from '../../src/model/place'

/** As WebAdmin itself wrote them into its address. */
const WRITTEN: readonly (readonly [string, string, string | undefined])[] = [
  ['#hosts', 'hosts', undefined],
  ['#hosts-general;name=xeon-cxl', 'hosts-general', 'xeon-cxl'],
  ['#vms-general;name=ui-b%25C3%25BCcher.%25C3%259F_1', 'vms-general', 'ui-bücher.ß_1'],
  ['#numa-host', 'numa-host', undefined],
]

test.each(WRITTEN)('%s', (hash, token, name) => {
  const place = name === undefined ? { token } : { token, name }
  expect(readPlace(hash)).toEqual(place)
  expect(writePlace(place)).toBe(hash)
})

test.each([
  ['#vms-general;name=b%C3%BCro', 'büro'],
  ['#vms-general;name=büro', 'büro'],
  ['#vms-general;name=a+b', 'a b'],
  ['#vms-general;x=1;name=a', 'a'],
  ['#vms-general;name=100%', '100%'],
  ['#vms-general;name=', undefined],
])('%s, as somebody types it', (hash, name) => {
  expect(readPlace(hash).name).toBe(name)
})

test.each(['a;b', 'a=b', 'a b', 'a+b', '100%', '日本', 'a#b', 'a/b'])('%s comes back', (name) => {
  expect(readPlace(writePlace({ token: 'numa-vm', name }))).toEqual({ token: 'numa-vm', name })
})
