// SPDX-License-Identifier: Apache-2.0
/** Something is on its way. */
import { Bullseye, Spinner } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'

export function Loading() {
  const { t } = useMessages()
  return (
    <Bullseye className="numa-loading">
      <Spinner aria-label={t('app.loading')} />
    </Bullseye>
  )
}
