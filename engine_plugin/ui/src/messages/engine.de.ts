// SPDX-License-Identifier: Apache-2.0
/** What the service says of the engine, of storing, and of how a host is set up, in German. */
import type { ProblemTexts } from './fill'

export const engineDe: ProblemTexts = {
  NodesInterleaved: [
    'aller Speicher ist gleich weit entfernt: Binden bewirkt hier nichts',
    'schalten Sie Node Interleaving (NPS0) in der Firmware ab, damit jeder Sockel ein Knoten ist',
  ],
  SocketsJoined: [
    'der Speicher der Sockel ist ein einziger Knoten: VMs können nicht an einen Sockel gebunden werden',
    'schalten Sie Node Interleaving (NPS0) in der Firmware ab, damit jeder Sockel ein Knoten ist',
  ],
  NodesBare: [
    'aller Speicher ist fern von ihren CPUs, und keine VM kann dort gebunden werden',
    'stecken Sie Speichermodule an diese Sockel; wo welche stecken, sehen Sie ins Protokoll der Firmware',
  ],
  KsmAcrossNodes: [
    'Seiten gebundener VMs werden mit denen anderer Knoten zusammengelegt: Ein Teil ihres Speichers ist dann fern, und numa-domain verify nennt ihn drifted',
    'in der Engine, Cluster, Optimierung: Speicherseiten nur innerhalb eines NUMA-Knotens teilen; von Hand: echo 2 > /sys/kernel/mm/ksm/run; echo 0 > /sys/kernel/mm/ksm/merge_across_nodes; echo {run} > /sys/kernel/mm/ksm/run',
  ],
  ZoneReclaimed: [
    'ein voller Knoten verwirft eher seinen Seitencache, als einen anderen zu benutzen: Nicht gebundene VMs starten neben gebundenen langsam',
    'sysctl vm.zone_reclaim_mode=0, und eine Datei in /etc/sysctl.d für den nächsten Start',
  ],
  PoolsUneven: [
    'eine Zelle mit page={page} kann nicht auf Knoten {nodes} liegen',
    'echo ANZAHL > {path} im laufenden Betrieb; beim Start verteilt hugepages= sie auf alle Knoten',
  ],
  ColdPagesMoved: [
    'der Kernel verschiebt kalte Seiten auf langsamere Knoten, auch die gebundener VMs, wo er nicht auf ihre Bindung achtet; numa-domain verify zeigt es',
    'echo false > /sys/kernel/mm/numa/demotion_enabled, wenn gebundene VMs dadurch Speicher verlieren',
  ],
  NumadRuns: [
    'er legt Threads fest und verschiebt Speicher nach eigenem Ermessen, gegen VDSM und numa-affinity',
    'systemctl disable --now numad',
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
