// SPDX-License-Identifier: Apache-2.0
/**
 * The words of the page's language, for every component below.
 *
 *     const { t } = useMessages(); t('node.name', { id: 3 })    'Node 3'
 */
import { createContext, type ReactNode, use } from 'react'
import { ENGLISH, type Messages } from './load'

export type { Messages } from './load'

const Context = createContext(ENGLISH)

export function MessagesProvider(props: { value: Messages; children: ReactNode }) {
  return <Context value={props.value}>{props.children}</Context>
}

export function useMessages(): Messages {
  return use(Context)
}
