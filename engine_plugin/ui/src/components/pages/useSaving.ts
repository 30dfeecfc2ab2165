// SPDX-License-Identifier: Apache-2.0
/**
 * Storing a VM's settings, and what comes of it.
 *
 * Decides that nothing is overwritten unseen: the version that was read goes with the request,
 * and a newer one ends it until the admin has chosen. What is done again is what was refused,
 * whichever it was: settings that were to be stored, removed, or taken over.
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

interface How {
  /** Whatever version there is now. */
  readonly overwrite?: boolean
  /** Also where a candidate host lacks the hook. */
  readonly force?: boolean
}

export interface Saving {
  readonly busy: boolean
  readonly error: unknown
  readonly conflict: boolean
  /** Some host lacks the hook, or has an old one: it can be stored all the same. */
  readonly forcible: boolean
  readonly problems: readonly WireProblem[]
  save(inputs: Inputs): void
  adopt(then: () => void): void
  /** The same as was refused, with what was chosen before. */
  again(how?: How): void
  close(): void
  clear(): void
}

type Work = (match: string, force: boolean) => Promise<void>

interface Failed {
  readonly error: unknown
  readonly work: Work
  /** What the admin has chosen already stays chosen. */
  readonly how: How
}

export function useSaving(settings: Settings): Saving {
  const { t } = useMessages()
  const { api, client } = useApis()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failed>()
  const close = () => api.closeDialog(DIALOG)
  const run = async (work: Work, how: How = {}) => {
    setBusy(true)
    setFailed(undefined)
    try {
      await work(how.overwrite ? '*' : settings.etag, how.force ?? false)
    } catch (error) {
      setFailed({ error, work, how })
    } finally {
      setBusy(false)
    }
  }
  const known = failed?.error instanceof ApiError ? failed.error : undefined
  const problems = known?.problems ?? []
  return {
    busy,
    error: failed?.error,
    conflict: known?.kind === 'conflict',
    forcible: problems.some((each) => FORCIBLE.includes(each.code)),
    problems: problems.filter((each) => each.blames === 'request' && each.field),
    save(inputs) {
      const empty = !inputs.nodeset.trim() && !inputs.topology.trim()
      void run(async (match, force) => {
        if (empty) await removeSettings(client, settings.id, match)
        else await storeSettings(client, settings.id, inputs, match, force)
        const done = settings.running ? 'editor.saved.nextRun' : 'editor.saved'
        tellStored()
        api.showToast('success', t(empty ? 'editor.removed' : done, { vm: settings.name }))
        close()
      })
    },
    adopt(then) {
      void run(async (match, force) => {
        await adoptNative(client, settings.id, match, force)
        tellStored()
        then()
      })
    },
    again(how) {
      if (failed) void run(failed.work, { ...failed.how, ...how })
    },
    close,
    clear: () => setFailed(undefined),
  }
}
