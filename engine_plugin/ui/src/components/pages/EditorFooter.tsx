// SPDX-License-Identifier: Apache-2.0
/** Save, remove, cancel, and whether it fits: always in sight. */
import { Button } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import { asks, sameInputs } from '../../model/request'
import type { Leads, Verdict as Said } from '../../model/verdict'
import { NOTHING } from '../../model/wishes'
import type { Edited } from '../editor/useEditor'
import { Confirm } from '../frame/Confirm'
import { Verdict } from '../verdict/Verdict'
import type { Saving } from './useSaving'

interface Props {
  readonly settings: Settings
  readonly edited: Edited
  readonly saving: Saving
  readonly verdict: Said
  readonly locked: boolean
  readonly onLead: (leads: Leads) => void
}

export function EditorFooter({ settings, edited, saving, verdict, locked, onLead }: Props) {
  const { t } = useMessages()
  const [sure, setSure] = useState<'remove' | 'discard'>()
  const { inputs, errors, halfTyped } = edited
  const had = asks(settings.inputs)
  const changed = !sameInputs(inputs, settings.inputs) || halfTyped > 0
  const wrongMode = had && settings.migration !== 'pinned' && settings.migration !== 'unknown'
  const wipes = had && !asks(inputs)
  useEscape(() => (changed && !locked ? setSure('discard') : saving.close()))
  const save = () => (wipes ? setSure('remove') : saving.save(inputs))
  if (sure) {
    return (
      <footer className="numa-footer">
        <Confirm
          text={t(sure === 'remove' ? 'editor.remove.sure' : 'editor.discard.sure', {
            vm: settings.name,
          })}
          yes={t(sure === 'remove' ? 'editor.remove' : 'editor.discard')}
          onYes={() => {
            setSure(undefined)
            if (sure === 'remove') saving.save(NOTHING)
            else saving.close()
          }}
          onNo={() => setSure(undefined)}
        />
      </footer>
    )
  }
  return (
    <footer className="numa-footer">
      {!locked && (
        <Button
          variant="primary"
          isLoading={saving.busy}
          isDisabled={saving.busy || errors > 0 || !(changed || wrongMode) || saving.conflict}
          onClick={save}
        >
          {t('app.save')}
        </Button>
      )}
      <Button variant="link" onClick={saving.close}>
        {t(locked ? 'app.close' : 'app.cancel')}
      </Button>
      <Verdict verdict={verdict} onLead={onLead} />
      {had && !locked && (
        <Button
          variant="danger"
          className="numa-last"
          isDisabled={saving.busy || saving.conflict}
          onClick={() => setSure('remove')}
        >
          {t('editor.remove')}
        </Button>
      )}
    </footer>
  )
}

/** Unless something nearer has taken the key: a card that is being moved, a field. */
function useEscape(close: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) close()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}
