// SPDX-License-Identifier: Apache-2.0
/**
 * The VM as the dialog has it: memory, vCPUs, cluster and hosts as they are typed there now, the
 * rest as it was saved.
 *
 * Decides whether that is the VM that the service knows, or a draft that it has to be told.
 */
import { useMemo } from 'react'
import type { ClusterNuma } from '../../api/hosts'
import type { Subject } from '../../api/preview'
import type { Settings } from '../../api/settings'
import type { DialogState } from '../../bridge/dialogBridge'
import type { Scene } from '../../model/edit'
import type { Host, Vm } from '../../model/vm'

/** Less than that is no VM: somebody is typing. */
const LEAST_KIB = 1024

export function useDialogScene(
  { memoryKib, vcpus, threads, pageKib }: DialogState,
  saved: Vm | undefined,
  host: Host | undefined,
): Scene {
  return useMemo(() => {
    const vm: Vm = {
      memoryKib,
      vcpus,
      threads,
      arch: saved?.arch ?? 'x86_64',
      ...(pageKib ? { pageKib } : {}),
    }
    return host ? { vm, host } : { vm }
  }, [memoryKib, vcpus, threads, pageKib, saved, host])
}

export function useDialogSubject(
  dialog: DialogState,
  saved: Settings | undefined,
  cluster: ClusterNuma | undefined,
): Subject | undefined {
  const hosts = idsOf(dialog.hosts, cluster)
  const text = JSON.stringify(subjectOf(dialog, saved, cluster, hosts))
  return useMemo(() => (text ? (JSON.parse(text) as Subject) : undefined), [text])
}

function subjectOf(
  dialog: DialogState,
  saved: Settings | undefined,
  cluster: ClusterNuma | undefined,
  hosts: readonly string[],
): Subject | undefined {
  const { memoryKib, vcpus, threads, pageKib = 0 } = dialog
  if (!cluster || memoryKib < LEAST_KIB || vcpus < 1) return undefined
  if (saved && saved.clusterId === cluster.id && sameVm(dialog, saved, hosts)) {
    return { vm: saved.id }
  }
  const sizes = { memory_kib: memoryKib, vcpus, threads, page_kib: pageKib, hosts }
  return { cluster: cluster.id, draft: { ...(saved ? { id: saved.id } : {}), ...sizes } }
}

function idsOf(names: readonly string[], cluster: ClusterNuma | undefined): readonly string[] {
  return (cluster?.hosts ?? []).filter((host) => names.includes(host.name)).map((host) => host.id)
}

function sameVm(dialog: DialogState, { vm, wire }: Settings, hosts: readonly string[]): boolean {
  return (
    vm.memoryKib === dialog.memoryKib &&
    vm.vcpus === dialog.vcpus &&
    vm.threads === dialog.threads &&
    (vm.pageKib ?? 0) === (dialog.pageKib ?? 0) &&
    [...hosts].sort().join() === [...wire.migration.hosts].sort().join()
  )
}
