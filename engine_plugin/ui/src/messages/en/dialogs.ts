// SPDX-License-Identifier: Apache-2.0
/** The editor in WebAdmin's dialog and in its own: notices, saving, and what holds OK back. */
export const dialogs = {
  'notice.migration':
    'With NUMA settings this VM is bound to its host while it runs: its migration mode becomes "Do not allow migration".',
  'notice.migratable':
    'The migration mode allows migration, but hosts refuse to migrate a VM with NUMA settings. Set it to "Do not allow migration".',
  'notice.pinsRemoved':
    'The CPU pins that came with the former settings are removed: the host holds the vCPUs beside their memory.',
  'notice.nextRun':
    'The VM is running. NUMA settings take effect when it is shut down and started again; the migration mode at once.',
  'notice.native':
    "The VM has {count} virtual NUMA nodes of oVirt's own. The two kinds cannot be used together.",
  'notice.native.dialog':
    'Set "NUMA Node Count" on the Host tab to 0, or use the NUMA button on the VM list to take them over.',
  'notice.adopt': 'Take them over',
  'notice.undefined':
    'The engine does not know the property {names} at level {level} of cluster {cluster}: the VM could not be saved with it. Run "ovirt-numa setup" on the engine machine.',
  'notice.locked': 'Properties cannot be changed here: the VM belongs to a pool.',
  'notice.locked.pool':
    'Properties of a pool cannot be changed in this dialog. REST and "ovirt-numa set" can do it.',
  'notice.refused':
    'The dialog does not take these settings: its Custom Properties tab is not as expected. Everything there is as it was, and so is the migration mode.',
  'notice.template': 'VMs made from this template get these settings.',
  'notice.readOnly':
    'You may look at these settings, but not change them: your roles do not allow changing custom properties of VMs.',
  'notice.undefined.short':
    "The engine does not know the property {names} at this VM's compatibility level. Run “ovirt-numa setup” on the engine machine.",
  'notice.hooksMissing':
    'The hook is missing on {hosts}: there the VM starts without its NUMA settings. Install vdsm-hook-numa there, or allow the VM other hosts only.',
  'notice.hooksOld': 'The hook on {hosts} is old or not complete: update vdsm-hook-numa there.',
  'notice.native.host': 'Go to the Host tab',
  'notice.adopt.sure':
    "Take oVirt's own virtual NUMA nodes over? They become these cells, and are removed there:",
  'notice.adopt.yes': 'Take over',
  'notice.adopt.running': 'Shut the VM down first: oVirt gives them up only then.',
  'notice.adopt.cell': 'cell {id}: vCPUs {cpus}, {memory}',
  'notice.adopt.bound': 'cell {id}: vCPUs {cpus}, {memory}, on node {nodes} ({mode})',

  'ok.errors':
    'The NUMA settings have errors, and nothing is saved yet. Press OK once more to save all the same (what is half typed is left out, and the VM may not start), or correct them on the NUMA tab.',
  'ok.refused':
    'This dialog does not take the NUMA settings, and nothing is saved yet. Save the VM without them, then press NUMA above the list of VMs.',
  'ok.refused.noButton':
    'This dialog does not take the NUMA settings, and nothing is saved yet. Type them into its Custom Properties tab, or save without them.',
  'ok.refused.save': 'Save without them',
  'ok.without.refused':
    'The VM was saved without the NUMA settings: the dialog did not take them. Press NUMA above the list of VMs to set them.',
  'ok.without.errors':
    'The VM was saved with the NUMA settings that it had: those on the NUMA tab have errors. Open it again to correct them.',

  'editor.title': 'NUMA settings of {vm}',
  'editor.saved': 'NUMA settings of {vm} are saved.',
  'editor.saved.nextRun': 'NUMA settings of {vm} are saved and take effect at its next start.',
  'editor.removed': 'NUMA settings of {vm} are removed.',
  'editor.remove': 'Remove NUMA settings',
  'editor.conflict': 'Somebody else has changed this VM since you opened it.',
  'editor.conflict.theirs': 'Show their settings',
  'editor.conflict.mine': 'Save mine all the same',
  'editor.force': 'Save all the same',
  'editor.failed': 'It was not saved.',
  'editor.remove.sure': 'Remove the NUMA settings of {vm}?',
  'editor.discard': 'Discard',
  'editor.discard.sure': 'Close without saving the changes?',

  'host.pointer': 'Settings that also hold for huge hosts, templates and any host of the cluster:',
  'host.pointer.link': 'NUMA tab',
} as const
