// SPDX-License-Identifier: Apache-2.0
/** German. */
import type { dialogs as en } from '../en/dialogs'
import type { Translated } from '../en'

export const dialogs: Translated<typeof en> = {
  'notice.migration':
    'Mit NUMA-Einstellungen ist diese VM an ihren Host gebunden, solange sie läuft: Ihr Migrationsmodus wird „Migration nicht zulassen“.',
  'notice.migratable':
    'Der Migrationsmodus lässt Migration zu, aber Hosts weigern sich, eine VM mit NUMA-Einstellungen zu migrieren. Stellen Sie ihn auf „Migration nicht zulassen“.',
  'notice.pinsRemoved':
    'Die CPU-Zuordnungen der früheren Einstellungen werden entfernt: Der Host hält die vCPUs bei ihrem Speicher.',
  'notice.nextRun':
    'Die VM läuft. NUMA-Einstellungen wirken, wenn sie heruntergefahren und neu gestartet wird; der Migrationsmodus sofort.',
  'notice.native':
    'Die VM hat {count} virtuelle NUMA-Knoten von oVirt selbst. Beide Arten zusammen gehen nicht.',
  'notice.native.dialog':
    'Setzen Sie die Zahl der NUMA-Knoten auf dem Reiter Host auf 0, oder übernehmen Sie sie mit dem Knopf NUMA in der Liste der VMs.',
  'notice.adopt': 'Übernehmen',
  'notice.undefined':
    'Die Engine kennt die Eigenschaft {names} auf Stufe {level} des Clusters {cluster} nicht: Die VM könnte damit nicht gespeichert werden. Führen Sie „ovirt-numa setup“ auf dem Rechner der Engine aus.',
  'notice.locked': 'Eigenschaften können hier nicht geändert werden: Die VM gehört zu einem Pool.',
  'notice.locked.pool':
    'Eigenschaften eines Pools können in diesem Dialog nicht geändert werden. REST und "ovirt-numa set" können es.',
  'notice.refused':
    'Der Dialog nimmt diese Einstellungen nicht an: Sein Reiter für benutzerdefinierte Eigenschaften ist anders als erwartet. Dort ist alles wie zuvor, und der Migrationsmodus auch.',
  'notice.template': 'VMs aus dieser Vorlage bekommen diese Einstellungen.',
  'notice.readOnly':
    'Sie dürfen diese Einstellungen ansehen, aber nicht ändern: Ihre Rollen erlauben nicht, benutzerdefinierte Eigenschaften von VMs zu ändern.',
  'notice.undefined.short':
    'Die Engine kennt die Eigenschaft {names} auf der Kompatibilitätsstufe dieser VM nicht. Führen Sie „ovirt-numa setup“ auf dem Rechner der Engine aus.',
  'notice.hooksMissing':
    'Auf {hosts} fehlt der Hook: Dort startet die VM ohne ihre NUMA-Einstellungen. Installieren Sie dort vdsm-hook-numa, oder erlauben Sie der VM nur andere Hosts.',
  'notice.hooksOld':
    'Der Hook auf {hosts} ist alt oder nicht vollständig: Aktualisieren Sie dort vdsm-hook-numa.',
  'notice.native.host': 'Zum Reiter Host',
  'notice.adopt.sure':
    'oVirts eigene virtuelle NUMA-Knoten übernehmen? Sie werden diese Zellen, und dort entfernt:',
  'notice.adopt.yes': 'Übernehmen',
  'notice.adopt.running': 'Fahren Sie die VM zuerst herunter: Erst dann gibt oVirt sie her.',
  'notice.adopt.cell': 'Zelle {id}: vCPUs {cpus}, {memory}',
  'notice.adopt.bound': 'Zelle {id}: vCPUs {cpus}, {memory}, auf Knoten {nodes} ({mode})',

  'ok.errors':
    'Die NUMA-Einstellungen haben Fehler, und noch ist nichts gespeichert. Drücken Sie noch einmal OK, um trotzdem zu speichern (was halb getippt ist, bleibt weg, und die VM startet vielleicht nicht), oder berichtigen Sie sie auf dem Reiter NUMA.',
  'ok.refused':
    'Dieser Dialog nimmt die NUMA-Einstellungen nicht an, und noch ist nichts gespeichert. Speichern Sie die VM ohne sie und drücken Sie dann NUMA über der Liste der VMs.',
  'ok.refused.noButton':
    'Dieser Dialog nimmt die NUMA-Einstellungen nicht an, und noch ist nichts gespeichert. Tragen Sie sie auf dem Reiter für benutzerdefinierte Eigenschaften ein, oder speichern Sie ohne sie.',
  'ok.refused.save': 'Ohne sie speichern',
  'ok.without.refused':
    'Die VM wurde ohne die NUMA-Einstellungen gespeichert: Der Dialog hat sie nicht angenommen. Drücken Sie NUMA über der Liste der VMs, um sie zu setzen.',
  'ok.without.errors':
    'Die VM wurde mit den bisherigen NUMA-Einstellungen gespeichert: Die auf dem Reiter NUMA haben Fehler. Öffnen Sie sie noch einmal, um sie zu berichtigen.',

  'editor.title': 'NUMA-Einstellungen von {vm}',
  'editor.saved': 'Die NUMA-Einstellungen von {vm} sind gespeichert.',
  'editor.saved.nextRun':
    'Die NUMA-Einstellungen von {vm} sind gespeichert und wirken ab dem nächsten Start.',
  'editor.removed': 'Die NUMA-Einstellungen von {vm} sind entfernt.',
  'editor.remove': 'NUMA-Einstellungen entfernen',
  'editor.conflict': 'Jemand anderes hat diese VM geändert, seit Sie sie geöffnet haben.',
  'editor.conflict.theirs': 'Deren Einstellungen zeigen',
  'editor.conflict.mine': 'Meine trotzdem speichern',
  'editor.force': 'Trotzdem speichern',
  'editor.failed': 'Es wurde nicht gespeichert.',
  'editor.remove.sure': 'NUMA-Einstellungen von {vm} entfernen?',
  'editor.discard': 'Verwerfen',
  'editor.discard.sure': 'Schließen, ohne die Änderungen zu speichern?',

  'host.pointer':
    'Einstellungen, die auch für große Hosts, Vorlagen und jeden Host des Clusters gelten:',
  'host.pointer.link': 'Reiter NUMA',
}
