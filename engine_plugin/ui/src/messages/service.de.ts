// SPDX-License-Identifier: Apache-2.0
/** What the service says of where a VM fits and lies, in German; and the phrases in it. */
import type { ProblemTexts } from './fill'

export const serviceDe: ProblemTexts = {
  'phrase.vmNeeds': ['die VM braucht', ''],
  'phrase.cellNeeds': ['Zelle {cells} braucht', ''],
  'phrase.cellsNeed': ['Zellen {cells} brauchen', ''],
  'phrase.node': ['Knoten {nodes}', ''],
  'phrase.nodes': ['Knoten {nodes}', ''],
  'phrase.free': ['frei sind', ''],
  'phrase.freePages': ['in Seiten von {page} frei sind', ''],
  'phrase.promised': ['weitere {promised} anderen VMs versprochen', ''],
  'phrase.kept': ['{kept} behält der Kernel', ''],
  'phrase.and': [', ', ''],
  'phrase.forQemu': ['{size} (davon {qemu} für QEMU)', ''],
  'phrase.smaller': ['machen Sie sie kleiner, oder wählen Sie einen anderen Host', ''],
  'phrase.inPages': [' in Seiten von {page}', ''],
  'phrase.fits': ['passt {ways}', ''],
  'phrase.or': [', oder ', ''],
  'phrase.onNodes': ['auf Knoten {nodes}', ''],
  'phrase.withMemory': ['mit {size} Speicher', ''],
  'phrase.withCells': ['mit {size} für Zellen {cells}', ''],
  'phrase.freed': ['nachdem auf Knoten {nodes} {size} frei werden', ''],
  'phrase.auto': ['mit {text}', ''],
  LiesElsewhere: [
    '{memory} ihres Speichers liegen auf Knoten {nodes}, und gebunden ist sie an Knoten {asked}',
    'fahren Sie die VM herunter und starten Sie sie, um sie neu zu binden; mehr sagt numa-domain verify auf {host}',
  ],
  NodesLackMemory: [
    'kein Knoten mit Speicher bleibt übrig',
    'Speicher hat der Host auf Knoten {nodes}: Lassen Sie davon welche, oder schreiben Sie auto',
  ],
  CountTooLarge: [
    'auto:{count} verlangt mehr Knoten als die {has} mit Speicher, die der Host hat',
    'verlangen Sie höchstens {has} Knoten',
  ],
  NoRoom: ['{who} {needed} auf {nodes}, wo {available} {free}: {missing} fehlen', '{nearest}'],
  CountTooSmall: [
    '{who} {needed}{pages} auf {count} Knoten, und auf so vielen sind höchstens {most} frei',
    'verlangen Sie mehr Knoten, oder schreiben Sie auto',
  ],
  NoNodeHoldsIt: [
    '{who} {needed}{pages} auf einem Knoten, und frei sind höchstens {most}, auf Knoten {node}',
    'machen Sie sie kleiner, oder lassen Sie sie sich über mehrere Knoten verteilen',
  ],
  NoNodeForEach: [
    'Zellen {cells} brauchen je einen Knoten, und nur Knoten {nodes} fassen eine davon',
    'nehmen Sie weniger oder kleinere Zellen, oder lassen Sie Zellen sich einen Knoten teilen',
  ],
  NoPacking: [
    'auf den Knoten zusammen ist Platz, aber nicht für jede Zelle ganz auf einem',
    'nehmen Sie mehr und kleinere Zellen, oder lassen Sie sie sich verteilen',
  ],
  NoEvenShares: [
    '{who} {needed} in gleichen Teilen (interleave), wofür kein Knoten Platz hat',
    'nehmen Sie strict oder preferred, oder machen Sie sie kleiner',
  ],
  NoSetOfNodes: [
    'auf den Knoten zusammen ist Platz, aber auf keinen {count} davon',
    'verlangen Sie eine andere Anzahl, oder schreiben Sie auto',
  ],
  MemnodeModesMixed: [
    'Modus restrictive stünde neben {others} der memnodes der VM',
    'libvirt erlaubt das nicht: Nehmen Sie einen der anderen, oder entfernen Sie die eigene Bindung der VM',
  ],
  MemoryOverflows: [
    '{overflow} passen nicht auf die bevorzugten Knoten {nodes} und liegen dann anderswo',
    'bevorzugen Sie mehr Knoten, oder nehmen Sie langsameren Speicher hin',
  ],
  CpusScarce: [
    '{vcpus} vCPUs für {cpus} Online-CPUs von Knoten {nodes}',
    'vCPUs warten aufeinander: Nehmen Sie mehr Knoten oder weniger vCPUs',
  ],
  CpusMissing: [
    '{vcpus} vCPUs, und auf Knoten {nodes} ist keine Online-CPU',
    'aller Speicher ist fern: Nehmen Sie Knoten mit CPUs, oder machen Sie die Zelle zu bloßem Speicher',
  ],
  HostCellsLackMemory: [
    '`host` heißt eine Zelle für jeden Knoten mit Speicher, und auf Knoten {nodes} ist keiner',
    'nennen Sie in numa_nodeset Knoten mit Speicher',
  ],
  HostCellsNeedHost: [
    '`host` heißt eine Zelle für jeden benutzten Knoten, und hier ist kein Host bekannt',
    'nennen Sie einen Host, oder schreiben Sie eine Anzahl oder die Zellen',
  ],
  RestrictiveMixed: [
    'Modus restrictive von {restrictive} stünde neben Modus {other} von {others}',
    'libvirt lehnt das ab: restrictive überall oder nirgends',
  ],
  CachesSplit: [
    'die vCPUs eines Sockels (oder Dies), {vcpus}, sind in den Zellen {cells}',
    'der Kernel des Gasts warnt, dass sie über Knoten hinweg einen Cache teilen, und beachtet ihn dann nicht: Geben Sie der VM so viele Sockel wie Zellen',
  ],
  CellStartsIdle: [
    'keine vCPU von Zelle {cell}, {vcpus}, ist beim Start der VM eingesteckt',
    'Windows stürzt beim Booten ab: Geben Sie jeder Zelle eine der vCPUs {running}, oder starten Sie mit mehr',
  ],
  PinContradicts: [
    '{vcpus} dürfen nur auf CPUs {pin} laufen, und {owner} hat den Speicher auf {nodes} mit CPUs {cpus}',
    'ändern Sie die Bindung, oder wählen Sie die Knoten dieser CPUs',
  ],
  MemnodeCellMissing: [
    'der memnode ist für Zelle {cell}, und der Gast bekommt {cells}',
    'entfernen Sie ihn, oder verlangen Sie in numa_topology eine Zelle {cell}',
  ],
  InterconnectCellMissing: [
    '{name} betrifft Zelle {cell}, und der Gast bekommt {cells}',
    'entfernen Sie es, oder verlangen Sie in numa_topology eine Zelle {cell}',
  ],
  PageCellMissing: [
    'die Seite ist für Zellen {cells}, und der Gast bekommt {there}',
    'nehmen Sie {missing} aus ihrem nodeset, oder verlangen Sie solche Zellen in numa_topology',
  ],
  PageSizeUnsaid: [
    'die Standardseite des Hosts ist für Zellen {cells}, andere Seiten für andere',
    'schreiben Sie ihre Größe als memoryBacking/hugepages/page oder als page= der Zellen',
  ],
  AutoPlacementMixed: [
    "placement='auto' kann nicht neben memnodes stehen",
    'entfernen Sie es, oder geben Sie in numa_nodeset Knoten für die ganze VM an',
  ],
  NodesHidden: [
    'die Engine zeigt {count} weitere Knoten ohne CPUs nicht{memory}',
    'der Host entscheidet beim Start; um hier alle zu sehen, installieren Sie dort diese Version von vdsm-hook-numa und lesen Sie die Fähigkeiten neu ein',
  ],
  NodesAsTold: [
    'was auf Knoten {nodes} ohne CPUs frei ist, ist vom Host von {at}',
    'der Host entscheidet beim Start; lesen Sie seine Fähigkeiten für neue Zahlen neu ein',
  ],
  NodeNotShown: [
    'die Engine zeigt Knoten {nodes} nicht: Sie zeigt {shown} der {total} dieses Hosts',
    'der Host entscheidet beim Start; um hier alle zu sehen, installieren Sie dort diese Version von vdsm-hook-numa und lesen Sie die Fähigkeiten neu ein',
  ],
  HostUnreadable: [
    'Knoten {node} des Hosts: {reason}',
    'sehen Sie sich {path} auf der Engine an; lesen Sie die Fähigkeiten des Hosts neu ein',
  ],
  HostNodeless: [
    'die Engine kennt keine NUMA-Knoten dieses Hosts',
    'lesen Sie die Fähigkeiten des Hosts in oVirt neu ein',
  ],
  PromisesUntaken: [
    'sie passt nur, wenn {vms} allen hier versprochenen Speicher schon genommen haben',
    'der Host entscheidet beim Start; lassen Sie mehr Speicher frei, um sicher zu sein',
  ],
  NodesUntold: [
    'die Engine weiß nicht, auf welche Knoten der Host {vms} gelegt hat',
    'der Host entscheidet beim Start; was sie noch nicht benutzt haben, ist nicht gezählt',
  ],
  HostNotUp: [
    'der Host ist {host_status}',
    'aktivieren Sie ihn, oder erlauben Sie der VM andere Hosts',
  ],
  ClusterNone: [
    '{name} gehört zu keinem Cluster, also gibt es keine Hosts dafür',
    'sehen Sie sich eine VM an, die daraus gemacht ist',
  ],
  HookAbsent: [
    'der Hook {hook} ist nicht auf diesem Host: Die VM startet ohne ihre NUMA-Einstellungen',
    'installieren Sie dort vdsm-hook-numa, und lesen Sie die Fähigkeiten in oVirt neu ein',
  ],
  HookForeign: [
    'das Skript {hook} auf diesem Host ist nicht unseres: Die VM startet ohne ihre NUMA-Einstellungen',
    'entfernen Sie es, installieren Sie vdsm-hook-numa, und lesen Sie die Fähigkeiten in oVirt neu ein',
  ],
  HookOld: [
    'der Hook auf diesem Host ist Version {release} und liest Einstellungen bis Stufe {has}; diese sind von Stufe {needs}: Er würde die VM nicht starten lassen',
    'aktualisieren Sie dort vdsm-hook-numa, und lesen Sie die Fähigkeiten in oVirt neu ein',
  ],
  PagesOfHostOnly: [
    'die Engine weiß, wie viele große Seiten ein Host hat, aber nicht auf welchem Knoten',
    'numa-domain host zeigt sie auf dem Host selbst, der beim Start entscheidet',
  ],
  IoThreadMissing: [
    'die Bindung ist für I/O-Thread {thread}, und die VM hat {threads}',
    'entfernen Sie die Bindung, oder fügen Sie den Thread hinzu',
  ],
  MemoryOnlyNodes: [
    'Knoten {nodes} mit Speicher und ohne CPUs (HBM, GPU, CXL) sind unter denen von {target}',
    'lassen Sie sie weg: numa_nodeset={write}',
  ],
  NodesUnbindable: [
    'QEMU kann Speicher nicht an Knoten {missing} binden: Es kennt Nummern bis {last}',
    'nennen Sie welche von {nodes}, oder schreiben Sie auto',
  ],
  PreferredLacksMemory: [
    'Knoten {missing} kann nicht bevorzugt werden, denn er hat keinen Speicher: Der Kernel lehnt das ab',
    'nennen Sie welche von {nodes}, oder nehmen Sie hier strict',
  ],
}
