// SPDX-License-Identifier: Apache-2.0
/** Whether the cells give away exactly what the VM has: shown while somebody types. */
import { Label } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'
import { Nodeset } from '../../model/nodeset'
import { isWritten } from '../../model/request'
import type { Edited } from './useEditor'

export function Sums({ edited }: { edited: Edited }) {
  const { t, memory } = useMessages()
  const { request, planned, scene } = edited
  if (!planned.length) return null
  const { vm } = scene
  const running = Nodeset.first(vm.vcpus)
  const cells = isWritten(request.cells) ? request.cells : planned
  const given = Nodeset.of(cells.flatMap((cell) => cell.cpus?.ids ?? [])).and(running).size
  const kib = planned.reduce((sum, cell) => sum + cell.memoryKib, 0)
  const color = (right: boolean) => (right ? 'green' : 'red')
  return (
    <div className="numa-sums" role="status" aria-label={t('sums.label')}>
      <Label color={color(given === vm.vcpus)}>{t('sums.vcpus', { given, all: vm.vcpus })}</Label>
      <Label color={color(kib === vm.memoryKib)}>
        {t('sums.memory', { given: memory(kib), all: memory(vm.memoryKib) })}
      </Label>
    </div>
  )
}
