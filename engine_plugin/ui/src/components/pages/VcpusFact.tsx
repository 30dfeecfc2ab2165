// SPDX-License-Identifier: Apache-2.0
/** Whether a VM's vCPUs are held beside their memory, and if not, why. */
import { Label } from '@patternfly/react-core'
import type { WireVcpus } from '../../api/wire'
import { useMessages } from '../../messages/messages'

const COLORS = { held: 'green', pinned: 'grey', loose: 'orange', unknown: 'orange' } as const

export function VcpusFact({ vcpus }: { vcpus: WireVcpus }) {
  const { t } = useMessages()
  const { state, hosts } = vcpus
  const why = (state === 'loose' || state === 'unknown') && hosts.length > 0
  return (
    <>
      <Label color={COLORS[state]}>{t(`vcpus.vm.${state}`)}</Label>
      {why && (
        <span className="numa-todo">{t(`vcpus.vm.why.${state}`, { hosts: hosts.join(', ') })}</span>
      )}
    </>
  )
}
