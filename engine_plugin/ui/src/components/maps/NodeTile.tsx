// SPDX-License-Identifier: Apache-2.0
/** One node on a host's map. */
import { Label, Title } from '@patternfly/react-core'
import type { HostNuma } from '../../api/hosts'
import { useMessages } from '../../messages/messages'
import { memoryText } from '../../model/units'
import type { HostNode } from '../../model/vm'
import { PlaceLink } from '../frame/PlaceLink'
import { MemoryBar } from '../frame/MemoryBar'

/** More names than this are a number. */
const SHOWN = 12

interface Props {
  readonly node: HostNode
  readonly vms: HostNuma['vms']
}

export function NodeTile({ node, vms }: Props) {
  const { t, memory, time } = useMessages()
  const free = { free: memory(node.availableKib), total: memory(node.memoryKib) }
  return (
    <section className="numa-node" aria-label={t('node.name', { id: node.id })}>
      <Title headingLevel="h2" size="md">
        {t('node.name', { id: node.id })}
      </Title>
      <p className="numa-small numa-clip" title={node.cpus.toString()}>
        {node.cpus.size ? t('node.cpus', { cpus: node.cpus.toString() }) : t('node.noCpus')}
      </p>
      <MemoryBar node={node} askedKib={0} />
      <p className="numa-small">{node.memoryKib ? t('node.free', free) : t('node.noMemory')}</p>
      {node.toldAt && <p className="numa-small">{t('node.told', { time: time(node.toldAt) })}</p>}
      {Object.entries(node.pages)
        .filter(([, pool]) => pool.total > 0)
        .map(([kib, pool]) => (
          <p key={kib} className="numa-small">
            {t('node.pages', { size: memoryText(Number(kib)), free: pool.free, total: pool.total })}
          </p>
        ))}
      <div className="numa-cards">
        {vms.length === 0 && <p className="numa-small">{t('host.vms.none')}</p>}
        {vms.slice(0, SHOWN).map((vm) => (
          <Label key={vm.id} color="blue" isCompact title={vm.request?.nodeset ?? ''}>
            <PlaceLink what="vms" name={vm.name} />
            {amountOn(vm, node.id) > 0 && <> · {memory(amountOn(vm, node.id))}</>}
          </Label>
        ))}
        {vms.length > SHOWN && (
          <span className="numa-small">{t('host.more', { count: vms.length - SHOWN })}</span>
        )}
      </div>
    </section>
  )
}

/** KiB: promised, or what the host has counted of a VM whose nodes it chose. */
function amountOn(vm: HostNuma['vms'][number], node: number): number {
  return (vm.told ? vm.nodes : vm.lies.kib)[`${node}`] ?? 0
}
