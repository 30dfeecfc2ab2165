// SPDX-License-Identifier: Apache-2.0
/**
 * The fields of the dialogs of VMs, templates and pools; of the real ones' those that matter here.
 *
 * Decides where each stands, and its tabindex: AbstractVmPopupWidget counts them through all
 * tabs, so that the fields of a tab come after its entry and before the next one.
 */
import { h } from '../dom.js'
import { ComboBox, enableLabel, line, radio, show } from './editors.js'
import { ListBox } from './listBox.js'

/** Of a tab's entry. */
export const TABS = [
  [1, 'General', 1], [2, 'System', 23], [3, 'Type', 37], [4, 'Initial Run', 40], [5, 'Console', 42], [6, 'Host', 62],
  [7, 'High Availability', 78], [8, 'Resource Allocation', 83], [9, 'Boot Options', 94], [10, 'Random Generator', 103],
  [11, 'Custom Properties', 109], [12, 'Icon', 110], [13, 'Foreman/Satellite', 112], [14, 'Affinity', 113],
]
/** Of the first button below. */
export const FIRST_BUTTON = 114
const ONLY_ADVANCED = ['vmId', 'maxMemory', 'vcpus']

/** Name here, suffix of its id, tab (0 is the header), tabindex, label. */
const TEXTS = [
  ['name', 'name', 1, 7, 'Name'],
  ['description', 'description', 1, 9, 'Description'],
  ['vmId', 'vmId', 1, 11, 'VM Id'],
  ['memory', 'memSize', 2, 24, 'Memory Size'],
  ['maxMemory', 'maxMemorySize', 2, 25, 'Maximum memory'],
  ['vcpus', 'totalCPUCores', 2, 27, 'Total Virtual CPUs'],
  ['nativeNodes', 'numaNodeCount', 6, 77, 'NUMA Node Count'],
  ['cpuPinning', 'cpuPinning', 8, 88, 'CPU Pinning topology'],
]

export class Fields {
  constructor({ root, hidden, disabled }) {
    Object.assign(this, { root, rows: {}, lists: {} })
    this.hidden = new Set(hidden)
    this.list('cluster', 'dataCenterWithCluster', 0, 1, 'Cluster')
    const center = h('label', { class: 'control-label labelEnabled' }, 'Data Center: Default')
    enableLabel(center, !disabled.includes('cluster'))
    this.cluster.element.append(h('div', { class: 'x-l' }, center))
    this.combo('baseTemplate', 'baseTemplate', 3, 'Based on Template')
    this.combo('template', 'templateWithVersion', 5, 'Template')
    this.list('threads', 'threadsPerCore', 'expander', 31, 'Threads per Core')
    this.hostFields()
    this.list('migration', 'migrationMode', 6, 66, 'Migration mode')
    for (const [name, suffix, tab, tabindex, label] of TEXTS) {
      this[name] = h('input', { type: 'text', id: `${root}_${suffix}`, class: 'form-control', tabindex: String(tabindex) })
      this.place(name, tab, line(label, name === 'memory' ? undefined : this[name].id, this[name]))
    }
    for (const name of disabled) this.field(name).disabled = true
    for (const name of hidden) show(this.rows[name].firstChild, false)
    this.expander = h('div', {}, this.lists.expander)
    show(this.expander, false)
  }

  /** Below "Advanced Parameters" of System, which is closed when the dialog opens. */
  get header() {
    return h('div', { class: 'dialog_headerSeparator', style: 'display:block' }, h('div', { class: 'x-g container-fluid' }, this.lists[0]))
  }

  pageOf(tab) {
    return h('div', { class: 'x-g container-fluid' }, this.lists[tab] ?? h('p', {}, 'The stand-in has nothing here.'), tab === 2 ? this.expander : null)
  }

  setAdvanced(on) {
    for (const name of ONLY_ADVANCED) show(this.rows[name].firstChild, on && !this.hidden.has(name))
  }

  /** What `disabled` is set of: the input, or the list. */
  field(name) {
    return this[name].input ?? this[name]
  }

  place(name, tab, row) {
    this.rows[name] = row
    this.lists[tab] = [...(this.lists[tab] ?? []), row]
  }

  list(name, suffix, tab, tabindex, label, more = {}) {
    this[name] = new ListBox({ id: `${this.root}_${suffix}`, tabindex, onChosen: (chosen) => this[name].heard?.(chosen), ...more })
    this.place(name, tab, line(label, this[name].element.id, this[name].element))
  }

  combo(name, suffix, tabindex, label) {
    this[name] = new ComboBox({ id: `${this.root}_${suffix}`, tabindex, onChosen: (chosen) => this[name].heard?.(chosen) })
    this.place(name, 0, line(label, this[name].element.id, this[name].element))
  }

  hostFields() {
    const any = radio('Any Host in Cluster', `${this.root}_isAutoAssign`, 'runVmOnHostGroup', 63, () => this.chooseHosts(false))
    const some = radio('Specific Host(s)', `${this.root}_specificHost`, 'runVmOnHostGroup', 64, () => this.chooseHosts(true))
    Object.assign(this, { anyHost: any.input, specificHost: some.input })
    this.place('anyHost', 6, any.element)
    this.place('specificHost', 6, some.element)
    this.list('hosts', 'defaultHost', 6, 65, 'Hosts', { many: true })
    this.chooseHosts(false)
  }

  chooseHosts(specific) {
    this.anyHost.checked = !specific
    this.specificHost.checked = specific
    this.hosts.disabled = !specific
  }
}
