// SPDX-License-Identifier: Apache-2.0
/** What is wrong and what to do, in German. */
import type { ProblemTexts } from './fill'
import { engineDe } from './engine.de'
import { serviceDe } from './service.de'

export const problemsDe: ProblemTexts = {
  ...serviceDe,
  ...engineDe,
  'word.expected.id': ['eine Nummer', ''],
  'word.expected.comma': ['ein Komma', ''],
  'word.expected.comma-after-excluded': ['ein Komma (^ nimmt eine Nummer)', ''],
  'word.end': ['das Ende', ''],
  'word.things.nodes': ['Knoten', ''],
  'word.things.cells': ['Zellen', ''],
  'word.way.much': ['viel', ''],
  'word.way.little': ['wenig', ''],
  NodesetSyntax: [
    'in „{text}“ wird an Stelle {place} {expected} erwartet, nicht {found}',
    'schreiben Sie Nummern und Bereiche mit Kommas, ^ vor eine, die fehlen soll: 0-3,^1,8',
  ],
  NodesetReversed: [
    'der Bereich {low}-{high} in „{text}“ läuft rückwärts',
    'schreiben Sie die kleinere Nummer zuerst: {high}-{low}',
  ],
  NodesetIdTooLarge: [
    '{piece} in „{text}“ ist größer als {max}, die größte Nummer, die libvirt nimmt',
    'prüfen Sie die Nummer',
  ],
  NodesetEmpty: [
    '„{piece}“ wählt nichts aus',
    'nennen Sie mindestens eine Nummer; ^ nimmt nur von dem, was davor steht: 0-3,^1',
  ],
  MemoryMalformed: [
    '„{piece}“ ist keine Speichermenge',
    'schreiben Sie MiB als ganze Zahl, oder eine ganze Zahl mit K, M, G oder T: 8192, 8G',
  ],
  MemoryTooLarge: [
    '„{piece}“ ist mehr Speicher, als ein Host hat',
    'prüfen Sie die Einheit: Eine Zahl allein sind MiB',
  ],
  InputTooLong: [
    '{length} Zeichen sind mehr als die {max}, die die Engine speichern kann',
    'nennen Sie Zellen mit einer Anzahl oder `host` statt einzeln',
  ],
  ModeUnknown: [
    '„{mode}“ ist kein Modus',
    'schreiben Sie strict, preferred, interleave oder restrictive vor den Doppelpunkt',
  ],
  TargetMissing: [
    'nach „{text}“ ist kein Knoten genannt',
    'schreiben Sie eine Knotenmenge wie 0-1, oder all, oder auto',
  ],
  NodesetTextMalformed: [
    '„{text}“ nennt keine Knoten: {reason}',
    'schreiben Sie eine Knotenmenge wie 0-1 oder 0-3,^1, oder all, ^3, auto, auto:2',
  ],
  CountMalformed: [
    '„{count}“ ist keine Anzahl ({things})',
    'schreiben Sie eine ganze Zahl von 1 bis {max}',
  ],
  TopologyMalformed: [
    '„{word}“ ist weder eine Anzahl noch `host` noch eine Zelle',
    'schreiben Sie eine Anzahl wie 2, oder host, oder Zellen wie cpus=0-3 mem=8G / cpus=4-7 mem=8G',
  ],
  CellEmpty: [
    'zwischen zwei Schrägstrichen steht nichts',
    'beschreiben Sie dort eine Zelle, etwa cpus=0-3 mem=8G, oder entfernen Sie einen Schrägstrich',
  ],
  FieldMalformed: [
    '„{word}“ ist kein Feld',
    'schreiben Sie Name=Wert ohne Leerzeichen; Felder sind cpus, mem, nodes, mode, page, dist, access',
  ],
  FieldUnknown: [
    'es gibt kein Feld „{name}“',
    'Felder sind cpus, mem, nodes, mode, page, dist, access',
  ],
  FieldTwice: [
    'das Feld „{name}“ steht zweimal in einer Zelle',
    'entfernen Sie eines, oder setzen Sie einen Schrägstrich zwischen zwei Zellen',
  ],
  FieldWordUnknown: ['„{value}“ ist kein Wert für {name}', 'schreiben Sie eines von {allowed}'],
  DistanceMalformed: [
    '„{value}“ ist kein Abstand',
    'schreiben Sie ganze Zahlen von 10 bis 255 mit Kommas, eine je Zelle: dist=10,21',
  ],
  PageMalformed: [
    '„{value}“ ist keine Seitengröße: keine Zweierpotenz ab 4K',
    'schreiben Sie eine Größe, die die Hosts haben, etwa 2M oder 1G',
  ],
  CellsExceedCores: [
    '{cells} Zellen können sich {cores} laufende Kerne mit {threads} Thread(s) nicht teilen',
    'verlangen Sie höchstens {cores} Zellen, oder schreiben Sie, welche vCPUs jede hat: cpus=0 mem=1G / ...',
  ],
  CellsExceedMemory: [
    '{cells} Zellen sind mehr, als {memory} Speicher Stücke zu {granule} hat',
    'verlangen Sie weniger Zellen oder eine kleinere Seitengröße',
  ],
  PageDoesNotDivide: [
    '{memory} ist kein Vielfaches der Seitengröße {page}',
    'geben Sie der Zelle ein Vielfaches von {page}, oder verwenden Sie kleinere Seiten',
  ],
  VcpuMissing: [
    'vCPU(s) {vcpus} sind in keiner Zelle',
    'die Zellen müssen die laufenden vCPUs {running} genau abdecken: Fügen Sie sie einer Zelle hinzu',
  ],
  VcpuTwice: ['vCPU(s) {vcpus} sind auch in Zelle {first}', 'lassen Sie jede vCPU in einer Zelle'],
  VcpuUnknown: [
    'die VM hat keine vCPU(s) {vcpus}',
    'sie kann die vCPUs 0-{last} haben: Entfernen Sie die anderen, oder geben Sie der VM mehr vCPUs',
  ],
  MemoryZero: ['eine Zelle ohne Speicher', 'geben Sie ihr Speicher, oder entfernen Sie sie'],
  MemoryUnaligned: [
    '{memory} ist kein Vielfaches von {unit}, worauf libvirt aufrunden würde',
    'schreiben Sie ein Vielfaches von {unit}',
  ],
  MemorySum: [
    'die Zellen haben zusammen {sum} und die VM {memory}: {difference} zu {way}',
    'bringen Sie die Zellen auf zusammen {memory}, oder lassen Sie `mem` bei einer Zelle weg',
  ],
  MemoryNoneLeft: [
    '{sum} von {memory} der VM sind vergeben, für Zelle(n) {cells} ist nichts übrig',
    'geben Sie diesen Zellen `mem` und den anderen weniger',
  ],
  DistanceCount: [
    '{given} Abstände für {cells} Zellen',
    'schreiben Sie einen Abstand je Zelle, 10 für die Zelle selbst',
  ],
  DistanceToSelf: [
    'der Abstand von Zelle {cell} zu sich selbst ist {value}',
    'schreiben Sie 10, den jede Zelle zu sich selbst und zu keiner anderen hat',
  ],
  DistanceTooNear: [
    'der Abstand von Zelle {cell} zu Zelle {other} ist 10, der einer Zelle zu sich selbst',
    'schreiben Sie 11 bis 255',
  ],
  ModesMixed: [
    'Modus restrictive steht neben {others}, was libvirt nicht erlaubt',
    'verwenden Sie restrictive für die ganze VM oder gar nicht',
  ],
  NumaUnsupported: [
    'Maschinen der Architektur {arch} haben kein NUMA: QEMU sagt „NUMA is not supported by this machine-type“',
    'lassen Sie numa_topology weg; numa_nodeset allein ist möglich',
  ],
  CoreSplit: [
    'die Threads eines Kerns, vCPUs {vcpus}, sind in verschiedenen Zellen',
    'halten Sie {threads} aufeinanderfolgende vCPUs zusammen: Der Scheduler des Gasts erwartet es',
  ],
  NodeUnknown: [
    'der Host hat keinen Knoten {missing}',
    'seine Knoten sind {nodes}: Nennen Sie einige davon, oder auto, oder wählen Sie einen anderen Host',
  ],
}
