// SPDX-License-Identifier: Apache-2.0
/** A page of something whose name alone is known: looked up, and said where that is not one. */
import type { ReactNode } from 'react'
import { idsNamed } from '../../api/named'
import type { Kind } from '../../bridge/placesBridge'
import { useMessages } from '../../messages/messages'
import { useApis } from './apiContext'
import { Empty } from './Empty'
import { Failure } from './Failure'
import { Loading } from './Loading'
import { useAsk } from './useAsk'

interface Props {
  readonly what: Kind
  readonly name: string
  readonly children: (id: string) => ReactNode
}

export function ByName({ what, name, children }: Props) {
  const { t } = useMessages()
  const { client } = useApis()
  const { value, error, reload } = useAsk([what, name], (signal) =>
    idsNamed(client, what, name, signal),
  )
  const [id] = value ?? []
  if (error !== undefined) {
    return (
      <div className="numa-page">
        <Failure error={error} onRetry={reload} />
      </div>
    )
  }
  if (!value) return <Loading />
  if (id && value.length === 1) return children(id)
  const facts = { what: t(`app.what.${what}`), name, count: value.length }
  return <Empty text={t(id ? 'app.named.many' : 'app.named.none', facts)} />
}
