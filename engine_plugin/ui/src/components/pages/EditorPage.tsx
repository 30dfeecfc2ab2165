// SPDX-License-Identifier: Apache-2.0
/** The editor in a dialog of WebAdmin's, over the service. */
import { readSettings, type Settings } from '../../api/settings'
import { useApis } from '../frame/apiContext'
import { Failure } from '../frame/Failure'
import { Loading } from '../frame/Loading'
import { useLoad } from '../frame/useLoad'
import { useFocusHere } from './useFocusHere'
import { VmEditor } from './VmEditor'

export default function EditorPage({ id }: { id: string }) {
  const { client } = useApis()
  useFocusHere()
  const { value, error, reload } = useLoad<Settings>(id || undefined, (signal) =>
    readSettings(client, id, signal),
  )
  if (error !== undefined) {
    return (
      <div className="numa-page">
        <Failure error={error} onRetry={reload} />
      </div>
    )
  }
  if (!value) return <Loading />
  return <VmEditor key={value.etag} settings={value} reload={reload} />
}
