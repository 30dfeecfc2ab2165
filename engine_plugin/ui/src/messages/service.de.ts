// SPDX-License-Identifier: Apache-2.0
/** What the service says of hosts, VMs and the engine, in German; and the phrases in it. */
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
    '{vms} laufen hier auf Knoten, die der Host gewählt hat und die Engine nicht kennt',
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
  NothingAsked: [
    'weder Knoten noch Topologie sind angegeben',
    'geben Sie etwas an, oder entfernen Sie die Einstellungen',
  ],
  HostedEngine: [
    'in {name} läuft die Engine selbst, und eine solche VM darf keine benutzerdefinierten Eigenschaften haben',
    'lassen Sie sie, wie sie ist: Sie würde nicht mehr starten',
  ],
  PolicyHidden: [
    'die Engine lässt diesen Benutzer den Migrationsmodus von {name} nicht setzen',
    'bitten Sie einen Administrator: Nötig ist CHANGE_VM_CUSTOM_PROPERTIES, das nur Rollen von Administratoren haben',
  ],
  NativeNodes: [
    '{name} hat {count} virtuelle NUMA-Knoten von oVirt selbst, denen unsere widersprächen',
    'übernehmen Sie sie, oder entfernen Sie sie in oVirt (Host, NUMA)',
  ],
  BothKinds: [
    '{name} hat {count} virtuelle NUMA-Knoten von oVirt selbst neben den NUMA-Einstellungen',
    'übernehmen Sie sie, oder entfernen Sie sie in oVirt (Host, NUMA)',
  ],
  NoNativeNodes: [
    '{name} hat keine virtuellen NUMA-Knoten von oVirt zum Übernehmen',
    'speichern Sie stattdessen NUMA-Einstellungen',
  ],
  VmRuns: [
    '{name} ist {vm_status}: oVirt entfernt virtuelle NUMA-Knoten nur, während eine VM aus ist',
    'fahren Sie sie zuerst herunter',
  ],
  Migratable: [
    '{name} hat NUMA-Einstellungen und darf migrieren ({affinity}): Eine Migration würde scheitern',
    'speichern Sie die Einstellungen noch einmal, oder wählen Sie in oVirt „Migration nicht zulassen“',
  ],
  FormerName: [
    'die Knoten stehen in {property}, der Eigenschaft eines Hooks, den VDSM bis 2019 hatte',
    'speichern Sie die Einstellungen noch einmal: Sie kommen nach numa_nodeset',
  ],
  PoolEmpty: [
    'der Pool {name} hat keine VM, die seine Einstellungen behalten könnte',
    'setzen Sie sie in seiner Vorlage, oder geben Sie dem Pool zuerst VMs',
  ],
  PropertiesGone: [
    '{name} hat {properties}, die die Engine auf Stufe {level} nicht mehr kennt: Sie kann weder gestartet noch bearbeitet werden',
    'definieren Sie sie mit ovirt-numa setup auf der Engine neu, oder entfernen Sie die Einstellungen',
  ],
  PropertiesUndefined: [
    'die Engine kennt {properties} nicht als benutzerdefinierte Eigenschaften auf Stufe {level}',
    'definieren Sie sie auf der Engine, und starten Sie sie neu: ovirt-numa setup tut beides',
  ],
  HooksMissing: [
    '{name} könnte ohne NUMA-Einstellungen starten auf {hosts}: Dort fehlt {hook}',
    'installieren Sie dort vdsm-hook-numa, oder erlauben Sie der VM nur andere Hosts, oder speichern Sie trotzdem',
  ],
  HooksOld: [
    'kein Host von {name} hat einen Hook, der diese Einstellungen (Stufe {needs}) lesen kann: {hosts} würden sie nicht starten lassen',
    'aktualisieren Sie dort vdsm-hook-numa, oder speichern Sie trotzdem',
  ],
  MatchFailed: [
    'die Einstellungen von {name} wurden geändert, seit sie gelesen wurden',
    'sehen Sie sich die neueren an, und entscheiden Sie noch einmal',
  ],
  EngineForbids: [
    'die Engine erlaubt diesem Benutzer nicht: {action} ({detail})',
    'bitten Sie einen Administrator',
  ],
  EntityUnknown: [
    'die Engine hat {entity} nicht, oder zeigt es diesem Benutzer nicht',
    'prüfen Sie den Namen und die Berechtigungen',
  ],
  EngineRefused: [
    'die Engine lehnt ab: {action} ({detail})',
    'beheben Sie das, und versuchen Sie es noch einmal',
  ],
  EngineOccupied: [
    'die Engine kann jetzt nicht: {action} ({detail})',
    'sie ist mit demselben Objekt beschäftigt: Versuchen Sie es danach noch einmal',
  ],
  EngineStarting: [
    'die Engine antwortet nicht; ihr Webserver sagt {code}',
    'versuchen Sie es in einer Minute noch einmal: Sie startet; bleibt es so, sehen Sie nach dem Dienst ovirt-engine',
  ],
  EngineUnreachable: [
    'die Engine ist nicht zu erreichen: {reason}',
    'prüfen Sie, ob sie läuft, und die eingestellte Adresse und CA',
  ],
  EngineSlow: [
    'die Engine hat nicht innerhalb von {seconds} s geantwortet',
    'versuchen Sie es noch einmal; bleibt es so, sehen Sie in ihr engine.log',
  ],
  Busy: ['der Dienst ist ausgelastet', 'versuchen Sie es gleich noch einmal'],
  AdoptOthers: [
    '{name} hat schon NUMA-Einstellungen, die nicht aus ihren {count} virtuellen NUMA-Knoten von oVirt gemacht sind',
    'um die Einstellungen zu behalten, entfernen Sie die Knoten in oVirt (Host, NUMA); um die Knoten zu übernehmen, entfernen Sie zuerst die Einstellungen',
  ],
  AdoptPartly: [
    'die Einstellungen aus den virtuellen NUMA-Knoten von {name} sind gespeichert, und {done} von {of} Knoten entfernt; der nächste nicht: {reason}',
    'übernehmen Sie sie noch einmal: Nur der Rest wird entfernt',
  ],
  ChangedMeanwhile: [
    '{users} hat {name} im selben Augenblick geändert: {differences}',
    'lesen Sie die Einstellungen noch einmal, und entscheiden Sie neu',
  ],
  EngineOverloaded: [
    'die Engine hat zu viele Anfragen ({code})',
    'versuchen Sie es gleich noch einmal',
  ],
  HostUnasked: [
    '{name} wurde nicht gefragt: {reason}',
    'versuchen Sie es in {again} s noch einmal; bleibt es so, sehen Sie sich den Host in oVirt an',
  ],
  HostsUnseen: [
    'die Engine zeigt diesem Benutzer keinen Host des Clusters {cluster}',
    'fügen Sie Hosts hinzu, oder fragen Sie einen Administrator',
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
  OutcomePending: [
    'eine Änderung von {name}, vor {ago} s an die Engine geschickt, ist noch nicht beantwortet und kann noch ausgeführt werden',
    'versuchen Sie es später noch einmal',
  ],
  OutcomeUnknown: [
    'die Einstellungen von {name} sind vielleicht gespeichert, oder werden es noch: {reason}',
    'lesen Sie sie später noch einmal',
  ],
  PoolDiffers: [
    'der Pool {name} hat {count} VMs mit anderen Einstellungen als die erste, die er zeigt: {vms}',
    'gleichen Sie sie an, oder lassen Sie eine Änderung des Pools sie überschreiben',
  ],
  PreferredLacksMemory: [
    'Knoten {missing} kann nicht bevorzugt werden, denn er hat keinen Speicher: Der Kernel lehnt das ab',
    'nennen Sie welche von {nodes}, oder nehmen Sie hier strict',
  ],
  StoredUnread: [
    'die Einstellungen von {name} sind gespeichert, und sie zurückzulesen ist gescheitert: {reason}',
    'lesen Sie sie noch einmal',
  ],
  TimeOver: [
    'die {seconds} s, die eine Anfrage dauern darf, waren um',
    'versuchen Sie es noch einmal: Was bis dahin bekannt ist, wird nicht noch einmal gefragt',
  ],
  WriteCrossed: [
    '{users} hat {name} geändert, während die Einstellungen geschrieben wurden: {told}',
    'sehen Sie sich an, was jetzt dort steht, und entscheiden Sie noch einmal',
  ],
  WritesUnseeable: [
    'ob jemand anders {name} im selben Augenblick geändert hat, war nicht zu sehen',
    'sehen Sie sich die VM an, falls andere sie ändern',
  ],
}
