// SPDX-License-Identifier: Apache-2.0
/**
 * A VM between the engine's REST API and the dialog's fields.
 *
 * Decides units and how the sheet of properties is one text, `k=v;k=v`.
 */
import { ask, lists } from '../engine.js'

const MIB = 1024 ** 2
export const MODES = ['migratable', 'user_migratable', 'pinned']
export const MODE_TEXTS = [
  'Allow manual and automatic migration',
  'Allow manual migration only',
  'Do not allow migration',
]

export function propertiesText(entity) {
  const all = entity?.custom_properties?.custom_property ?? []
  return all.map(({ name, value }) => `${name}=${value}`).join(';')
}

function propertiesOf(text) {
  const pairs = text.split(';').filter(Boolean)
  return {
    custom_property: pairs.map((pair) => {
      const at = pair.indexOf('=')
      return { name: pair.slice(0, at), value: pair.slice(at + 1) }
    }),
  }
}

/** "0#0-3_1#4-7", as the dialog has it. */
function pinningText(vm) {
  const pins = vm?.cpu?.cpu_tune?.vcpu_pins?.vcpu_pin ?? []
  return pins.map(({ vcpu, cpu_set: set }) => `${vcpu}#${set}`).join('_')
}

function tuneOf(pinning) {
  const pins = pinning.split('_').filter(Boolean).map((pin) => pin.split('#'))
  return { vcpu_pins: { vcpu_pin: pins.map(([vcpu, set]) => ({ vcpu, cpu_set: set })) } }
}

export function fieldsOf(vm) {
  const { sockets = 1, cores = 1, threads = 1 } = vm?.cpu?.topology ?? {}
  const [s, c, t] = [sockets, cores, threads].map(Number)
  const memory = Number(vm?.memory ?? 1024 * MIB) / MIB
  return {
    name: vm?.name ?? '',
    description: vm?.description ?? '',
    memory,
    maxMemory: Number(vm?.memory_policy?.max ?? 4 * memory * MIB) / MIB,
    vcpus: s * c * t,
    sockets: s,
    cores: c,
    threads: t,
    mode: MODES.indexOf(vm?.placement_policy?.affinity ?? 'migratable'),
    hosts: vm?.placement_policy?.hosts?.host ?? [],
    cpuPinning: pinningText(vm),
  }
}

/** "4096 MB", "4GB", "4 G" or "4096", to MiB. */
export function megabytes(text) {
  const [, number = '0', unit = ''] = /^\s*(\d+)\s*([A-Za-z]?)/.exec(text) ?? []
  return Number(number) * ({ G: 1024, T: 1024 ** 2 }[unit.toUpperCase()] ?? 1)
}

/** As the box of templates names one. */
export function templateText({ name, version }) {
  const { version_name: words = '', version_number: number = '1' } = version ?? {}
  return name === 'Blank' ? `${name} |  (0)` : `${name} | ${words || 'base version'} (${number})`
}

function bodyOf(fields, properties) {
  const { cores, threads, memory, hosts } = fields
  const topology = { sockets: Math.max(1, fields.vcpus / (cores * threads)) | 0, cores, threads }
  return {
    name: fields.name,
    description: fields.description,
    memory: memory * MIB,
    memory_policy: { guaranteed: Math.min(memory, 1024) * MIB, max: Math.max(fields.maxMemory, memory) * MIB },
    cpu: { topology, cpu_tune: tuneOf(fields.cpuPinning) },
    custom_properties: propertiesOf(properties),
    placement_policy: {
      affinity: MODES[fields.mode],
      hosts: { host: hosts.map(({ id }) => ({ id })) },
    },
  }
}

/** Of a pool that exists the dialog can change little: of what there is here the description. */
export async function save({ kind, item, fields, clusterId, template, properties }) {
  if (kind.of === 'pool') return ask(`/vmpools/${item.poolId}`, 'PUT', { description: fields.description })
  const body = bodyOf(fields, properties)
  if (kind.of === 'template') return ask(`/templates/${item.id}`, 'PUT', body)
  if (!kind.isNew) return ask(`/vms/${item.id}?next_run=true`, 'PUT', body)
  return ask('/vms', 'POST', { ...body, cluster: { id: clusterId }, template: { id: template.id } })
}

/** For an Edit: what is pending counts, as in the engine's own dialog; of a pool, one of its VMs. */
export async function readItem(kind, id) {
  if (kind === 'template') return ask(`/templates/${id}`)
  if (kind !== 'pool') return ask(`/vms/${id}?next_run=true`)
  const { name, description, cluster, template } = await ask(`/vmpools/${id}`)
  const [vm] = await lists.vms(`pool=${name}`)
  return { ...vm, name, description, cluster, template, poolId: id }
}
