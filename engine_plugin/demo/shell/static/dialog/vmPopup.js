// SPDX-License-Identifier: Apache-2.0
/**
 * The Add/Edit VM dialog: same structure, ids and timing as WebAdmin's, fewer fields.
 *
 * Decides what the engine's builders and behaviours decide: when rows are rebuilt (another
 * cluster, another template), when stored values come back, that OK validates and then reads
 * after a name check of its own, and that content is away while something is asked.
 */
import { ask, definitions, lists } from '../engine.js'
import { h } from '../dom.js'
import { KeyValueSheet } from './keyValue.js'
import { ListBox } from './listBox.js'
import { Popup } from './popup.js'
import { TabPanel } from './tabPanel.js'
import { fieldsOf, megabytes, MODE_TEXTS, propertiesText, save } from './vmModel.js'

const ID = (name) => `VmPopupWidget_${name}`
const ADVANCED = 'ENGINE_WebAdmin_wa_vm_dialog'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class VmPopup {
  /** `root` other than WebAdmin's own is a dialog of a version that nobody knows. */
  constructor({ vm, clone = false, onClosed, onError, root = 'VmPopupWidget' }) {
    Object.assign(this, { vm, clone, onError })
    this.isNew = !vm || clone
    this.stored = fieldsOf(vm)
    this.sheet = new KeyValueSheet()
    this.makeFields()
    this.tabs = new TabPanel(root, this.header)
    this.addTabs()
    const title = `${clone ? 'Clone' : vm ? 'Edit' : 'New'} Virtual Machine`
    const cancel = () => this.popup.hide()
    this.popup = new Popup({
      title, width: '930px', height: '812px', wizard: true, content: this.tabs.element,
      onOk: () => this.ok(), onCancel: cancel, onClosed,
    })
    this.popup.addCommand('VmPopupView_Cancel', 'Cancel', cancel)
    this.popup.addCommand('VmPopupView_OnSave', 'OK', () => this.ok(), { primary: true })
    this.popup.addCommand('VmPopupView_OnAdvanced', '', () => this.switchMode(), { left: true })
  }

  async show() {
    this.popup.show()
    this.setAdvanced(localStorage.getItem(ADVANCED) !== 'false')
    this.tabs.switchTab('General')
    this.popup.progress(true)
    const [clusters, templates] = await Promise.all([lists.clusters(), lists.templates()])
    this.clusters = clusters
    this.templates = templates
    const own = clusters.find((each) => each.id === this.vm?.cluster?.id) ?? clusters[0]
    this.template = templates.find((each) => each.name === 'Blank') ?? templates[0]
    await pause(20)
    this.popup.progress(false)
    this.cluster.setItems(clusters.map((each) => each.name), own.name)
    this.templateBox.setItems(templates.map((each) => each.name), this.template.name)
    await this.toCluster(own, true)
    if (this.vm) this.vmId.value = this.vm.id
    this.name.focus()
  }

  makeFields() {
    const { stored } = this
    const input = (name, value, more = {}) => {
      const made = h('input', { type: 'text', class: 'form-control', id: ID(name), 'aria-label': name, ...more })
      made.value = value
      return made
    }
    this.name = input('name', this.clone ? '' : stored.name)
    this.vmId = input('vmId', '', { disabled: Boolean(this.vm) })
    this.description = input('description', stored.description)
    this.memory = input('memSize', `${stored.memory} MB`)
    this.maxMemory = input('maxMemorySize', `${stored.maxMemory} MB`)
    this.vcpus = input('totalCPUCores', stored.vcpus)
    this.nativeNodes = input('numaNodeCount', 0)
    this.cpuPinning = input('cpuPinning', stored.cpuPinning)
    this.cpuPinning.onchange = () => {
      if (this.cpuPinning.value) this.setMode(1)
    }
    for (const field of [this.memory, this.maxMemory]) {
      field.onchange = () => {
        field.value = `${megabytes(field.value)} MB`
      }
    }
    this.cluster = new ListBox({
      label: 'Cluster',
      onChosen: (name) => this.toCluster(this.clusters.find((each) => each.name === name)),
    })
    this.templateBox = new ListBox({ label: 'Template', onChosen: (name) => this.toTemplate(name) })
    this.migration = new ListBox({
      label: 'Migration mode',
      onChosen: (text) => {
        this.mode = MODE_TEXTS.indexOf(text)
      },
    })
    this.threads = new ListBox({ id: ID('threadsPerCore'), label: 'Threads per core' })
    this.threads.setItems(['1', '2', '4', '8'], `${stored.threads}`)
    this.header = h('div', { class: 'dialog_headerSeparator', style: 'display:block' },
      h('div', { class: 'container-fluid' },
        field('Cluster', h('div', { id: ID('dataCenterWithCluster') }, this.cluster.element)),
        this.vm ? null : field('Template', this.templateBox.element)))
  }

  addTabs() {
    const page = (...children) => h('div', { class: 'container-fluid' }, children)
    const { tabs } = this
    tabs.add(1, 'General', page(field('Name', this.name), field('VM Id', this.vmId), field('Description', this.description)), { advanced: false })
    tabs.add(2, 'System', page(field('Memory Size', this.memory), field('Maximum memory', this.maxMemory), field('Total Virtual CPUs', this.vcpus), field('Threads per Core', this.threads.element)))
    tabs.add(3, 'Pool', page(), { hidden: true })
    for (const [number, title] of [[4, 'Initial Run'], [5, 'Console']]) tabs.add(number, title, page(notHere()))
    tabs.add(6, 'Host', page(field('Migration mode', h('div', { id: ID('migrationMode') }, this.migration.element)), field('NUMA Node Count', this.nativeNodes)))
    tabs.add(7, 'High Availability', page(notHere()))
    tabs.add(8, 'Resource Allocation', page(field('CPU Pinning topology', this.cpuPinning)))
    for (const [number, title] of [[9, 'Boot Options'], [10, 'Random Generator']]) tabs.add(number, title, page(notHere()))
    tabs.add(11, 'Custom Properties', this.sheet.element)
    for (const [number, title] of [[12, 'Icon'], [13, 'Foreman/Satellite'], [14, 'Affinity']]) tabs.add(number, title, page(notHere()))
  }

  /** Another cluster: rows are kept but rebuilt, and stored values come back. */
  async toCluster(cluster, first = false) {
    this.clusterId = cluster.id
    const known = await definitions(cluster.version)
    this.sheet.deserialize(first ? propertiesText(this.vm) : this.sheet.serialize(), known)
    this.setMode(0)
    await pause(2)
    this.setMode(this.stored.mode)
    if (first) return
    this.memory.value = `${this.stored.memory} MB`
    this.vcpus.value = this.stored.vcpus
    if (this.isNew) this.toTemplate(this.template.name)
  }

  /** A new VM takes the template's properties in place of all that there are. */
  toTemplate(name) {
    this.template = this.templates.find((each) => each.name === name)
    this.sheet.deserialize(propertiesText(this.template))
  }

  setMode(index) {
    this.mode = index
    this.migration.setItems(MODE_TEXTS, MODE_TEXTS[index])
  }

  setAdvanced(on) {
    this.advanced = on
    localStorage.setItem(ADVANCED, on)
    this.tabs.setMode(on)
    this.popup.relabel('VmPopupView_OnAdvanced', on ? 'Hide Advanced Options' : 'Show Advanced Options')
  }

  switchMode() {
    this.setAdvanced(!this.advanced)
  }

  async ok() {
    if (this.saving || !this.popup.element.isConnected) return
    const sheet = this.sheet.validate()
    const name = /^[\w.-]+$/.test(this.name.value)
    this.name.parentElement.classList.toggle('has-error', !name)
    if (!sheet || !name) {
      this.tabs.switchTab(name ? 'Custom Properties' : 'General')
      return
    }
    this.saving = true
    await pause(15) // the name is checked by a query of its own, and only then is all read
    const { stored, clusterId, template, vm, isNew } = this
    const fields = {
      ...stored,
      name: this.name.value,
      description: this.description.value,
      memory: megabytes(this.memory.value),
      maxMemory: megabytes(this.maxMemory.value),
      vcpus: Number(this.vcpus.value) || stored.vcpus,
      threads: Number(this.threads.value),
      mode: this.mode,
      cpuPinning: this.cpuPinning.value,
    }
    const properties = this.sheet.serialize()
    this.popup.progress(true)
    try {
      await save({ vm, isNew, fields, clusterId, template, properties })
    } catch (error) {
      this.onError(error)
    }
    this.popup.hide()
  }
}

function field(label, element) {
  return h('div', { class: 'form-group' }, h('label', { class: 'control-label' }, label), h('div', {}, element))
}

function notHere() {
  return h('p', {}, 'The stand-in has nothing here.')
}

/** For an Edit: what is pending counts, as in the engine's own dialog. */
export async function readVm(id) {
  return ask(`/vms/${id}?next_run=true`)
}
