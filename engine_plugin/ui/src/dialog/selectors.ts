// SPDX-License-Identifier: Apache-2.0
/**
 * Every selector of the engine's Add/Edit VM dialog, and where they were read.
 *
 * Decides by what the dialog is recognised: ids and structure, never a translated text and
 * never an obfuscated class. Another version of the engine is a change of this file alone.
 */

/** Files of this version; the same in 4.5.7, a few lines different in 4.5.0. */
export const READ_FROM = 'ovirt-engine 4.5.8-SNAPSHOT, commit 0111fc63'

export interface DialogKind {
  readonly kind: 'vm' | 'template' | 'pool'
  /** Of the content; also the prefix of the ids of its fields. */
  readonly root: string
  /** Of the elements around the OK button. */
  readonly ok: readonly string[]
}

export const DIALOGS: readonly DialogKind[] = [
  { kind: 'vm', root: 'VmPopupWidget', ok: ['VmPopupView_OnSave', 'VmPopupView_OnSaveVm'] },
  { kind: 'vm', root: 'VmClonePopupWidget', ok: ['VmClonePopupView_OnCloneVM'] },
  {
    kind: 'template',
    root: 'TemplateEditPopupWidget',
    ok: ['TemplateEditPopupView_OnSaveConfirm'],
  },
  { kind: 'pool', root: 'PoolNewPopupWidget', ok: ['PoolNewPopupView_OnSave'] },
  { kind: 'pool', root: 'PoolEditPopupWidget', ok: ['PoolEditPopupView_OnSave'] },
]

export const POPUP = '.popup-content'
/** Below the content; its first child is the buttons, which the dialog makes anew. */
export const FOOTER = '.modal-footer'
export const SIDEBAR = ':scope > .wizard-pf-sidebar > ul.list-group'
export const SIDEBAR_LINK = ':scope > li.list-group-item > a'
export const PANES = ':scope > .tab-content'

/** The eleventh of the tabs, Custom Properties. */
export const PROPERTIES_PANE = ':scope > .tab-content > #tab11'
/** The sixth, Host, with the fields for virtual nodes of oVirt's own. */
export const HOST_LINK = ':scope > .wizard-pf-sidebar a[data-target="tab6"]'
export const HOST_PANE = ':scope > .tab-content > #tab6'
/** A tab that only the advanced mode shows: ours comes and goes with it. */
export const ADVANCED_TARGET = 'tab11'

/** Suffixes of the ids of fields, behind the root's id and an underscore. */
export const FIELDS = {
  vmId: 'vmId',
  name: 'name',
  memory: 'memSize',
  vcpus: 'totalCPUCores',
  threads: 'threadsPerCore',
  cluster: 'dataCenterWithCluster',
  migration: 'migrationMode',
  nativeNodes: 'numaNodeCount',
  cpuPinning: 'cpuPinning',
  specificHost: 'specificHost',
  hosts: 'defaultHost',
} as const

/** Without these the dialog is not one that we know. */
export const NEEDED = [FIELDS.memory, FIELDS.vcpus] as const

/** A list box: there is no <select> in the dialog. */
export const LIST_BOX = {
  button: 'button.dropdown-toggle',
  current: '.filter-option',
  items: 'ul.dropdown-menu > li[role=presentation]',
} as const

/**
 * The sheet of key-value rows. Groups of a value are a password, a text and a list; the first
 * that is shown counts. No key is chosen where that one is disabled and the list of keys is not.
 */
export const ROWS = {
  key: '.row > .col-sm-6:first-child',
  value: ':scope > .col-sm-6:nth-child(2)',
  groups: ':scope > .form-group',
  text: 'input.form-control',
  minus: ':scope > button:has(> i.fa-minus)',
  plus: ':scope > button:has(> i.fa-plus)',
} as const

/** Positions of the migration modes in their list; one alone is "pinned". */
export const MIGRATION_ORDER = ['migratable', 'manual', 'pinned'] as const

export const INVALID = '.has-error'
