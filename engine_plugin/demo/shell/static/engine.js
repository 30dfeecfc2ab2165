// SPDX-License-Identifier: Apache-2.0
/**
 * The engine's REST API, as the page needs it.
 *
 * Decides how a login works and how lists are unwrapped. Knows nothing of what is shown.
 */
const API = '/ovirt-engine/api'
const KEY = 'demo-token'

export const session = {
  get token() {
    return sessionStorage.getItem(KEY) ?? ''
  },
  get user() {
    return sessionStorage.getItem(`${KEY}-user`) ?? ''
  },
  end() {
    sessionStorage.removeItem(KEY)
  },
}

export async function login(username, password) {
  const response = await fetch('/ovirt-engine/sso/oauth/token', {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'password',
      scope: 'ovirt-app-admin ovirt-app-portal ovirt-app-api',
      username,
      password,
    }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error ?? answer.error_description)
  sessionStorage.setItem(KEY, answer.access_token)
  sessionStorage.setItem(`${KEY}-user`, username)
}

export async function ask(path, method = 'GET', body) {
  const response = await fetch(`${API}${path}`, {
    method,
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${session.token}`,
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  const answer = text ? JSON.parse(text) : {}
  if (response.status === 401) {
    session.end()
    location.reload()
  }
  if (!response.ok) {
    throw new Error(answer.fault?.detail ?? answer.detail ?? answer.reason ?? `HTTP ${response.status}`)
  }
  return answer
}

export const lists = {
  vms: async (search = '') => (await ask(`/vms?max=200&search=${encodeURIComponent(search)}`)).vm ?? [],
  hosts: async () => (await ask('/hosts?max=200')).host ?? [],
  clusters: async () => (await ask('/clusters')).cluster ?? [],
  templates: async () => (await ask('/templates')).template ?? [],
  pools: async () => (await ask('/vmpools')).vm_pool ?? [],
}

/** The engine's own properties, of every level that there is here. */
const PREDEFINED = {
  sap_agent: '^(true|false)$',
  sndbuf: '^[0-9]+$',
  hugepages: '^[0-9]+$',
  vhost: '^(([a-zA-Z0-9_-]*):(true|false))(,(([a-zA-Z0-9_-]*):(true|false)))*$',
  viodiskcache: '^(none|writeback|writethrough)$',
  scsi_hostdev: '^(scsi_generic|scsi_block|scsi_hd|virtio_blk_pci)$',
  nvram_template: '^.*$',
  extra_cpu_flags: '^([+-]?[a-zA-Z0-9_-]+)(,[+-]?[a-zA-Z0-9_-]+)*$',
}

/** The properties of a compatibility level, key to regular expression. */
export async function definitions(version) {
  const level = `${version.major}.${version.minor}`
  const answer = await ask(`/options/UserDefinedVMProperties?version=${level}`)
  const values = answer.values?.system_option_value ?? []
  const text = values.find((each) => each.version === level)?.value ?? ''
  const own = text.split(';').filter(Boolean).map((each) => {
    const at = each.indexOf('=')
    return at < 0 ? [each, '.*'] : [each.slice(0, at), each.slice(at + 1)]
  })
  return new Map([...Object.entries(PREDEFINED), ...own])
}
