// SPDX-License-Identifier: Apache-2.0
/**
 * Storing a VM's settings, and what comes of it.
 *
 * Decides that nothing is overwritten unseen: the version that was read goes with the request,
 * and a newer one ends it until the admin has chosen.
 */
import { useState } from 'react'
import { tellStored } from '../../api/changes'
import { ApiError } from '../../api/errors'
import { adoptNative, removeSettings, type Settings, storeSettings } from '../../api/settings'
import type { WireProblem } from '../../api/wire'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { useApis } from '../frame/apiContext'

/** Of `addButtons`, which opens the dialog. */
const DIALOG = 'numa-editor'
/** What the service stores all the same, if it is told to. */
const FORCIBLE = ['HooksMissing', 'HooksOld']

export interface Saving {
  readonly busy: boolean
  readonly error: unknown
  readonly conflict: boolean
  /** Some host lacks the hook, or has an old one: it can be stored all the same. */
  readonly forcible: boolean
  readonly problems: readonly WireProblem[]
  save(inputs: Inputs, how?: { readonly overwrite?: boolean; readonly force?: boolean }): void
  adopt(then: () => void): void
  close(): void
  clear(): void
  fail(error: unknown): void
}

export function useSaving(settings: Settings): Saving {
  const { t } = useMessages()
  const { api, client } = useApis()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const close = () => api.closeDialog(DIALOG)
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (caught) {
      setError(caught)
    } finally {
      setBusy(false)
    }
  }
  const known = error instanceof ApiError ? error : undefined
  const problems = known?.problems ?? []
  return {
    busy,
    error,
    conflict: known?.kind === 'conflict',
    forcible: problems.some((each) => FORCIBLE.includes(each.code)),
    problems: problems.filter((each) => each.blames === 'request' && each.field),
    save(inputs, { overwrite = false, force = false } = {}) {
      const match = overwrite ? '*' : settings.etag
      const empty = !inputs.nodeset.trim() && !inputs.topology.trim()
      void run(async () => {
        if (empty) await removeSettings(client, settings.id, match)
        else await storeSettings(client, settings.id, inputs, match, force)
        const done = settings.running ? 'editor.saved.nextRun' : 'editor.saved'
        tellStored()
        api.showToast('success', t(empty ? 'editor.removed' : done, { vm: settings.name }))
        close()
      })
    },
    adopt(then) {
      void run(async () => {
        await adoptNative(client, settings.id, settings.etag)
        then()
      })
    },
    close,
    clear: () => setError(undefined),
    fail: setError,
  }
}
