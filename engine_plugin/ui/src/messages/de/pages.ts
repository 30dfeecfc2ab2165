// SPDX-License-Identifier: Apache-2.0
/** German. */
import type { pages as en } from '../en/pages'
import type { Translated } from '../en'

export const pages: Translated<typeof en> = {
  'vm.current': 'Jetzt',
  'vm.pending': 'Ab dem nächsten Start',
  'vm.none': 'keine NUMA-Einstellungen',
  'vm.nodeset': 'Hostknoten',
  'vm.topology': 'Topologie des Gasts',
  'vm.migration': 'Migration',
  'vm.migration.pinned': 'migriert nicht',
  'vm.migration.user_migratable': 'nur von Hand',
  'vm.migration.migratable': 'von Hand und automatisch',
  'vm.edit': 'Bearbeiten',
  'vm.status': 'Status',
  'vm.runsOn': 'auf {host}',
  'vm.lies': 'Wo sie liegt',
  'vm.wouldLie': 'Wo sie liegen würde',

  'host.title': 'NUMA-Knoten von {host}',
  'host.vms.none': 'An diesen Knoten ist keine VM gebunden.',
  'host.more': 'und {count} weitere',
  'host.sum': '{nodes} Knoten, {cpus} CPUs, {free} von {total} frei',

  'hook.ok': 'Hook {version}',
  'hook.partial': 'Hook {version}',
  'hook.old': 'Hook {version}',
  'hook.foreign': 'fremder Hook',
  'hook.missing': 'kein Hook',
  'hook.unknown': 'Hook unbekannt',
  'hook.why.partial': 'Er ist nicht an jedem Hook-Punkt: dort numa-hook status ausführen.',
  'hook.why.old': 'Er kann nicht alle Einstellungen lesen: aktualisieren.',
  'hook.why.foreign':
    'Sein 50_numa ist nicht von uns: VMs starten hier ohne ihre NUMA-Einstellungen.',
  'hook.why.missing': 'VMs starten hier ohne ihre NUMA-Einstellungen.',
  'hook.why.differs': 'Er ist anders als auf den übrigen Hosts.',

  'cluster.title': 'NUMA im Cluster {cluster}',
  'cluster.setup': 'Einrichtung',
  'cluster.capacity': 'Kapazität',
  'cluster.vms': 'Virtuelle Maschinen',
  'cluster.property': 'Eigenschaft {name}',
  'cluster.property.yes': 'definiert',
  'cluster.property.no': 'auf Stufe {level} nicht definiert',
  'cluster.nodes': 'Knoten',
  'cluster.free': 'Frei',
  'cluster.largest': 'Größter freier Knoten',
  'cluster.vcpus.held': 'bei ihrem Speicher gehalten auf allen {count} Hosts',
  'cluster.vcpus.loose': 'nicht gehalten oder nicht bekannt auf {hosts}',
  'cluster.hook': 'Hook',
  'cluster.state': 'Zustand',
  'cluster.state.bound': 'gebunden',
  'cluster.state.unbound': 'ungebunden',
  'cluster.state.trouble': 'mit Problem',
  'cluster.property.wrong': 'mit einem anderen Muster definiert, das gültige Werte ablehnt',
  'cluster.hook.all': 'auf allen {count} Hosts',
  'cluster.hook.missing': 'nicht vollständig auf {hosts}',
  'cluster.command': 'Führen Sie dies auf der Engine-Maschine aus; es startet die Engine neu',
  'cluster.noVms': 'Der Cluster hat keine virtuellen Maschinen.',
  'cluster.vm': 'Virtuelle Maschine',
  'cluster.search': 'Namen, Einstellungen, Gründe durchsuchen',
  'cluster.shown': '{count} von {all} VMs',
  'cluster.next.hook':
    'Als Nächstes: vdsm-hook-numa auf {hosts} installieren oder aktualisieren, dann deren Fähigkeiten neu einlesen.',
  'cluster.next.vcpus':
    'Als Nächstes: ovirt-numa-affinity auf {hosts} starten, damit vCPUs bei ihrem Speicher bleiben.',
  'cluster.next.none':
    'Alles ist eingerichtet. Als Nächstes: eine VM bearbeiten und auf dem Reiter NUMA wählen, was Sie möchten.',

  'vcpus.name': 'vCPUs',
  'vcpus.host.held': 'hält vCPUs bei ihrem Speicher seit {since}',
  'vcpus.host.loose': 'vCPUs werden nicht gehalten',
  'vcpus.host.unknown': 'vCPUs: nicht bekannt',
  'vcpus.host.why.loose':
    'VDSM verteilt sie auf alle Knoten. Starten Sie ovirt-numa-affinity auf dem Host und frischen Sie seine Fähigkeiten auf.',
  'vcpus.host.why.unknown':
    'Aktualisieren Sie vdsm-hook-numa auf dem Host und frischen Sie seine Fähigkeiten auf.',
  'vcpus.vm.held': 'bei ihrem Speicher gehalten',
  'vcpus.vm.pinned': 'der eigenen CPU-Zuordnung der VM überlassen',
  'vcpus.vm.loose': 'auf alle Knoten verteilt',
  'vcpus.vm.unknown': 'nicht bekannt',
  'vcpus.vm.why.loose': 'Der Dienst numa-affinity läuft nicht auf {hosts}.',
  'vcpus.vm.why.unknown': '{hosts}: nicht gemeldet.',

  'decision.title': 'Der letzte Start, {time}',
  'decision.chosen': 'gewählt',
  'decision.passed': 'ginge auch',
  'decision.refused': 'übergangen',
  'decision.unknown': 'nicht bekannt',
  'decision.not_asked': 'nicht gefragt',

  'host.ask': '{host} noch einmal fragen',
  'host.ask.failed': 'Der Host wurde nicht gefragt.',
  'host.advice': 'Einstellungen des Hosts',
  'host.advice.none': 'Nichts zu ändern.',
  'host.advice.untold':
    'Die Hooks auf {host} melden dessen Einstellungen nicht. Führen Sie dort „numa-domain host --advise“ aus, oder aktualisieren Sie vdsm-hook-numa und fragen Sie den Host noch einmal.',
  'host.advice.looked':
    '{count, plural, one {# Einstellung} other {# Einstellungen}}, wie der Host sie gemeldet hat, {time}',
  'vm.lies.told': 'Auf Knoten {nodes}, wie {host} es gemeldet hat, {time}.',
  'vm.lies.amounts': 'Ihr Speicher bisher: {amounts}.',
  'vm.lies.node': '{memory} auf Knoten {node}',
  'vm.lies.before':
    'Sie läuft auf {host}, und dieser hat von ihr noch nichts gemeldet: Die Engine gibt das nur weiter, wenn sie den Host fragt. Bis dahin zeigt das Bild, wohin sie jetzt käme.',
  'vm.lies.unknown':
    'Sie läuft auf {host}, aber wo ihr Speicher liegt, melden dessen Hooks nicht: Führen Sie dort „numa-domain verify“ aus, oder aktualisieren Sie vdsm-hook-numa.',
}
