// SPDX-License-Identifier: Apache-2.0
/**
 * The service's word on some settings, for just these settings and this VM.
 *
 * Decides when it is asked: not for every key, and not where there are errors. An answer to
 * former settings is no answer; one that was had before is there at once.
 */
import { useEffect, useMemo, useState } from 'react'
import { ApiError } from '../../api/errors'
import { problemOf } from '../../api/problems'
import { preview, type Subject } from '../../api/preview'
import type { Answer } from '../../model/answer'
import type { Problem } from '../../model/problem'
import { asks, type Inputs } from '../../model/request'
import { useApis } from '../frame/apiContext'
import { useAsk } from '../frame/useAsk'

const PAUSE_MS = 120
const FRESH_MS = 10_000

export interface Answering {
  readonly answer?: Answer
  readonly asking: boolean
  /** It cannot be asked: the service is down, or somebody may not ask. */
  readonly error?: unknown
  /** It has answered that the settings are wrong for this VM, on any host. */
  readonly problems: readonly Problem[]
  readonly reload: () => void
}

export function useAnswer(
  subject: Subject | undefined,
  inputs: Inputs,
  wrong: boolean,
  host?: string,
): Answering {
  const { client } = useApis()
  const wanted = subject && asks(inputs) && !wrong ? [subject, inputs, host ?? ''] : undefined
  const key = wanted && JSON.stringify(wanted)
  const lasting = useLasting(key)
  const { value, error, reload } = useAsk(
    key === undefined ? undefined : ['preview', key],
    (signal) => preview(client, subject as Subject, inputs, host, signal),
    { freshMs: FRESH_MS, wait: lasting !== key, partial: lacksHosts },
  )
  const problems = useMemo(() => refusals(error), [error])
  const asking = key !== undefined && value === undefined && error === undefined
  return useMemo(
    () => ({
      ...(value ? { answer: value } : {}),
      asking,
      ...(error !== undefined && !problems.length ? { error } : {}),
      problems,
      reload,
    }),
    [value, asking, error, problems, reload],
  )
}

const lacksHosts = (answer: Answer) => answer.hosts.some((host) => host.unasked)

function refusals(error: unknown): readonly Problem[] {
  if (!(error instanceof ApiError) || error.kind !== 'refused') return []
  return error.problems.filter((each) => each.blames === 'request').map((each) => problemOf(each))
}

/** A key that has not changed for a moment. */
function useLasting(key: string | undefined): string | undefined {
  const [lasting, setLasting] = useState(key)
  useEffect(() => {
    const timer = setTimeout(() => setLasting(key), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [key])
  return lasting
}
