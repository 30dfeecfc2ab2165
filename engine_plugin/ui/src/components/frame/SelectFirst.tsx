// SPDX-License-Identifier: Apache-2.0
/** A detail tab that was opened without a selection. */
import { EmptyState, EmptyStateBody } from '@patternfly/react-core'
import { useMessages } from '../../messages/messages'

export function SelectFirst({ what }: { what: 'vm' | 'host' | 'cluster' }) {
  const { t } = useMessages()
  return (
    <EmptyState titleText="NUMA" headingLevel="h1">
      <EmptyStateBody>{t('app.select', { what: t(`app.what.${what}`) })}</EmptyStateBody>
    </EmptyState>
  )
}
