// SPDX-License-Identifier: Apache-2.0
/** Virtual NUMA nodes of oVirt's own: taken over after one question, which shows what comes of it. */
import { Alert, AlertActionLink } from '@patternfly/react-core'
import { useState } from 'react'
import type { Settings } from '../../api/settings'
import type { WireNative } from '../../api/wire'
import { type Messages, useMessages } from '../../messages/messages'
import { Nodeset } from '../../model/nodeset'
import { Confirm } from '../frame/Confirm'

interface Props {
  readonly settings: Settings
  readonly locked: boolean
  readonly onAdopt: () => void
}

export function Native({ settings, locked, onAdopt }: Props) {
  const messages = useMessages()
  const { t } = messages
  const [sure, setSure] = useState(false)
  return (
    <>
      <Alert
        component="p"
        variant="warning"
        isInline
        title={t('notice.native', { count: settings.nativeNodes })}
        actionLinks={
          !locked &&
          !sure &&
          !settings.running && (
            <AlertActionLink onClick={() => setSure(true)}>{t('notice.adopt')}</AlertActionLink>
          )
        }
      >
        {settings.running && t('notice.adopt.running')}
      </Alert>
      {sure && (
        <Confirm
          text={t('notice.adopt.sure')}
          yes={t('notice.adopt.yes')}
          onYes={() => {
            setSure(false)
            onAdopt()
          }}
          onNo={() => setSure(false)}
        >
          <ul className="numa-reasons">
            {settings.wire.native.map((node) => (
              <li key={node.index}>{cellLine(node, messages)}</li>
            ))}
          </ul>
        </Confirm>
      )}
    </>
  )
}

function cellLine(node: WireNative, { t, memory }: Messages): string {
  const nodes = Nodeset.of(node.nodes)
  const facts = {
    id: node.index,
    cpus: `${Nodeset.of(node.cpus)}`,
    memory: memory(node.memory_kib),
    nodes: `${nodes}`,
    mode: node.mode,
  }
  return t(nodes.size ? 'notice.adopt.bound' : 'notice.adopt.cell', facts)
}
