// SPDX-License-Identifier: Apache-2.0
/** What an admin has to know before anything is saved: one line each. */
import { Alert } from '@patternfly/react-core'

export type NoticeTone = 'danger' | 'warning' | 'info'

/** The text, where it holds. */
export type Said = readonly [show: boolean, tone: NoticeTone, text: string]

export function Notices({ said }: { said: readonly Said[] }) {
  return said
    .filter(([show]) => show)
    .map(([, variant, text]) => (
      <Alert component="p" key={text} variant={variant} isInline isPlain title={text} />
    ))
}
