// SPDX-License-Identifier: Apache-2.0
/** Where the VM's memory comes from: the mode and the kind of target. */
import { useMessages } from '../../messages/messages'
import { rawNodeset } from '../../model/draft'
import { setMode, setTarget } from '../../model/edit'
import { resolve } from '../../model/plan'
import { type Inputs, MODES, type Target } from '../../model/request'
import type { Host } from '../../model/vm'
import { Choice } from './Choice'
import { CountField } from './CountField'
import type { Edited } from './useEditor'

type Kind = 'none' | Target['kind']
const KINDS: readonly Kind[] = ['none', 'auto', 'nodes', 'all', 'except']

interface Props {
  readonly edited: Edited
  readonly host: Host | undefined
  readonly hosts: readonly Host[]
  readonly locked: boolean
  readonly onChange: (inputs: Inputs) => void
  readonly onHost: (id: string) => void
}

export function NodesetForm({ edited, host, hosts, locked, onChange, onHost }: Props) {
  const { t } = useMessages()
  const { inputs, request } = edited
  const { target } = request
  const kind: Kind = inputs.nodeset.trim() === '' ? 'none' : (target?.kind ?? 'nodes')
  return (
    <div className="numa-form">
      <Choice
        id="numa-target"
        label={t('nodes.target')}
        value={kind}
        options={KINDS.map((each) => [each, t(`nodes.target.${each}`)])}
        disabled={locked}
        onChange={(chosen) => onChange(setTarget(inputs, targetOf(chosen, edited, host)))}
      />
      {target?.kind === 'auto' && (
        <CountField
          id="numa-target-count"
          label={t('nodes.count')}
          value={target.count}
          placeholder={t('nodes.count.any')}
          max={host?.nodes.length ?? 64}
          disabled={locked}
          onChange={(count) => onChange(setTarget(inputs, count ? `auto:${count}` : 'auto'))}
        />
      )}
      <Choice
        id="numa-mode"
        label={t('nodes.mode')}
        value={rawNodeset(inputs.nodeset).mode}
        options={MODES.map((mode) => [mode, t(`nodes.mode.${mode}`)])}
        disabled={locked}
        onChange={(mode) => onChange(setMode(inputs, mode))}
      />
      {hosts.length > 1 && host && (
        <Choice
          id="numa-host"
          label={t('nodes.host')}
          value={host.id}
          options={hosts.map((each) => [each.id, each.name])}
          onChange={onHost}
        />
      )}
    </div>
  )
}

/** The text of another kind of target that comes nearest to the present one. */
function targetOf(kind: Kind, { request }: Edited, host: Host | undefined): string {
  const first = host?.nodes.find((node) => node.memoryKib > 0)?.id ?? 0
  const named = request.target && host ? resolve(request.target, host) : undefined
  switch (kind) {
    case 'none':
      return ''
    case 'nodes':
      return named?.toString() || `${first}`
    case 'except':
      return `^${host?.nodes.at(-1)?.id ?? 0}`
    default:
      return kind
  }
}
