// SPDX-License-Identifier: Apache-2.0
/**
 * The dialogs that are alike: New, Edit and Clone VM, Edit Template, Edit Pool.
 *
 * Decides what each is called, and which fields it hides or disables. Clone VM has every id of
 * New VM: its title alone tells it, and the id of its source in place of its own.
 */
const VM = { root: 'VmPopupWidget', view: 'VmPopupView', save: 'OnSave', hiddenTabs: [3] }
const TEMPLATE = { root: 'TemplateEditPopupWidget', view: 'TemplateEditPopupView', save: 'OnSaveConfirm', hiddenTabs: [3, 13, 14] }
const POOL = { root: 'PoolEditPopupWidget', view: 'PoolEditPopupView', save: 'OnSave', hiddenTabs: [7, 13, 14] }

export const KINDS = {
  new: { ...VM, title: 'New Virtual Machine', of: 'vm', isNew: true, hidden: ['baseTemplate'], disabled: ['cpuPinning'] },
  edit: { ...VM, title: 'Edit Virtual Machine', of: 'vm', hidden: ['baseTemplate'], disabled: ['template', 'vmId'] },
  clone: { ...VM, title: 'Clone Virtual Machine', of: 'vm', isNew: true, hidden: ['baseTemplate'], disabled: ['cluster', 'template', 'vmId'] },
  template: { ...TEMPLATE, title: 'Edit Template', of: 'template', hidden: ['template', 'nativeNodes'], disabled: ['template', 'baseTemplate', 'cpuPinning'] },
  pool: {
    ...POOL, title: 'Edit Pool', of: 'pool', locked: true, hidden: ['baseTemplate', 'nativeNodes'],
    disabled: ['cluster', 'baseTemplate', 'name', 'vmId', 'memory', 'maxMemory', 'vcpus', 'threads', 'anyHost', 'specificHost', 'hosts', 'migration', 'nativeNodes', 'cpuPinning'],
  },
}
