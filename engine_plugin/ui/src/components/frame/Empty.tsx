// SPDX-License-Identifier: Apache-2.0
/** Nothing to show, and why. */
import { EmptyState, EmptyStateBody } from '@patternfly/react-core'

export function Empty({ text }: { text: string }) {
  return (
    <EmptyState titleText="NUMA" headingLevel="h1">
      <EmptyStateBody>{text}</EmptyStateBody>
    </EmptyState>
  )
}
