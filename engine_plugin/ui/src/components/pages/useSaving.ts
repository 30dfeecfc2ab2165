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
import { problemOf } from '../../api/problems'
import {
  adoptNative,
  readSettings,
  removeSettings,
  type Settings,
  storeSettings,
} from '../../api/settings'
import { type Messages, useMessages } from '../../messages/messages'
import type { Problem } from '../../model/problem'
import type { Inputs } from '../../model/request'
import { useApis } from '../frame/apiContext'
import { errorText } from '../frame/Failure'

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
  readonly problems: readonly Problem[]
  save(inputs: Inputs): void
  adopt(): void
  /** What is stored now instead of what is here: others have changed it. */
  theirs(): void
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

/** `onStored`: what is stored now, where the dialog stays open. */
export function useSaving(settings: Settings, onStored: (stored: Settings) => void): Saving {
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
    problems: problems
      .filter((each) => each.blames === 'request' && each.field)
      .map((each) => problemOf(each)),
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
    adopt() {
      void run(async (match, force) => {
        await adoptNative(client, settings.id, match, force)
        tellStored()
        onStored(await readSettings(client, settings.id, new AbortController().signal))
      })
    },
    theirs() {
      void run(async () =>
        onStored(await readSettings(client, settings.id, new AbortController().signal)),
      )
    },
    again(how) {
      if (failed) void run(failed.work, { ...failed.how, ...how })
    },
    close,
    clear: () => setFailed(undefined),
  }
}

/** Why it was not saved, in words; undefined where nothing was refused. */
export function refusalOf({ error, conflict }: Saving, messages: Messages): string | undefined {
  if (conflict) return messages.t('editor.conflict')
  return error === undefined ? undefined : errorText(error, messages)
}
