// SPDX-License-Identifier: Apache-2.0
/** Why there is no host in the picture, in words. */
import type { ClusterNuma } from '../../api/hosts'
import { problemOf } from '../../api/problems'
import { useMessages } from '../../messages/messages'

/** `only` are those that the VM is dedicated to, by name. */
export function useNoHost(
  cluster: ClusterNuma | undefined,
  loading: boolean,
  only: readonly string[] = [],
): string {
  const messages = useMessages()
  const { t } = messages
  if (loading) return t('nodes.loading')
  const mine = cluster?.capacity.filter(({ name }) => !only.length || only.includes(name)) ?? []
  const failed = mine.find((each) => each.problem)
  if (failed?.problem) {
    const { what, todo } = messages.problem(problemOf(failed.problem))
    const why = todo ? `${what}; ${todo}` : what
    return t('nodes.noHost.why', {
      why: why.includes(failed.name) ? why : `${failed.name}: ${why}`,
    })
  }
  return only.length ? t('nodes.noHost.of', { hosts: only.join(', ') }) : t('nodes.noHost')
}
