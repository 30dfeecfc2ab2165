// SPDX-License-Identifier: Apache-2.0
/** Save, remove, cancel: always in sight. */
import { Button } from '@patternfly/react-core'
import type { Settings } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Edited } from '../editor/useEditor'
import type { Saving } from './useSaving'

interface Props {
  readonly settings: Settings
  readonly edited: Edited
  readonly saving: Saving
}

export function EditorFooter({ settings, edited, saving }: Props) {
  const { t } = useMessages()
  const { inputs, errors } = edited
  const had = Boolean(settings.inputs.nodeset || settings.inputs.topology)
  const changed =
    inputs.nodeset !== settings.inputs.nodeset || inputs.topology !== settings.inputs.topology
  const wrongMode = had && settings.migration !== 'pinned'
  return (
    <footer className="numa-footer">
      <Button
        variant="primary"
        isLoading={saving.busy}
        isDisabled={saving.busy || errors > 0 || !(changed || wrongMode) || saving.conflict}
        onClick={() => saving.save(inputs)}
      >
        {t('app.save')}
      </Button>
      <Button variant="link" onClick={saving.close}>
        {t('app.cancel')}
      </Button>
      <span className="numa-small" role="status">
        {errors > 0 ? t('editor.saveErrors') : !changed && !wrongMode && t('editor.unchanged')}
      </span>
      {had && (
        <Button
          variant="danger"
          className="numa-last"
          isDisabled={saving.busy || saving.conflict}
          onClick={() => saving.save({ nodeset: '', topology: '' })}
        >
          {t('editor.remove')}
        </Button>
      )}
    </footer>
  )
}
