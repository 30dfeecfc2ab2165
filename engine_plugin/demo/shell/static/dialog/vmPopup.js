// SPDX-License-Identifier: Apache-2.0
/**
 * The dialogs of VMs, templates and pools: structure, ids and timing as WebAdmin's, fewer fields.
 *
 * Decides what the engine's builders and behaviours decide: when rows are rebuilt (another
 * cluster, another template), when stored values come back, that OK validates and then reads
 * after a name check of its own, and that content is away while something is asked.
 */
import { definitions, lists } from '../engine.js'
import { FIRST_BUTTON, Fields, TABS } from './fields.js'
import { KeyValueSheet } from './keyValue.js'
import { KINDS } from './kinds.js'
import { Popup } from './popup.js'
import { TabPanel } from './tabPanel.js'
import { fieldsOf, megabytes, MODE_TEXTS, propertiesText, save, templateText } from './vmModel.js'

const ADVANCED = 'ENGINE_WebAdmin_wa_vm_dialog'
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class VmPopup {
  /** `item` is what is edited; `root` other than WebAdmin's own is of a version that nobody knows. */
  constructor({ kind, item, sheet, root, onClosed, onError }) {
    this.kind = { ...KINDS[kind], ...(root ? { root } : {}) }
    Object.assign(this, { item, onError })
    this.stored = fieldsOf(item)
    this.sheet = new KeyValueSheet({ kind: sheet, locked: this.kind.locked })
    this.fields = new Fields(this.kind)
    this.fill()
    this.tabs = new TabPanel(this.kind.root, this.fields.header)
    for (const [number, title, tabindex] of TABS) {
      const content = number === 11 ? this.sheet.element : this.fields.pageOf(number)
      this.tabs.add(number, title, content, { tabindex, advanced: number > 1, hidden: this.kind.hiddenTabs.includes(number) })
    }
    this.popup = this.makePopup(onClosed)
  }

  makePopup(onClosed) {
    const { view, save: command, title } = this.kind
    const cancel = () => this.popup.hide()
    const popup = new Popup({
      title, width: '930px', height: '812px', wizard: true, content: this.tabs.element, firstIndex: FIRST_BUTTON,
      onOk: () => this.ok(), onCancel: cancel, onClosed, onShown: () => this.fields.name.focus(),
    })
    popup.addCommand(`${view}_Cancel`, 'Cancel', cancel)
    popup.addCommand(`${view}_${command}`, 'OK', () => this.ok(), { primary: true })
    popup.addCommand(`${view}_OnAdvanced`, '', () => this.setAdvanced(!this.advanced), { left: true })
    return popup
  }

  async show() {
    const { fields, popup } = this
    popup.show()
    this.setAdvanced(localStorage.getItem(ADVANCED) !== 'false')
    this.tabs.switchTab('General')
    popup.progress(true)
    const [clusters, templates, hosts] = await Promise.all([lists.clusters(), lists.templates(), lists.hosts()])
    Object.assign(this, { clusters, templates, hosts })
    const own = clusters.find((each) => each.id === this.item?.cluster?.id) ?? clusters[0]
    this.template = templates.find((each) => each.id === this.item?.template?.id) ?? templates.find((each) => each.name === 'Blank') ?? templates[0]
    await pause(20)
    popup.progress(false)
    fields.cluster.setItems(clusters.map((each) => each.name), own.name)
    fields.template.setItems(templates.map(templateText), templateText(this.template))
    fields.baseTemplate.setItems([], this.kind.of === 'template' ? this.stored.name : '')
    await this.toCluster(own, true)
    if (this.item && this.kind.of !== 'pool') fields.vmId.value = this.item.id
  }

  fill() {
    const { fields, stored, kind } = this
    const texts = { name: this.item && kind.isNew ? '' : stored.name, description: stored.description, memory: `${stored.memory} MB`, maxMemory: `${stored.maxMemory} MB` }
    Object.assign(texts, { vcpus: stored.vcpus, nativeNodes: 0, cpuPinning: stored.cpuPinning })
    for (const [name, text] of Object.entries(texts)) fields[name].value = text
    fields.threads.setItems(['1', '2', '4', '8'], `${stored.threads}`)
    fields.cpuPinning.onchange = () => {
      if (fields.cpuPinning.value) this.setMode(1)
    }
    for (const field of [fields.memory, fields.maxMemory]) {
      field.onchange = () => {
        field.value = `${megabytes(field.value)} MB`
      }
    }
    fields.cluster.heard = (name) => this.toCluster(this.clusters.find((each) => each.name === name))
    fields.template.heard = (text) => this.toTemplate(this.templates.find((each) => templateText(each) === text))
    fields.migration.heard = (text) => {
      this.mode = MODE_TEXTS.indexOf(text)
    }
  }

  /** Another cluster: rows are kept but rebuilt, and stored values come back. */
  async toCluster(cluster, first = false) {
    this.clusterId = cluster.id
    this.popup.progress(true)
    const known = await definitions(cluster.version)
    this.popup.progress(false)
    this.sheet.deserialize(first ? propertiesText(this.item) : this.sheet.serialize(), known)
    this.setHosts(cluster, first)
    this.setMode(0)
    await pause(2)
    this.setMode(this.stored.mode)
    if (first) return
    this.fields.memory.value = `${this.stored.memory} MB`
    this.fields.vcpus.value = this.stored.vcpus
    if (this.kind.isNew && !this.item) this.toTemplate(this.template)
  }

  setHosts(cluster, first) {
    const own = this.hosts.filter((each) => each.cluster?.id === cluster.id).map((each) => each.name)
    const wanted = first ? this.hosts.filter((each) => this.stored.hosts.some(({ id }) => id === each.id)).map((each) => each.name) : []
    this.fields.hosts.setItems(own, wanted.length ? wanted : own.slice(0, 1))
    this.fields.chooseHosts(wanted.length > 0)
    if (this.kind.locked) this.fields.hosts.disabled = true
  }

  /** A new VM takes the template's properties in place of all that there are. */
  toTemplate(template) {
    this.template = template
    this.sheet.deserialize(propertiesText(template))
  }

  setMode(index) {
    this.mode = index
    this.fields.migration.setItems(MODE_TEXTS, MODE_TEXTS[index])
  }

  setAdvanced(on) {
    this.advanced = on
    localStorage.setItem(ADVANCED, on)
    this.tabs.setMode(on)
    this.fields.setAdvanced(on)
    this.popup.relabel(`${this.kind.view}_OnAdvanced`, on ? 'Hide Advanced Options' : 'Show Advanced Options')
  }

  async ok() {
    const { fields } = this
    if (this.saving || !this.popup.element.isConnected) return
    const sheet = this.sheet.validate()
    const name = /^[\p{L}\d_.-]+$/u.test(fields.name.value)
    fields.rows.name.firstChild.classList.toggle('has-error', !name)
    if (!sheet || !name) {
      this.tabs.reveal([...(name ? [] : ['General']), ...(sheet ? [] : ['Custom Properties'])])
      return
    }
    this.saving = true
    // The name is checked by a query of its own, and only then is all read.
    if (await this.nameTaken()) return this.refuseName()
    const properties = this.sheet.serialize()
    const now = this.read()
    this.popup.progress(true)
    await save({ ...this, fields: now, properties }).catch(this.onError)
    this.popup.hide()
  }

  async nameTaken() {
    const { fields, kind, item, popup } = this
    if (kind.of !== 'vm') return false
    popup.progress(true)
    const found = await lists.vms(`name="${fields.name.value}"`)
    popup.progress(false)
    return found.some((each) => each.name === fields.name.value && (kind.isNew || each.id !== item.id))
  }

  refuseName() {
    this.saving = false
    this.fields.rows.name.firstChild.classList.add('has-error')
    this.tabs.reveal(['General'])
  }

  /** All fields as they are when the dialog is saved. */
  read() {
    const { fields, stored, hosts } = this
    const chosen = hosts.filter((each) => fields.hosts.chosen.includes(each.name))
    return {
      ...stored,
      name: fields.name.value,
      description: fields.description.value,
      memory: megabytes(fields.memory.value),
      maxMemory: megabytes(fields.maxMemory.value),
      vcpus: Number(fields.vcpus.value) || stored.vcpus,
      threads: Number(fields.threads.value),
      mode: this.mode,
      cpuPinning: fields.cpuPinning.value,
      hosts: fields.specificHost.checked ? chosen : [],
    }
  }
}
