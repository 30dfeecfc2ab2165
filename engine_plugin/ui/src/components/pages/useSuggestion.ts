// SPDX-License-Identifier: Apache-2.0
/**
 * Asking the service what would suit a VM.
 *
 * Decides what is said of it: why it was chosen, or why nothing could be.
 */
import { useState } from 'react'
import { suggestion } from '../../api/settings'
import { useMessages } from '../../messages/messages'
import type { Inputs } from '../../model/request'
import { useApis } from '../frame/apiContext'
import { errorText } from '../frame/Failure'

export interface Suggestion {
  readonly note: string
  ask(): void
  clear(): void
}

export function useSuggestion(
  vmId: string,
  take: (inputs: Inputs, hostId: string | undefined) => void,
): Suggestion {
  const messages = useMessages()
  const { client } = useApis()
  const [note, setNote] = useState('')
  const ask = async () => {
    try {
      const { suggestion: found, host, refusals } = await suggestion(client, vmId)
      if (!found) {
        setNote(refusals.map((each) => `${each.host}: ${each.message}`).join(' '))
        return
      }
      const { numa_nodeset: nodeset = '', numa_topology: topology = '' } = found.request
      take({ nodeset, topology }, host?.id)
      setNote(messages.t('cells.suggested', { why: found.why.join('; ') }))
    } catch (error) {
      setNote(errorText(error, messages))
    }
  }
  return { note, ask: () => void ask(), clear: () => setNote('') }
}
