// SPDX-License-Identifier: Apache-2.0
/** For each node of a host: what it has, and what is missing there. */
import { type Messages, useMessages } from '../../messages/messages'
import type { Reason } from '../../model/answer'

export function NodeReasons({ reasons }: { reasons: readonly Reason[] }) {
  const messages = useMessages()
  if (!reasons.length) return null
  return (
    <ul className="numa-reasons">
      {reasons.map((reason) => (
        <li key={`${reason.node}-${reason.pageKib}`}>{reasonText(reason, messages)}</li>
      ))}
    </ul>
  )
}

function reasonText(reason: Reason, { t, memory }: Messages): string {
  const { node, pageKib, asked, neededKib, freeKib, keptKib, promisedKib, missingKib } = reason
  const has = [
    t('reason.free', { node, free: memory(freeKib) }),
    keptKib ? t('reason.kept', { kept: memory(keptKib) }) : '',
    promisedKib ? t('reason.promised', { promised: memory(promisedKib) }) : '',
    pageKib ? t('reason.pages', { page: memory(pageKib) }) : '',
  ].join('')
  if (!asked) return `${has}${t('reason.notAsked')}`
  const needed = t('reason.needed', { needed: memory(neededKib) })
  const end = missingKib ? t('reason.missing', { missing: memory(missingKib) }) : t('reason.enough')
  return `${has}${needed}${end}`
}
