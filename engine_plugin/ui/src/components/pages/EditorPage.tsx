// SPDX-License-Identifier: Apache-2.0
/** The editor in a dialog of WebAdmin's, over the service. */
import { readSettings, type Settings } from '../../api/settings'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { useAsk } from '../frame/useAsk'
import { useFocusHere } from './useFocusHere'
import { VmEditor } from './VmEditor'

/** How soon another admin's change is noticed. */
const EVERY_MS = 10_000

export default function EditorPage({ id }: { id: string }) {
  const { client } = useApis()
  useFocusHere()
  const { value, error, reload } = useAsk<Settings>(
    id ? ['settings', id] : undefined,
    (signal) => readSettings(client, id, signal),
    { everyMs: EVERY_MS },
  )
  if (value) return <VmEditor key={value.id} latest={value} reload={reload} />
  if (error === undefined) return <Loading />
  return (
    <div className="numa-page">
      <Failure error={error} onRetry={reload} />
    </div>
  )
}
