// SPDX-License-Identifier: Apache-2.0
/** The frame of every page: language, light or dark, the service, and which page it is. */
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { Client } from '../../api/client'
import type { Kind } from '../../bridge/placesBridge'
import type { PluginApi } from '../../bridge/pluginApi'
import { loadMessages } from '../../messages/load'
import { type Messages, MessagesProvider } from '../../messages/messages'
import { ApiContext } from './apiContext'
import { Loading } from './Loading'
import { Selected } from './Selected'
import { useTheme } from './theme'
import { queryClient } from './useAsk'

const PAGES = {
  dialog: lazy(() => import('../pages/DialogPage')),
  editor: lazy(() => import('../pages/EditorPage')),
  vm: lazy(() => import('../pages/VmPage')),
  host: lazy(() => import('../pages/HostPage')),
  cluster: lazy(() => import('../pages/ClusterPage')),
} as const

type PageName = keyof typeof PAGES

function isKind(name: string): name is Kind {
  return ['vm', 'host', 'cluster'].includes(name)
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function App({ api }: { api: PluginApi }) {
  const [messages, setMessages] = useState<Messages>()
  const [context] = useState(() => ({ api, client: new Client(api) }))
  const [queries] = useState(queryClient)
  const route = useSyncExternalStore(subscribe, () => window.location.hash.slice(1))
  useTheme(api.configObject()?.theme ?? 'auto')
  useEffect(() => {
    const locale = api.currentLocale()
    document.documentElement.lang = locale.replace('_', '-')
    void loadMessages(locale).then(setMessages)
  }, [api])
  if (!messages) return null
  const [, name = '', id = ''] = route.split('/')
  const Page = name in PAGES ? PAGES[name as PageName] : undefined
  return (
    <MessagesProvider value={messages}>
      <ApiContext value={context}>
        <QueryClientProvider client={queries}>
          <Suspense fallback={<Loading />}>
            {Page && (id || !isKind(name)) && <Page key={id} id={id} />}
            {Page && !id && isKind(name) && (
              <Selected what={name}>{(found) => <Page key={found} id={found} />}</Selected>
            )}
          </Suspense>
        </QueryClientProvider>
      </ApiContext>
    </MessagesProvider>
  )
}
