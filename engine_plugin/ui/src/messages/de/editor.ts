// SPDX-License-Identifier: Apache-2.0
/** German. */
import type { editor as en } from '../en/editor'
import type { Translated } from '../en'

export const editor: Translated<typeof en> = {
  'nodes.title': 'Knoten des Hosts',
  'nodes.mode': 'Speichermodus',
  'nodes.mode.strict': 'strict: nur von diesen Knoten',
  'nodes.mode.preferred': 'preferred: zuerst von diesen Knoten',
  'nodes.mode.interleave': 'interleave: gleichmäßig über sie',
  'nodes.mode.restrictive': 'restrictive: strict, nur durch cgroup',
  'nodes.target': 'Speicher kommt von',
  'nodes.target.none': 'keine Vorgabe',
  'nodes.target.nodes': 'den im Bild gewählten Knoten',
  'nodes.target.auto': 'Knoten, die der Host beim Start wählt',
  'nodes.target.all': 'allen Knoten mit Speicher',
  'nodes.target.except': 'allen Knoten außer einigen',
  'nodes.count': 'Wie viele Knoten',
  'nodes.count.any': 'so wenige wie möglich',
  'nodes.host': 'Host im Bild',
  'nodes.noHost':
    'Kein Host des Clusters kann gezeigt werden. Die beiden Texte unter Einzelheiten gelten trotzdem.',
  'nodes.noHost.why':
    'Jetzt kann kein Host gezeigt werden. {why}. Die beiden Texte unter Einzelheiten wirken trotzdem.',
  'nodes.noHost.of':
    'Die VM ist an {hosts} gebunden; die Knoten dort sind zurzeit nicht bekannt. Die beiden Texte unter Einzelheiten gelten trotzdem.',
  'nodes.loading': 'Die Hosts werden geladen …',

  'card.vm': 'Ganze VM',
  'card.cell': 'Zelle {id}',
  'card.size': '{cpus} vCPU · {memory}',
  'card.memoryOnly': '{memory}, keine vCPU',
  'card.anywhere': 'Auf keinem eigenen Knoten',
  'card.on': 'Knoten {nodes}',
  'card.help':
    'Ziehen Sie eine Karte auf einen Knoten, oder drücken Sie auf ihr die Leertaste, wählen mit den Pfeiltasten einen Knoten und drücken noch einmal die Leertaste. Mit Umschalt kommt der Knoten hinzu, Entf nimmt die Karte von ihrem Knoten, Esc bricht ab.',
  'card.move': '{place}. Leertaste zum Verschieben.',
  'card.place.node': 'auf Knoten {nodes}',
  'card.place.vm': 'wo immer die VM liegen darf',
  'card.place.chosen': 'auf Knoten {nodes}, vom Host gewählt',

  'say.picked': '{name} aufgenommen.',
  'say.over': 'Über Knoten {node}, {free} frei.',
  'say.dropped': '{name} auf Knoten {nodes} gelegt.',
  'say.unbound': '{name} vom Knoten genommen.',
  'say.cancelled': '{name} bleibt, wo sie war.',

  'cells.title': 'Virtuelle NUMA-Zellen',
  'cells.kind': 'Topologie des Gasts',
  'cells.kind.none': 'eine, wie ohne NUMA',
  'cells.kind.count': 'gleiche Zellen',
  'cells.kind.host': 'wie der Host',
  'cells.kind.cells': 'Zelle für Zelle',
  'cells.count': 'Anzahl der Zellen',
  'cells.add': 'Zelle hinzufügen',
  'cells.split': 'Gleichmäßig aufteilen',
  'cells.likeHost': 'Wie der Host',
  'cells.remove': 'Zelle {id} entfernen',
  'cells.empty': 'Der Gast sieht keine eigenen NUMA-Zellen.',
  'cells.field.cell': 'Zelle',
  'cells.field.cpus': 'vCPUs',
  'cells.field.mem': 'Speicher',
  'cells.field.nodes': 'Hostknoten',
  'cells.field.mode': 'Modus',
  'cells.field.page': 'Seitengröße',
  'cells.field.dist': 'Abstände',
  'cells.field.access': 'Zugriff',
  'cells.field.of': '{field} von Zelle {id}',
  'cells.placeholder.cpus': 'keine',
  'cells.placeholder.nodes': 'der VM',
  'cells.asVm': 'der VM',
  'cells.page.4K': '4K, gewöhnlich',
  'cells.suggest': 'Vorschlagen',

  'access.shared': 'geteilt',
  'access.private': 'privat',

  'sums.vcpus': '{given} von {all} vCPUs vergeben',
  'sums.memory': '{given} von {all} vergeben',
  'sums.label': 'Summen aller Zellen',

  'distances.title': 'Abstände der Zellen',
  'distances.of': 'Abstand von Zelle {from} zu Zelle {to}',
  'distances.show': 'Abstände festlegen',
  'distances.clear': 'Abstände entfernen',
  'distances.class': 'Entfernung',
  'distances.within': 'Innerhalb von',
  'distances.pairs': 'Paare',
  'distances.all': 'allen',
  'distances.each': 'Jede Entfernung zeigen',
  'distances.host': 'Abstände der Knoten',
  'distances.node': 'Abstand von Knoten {from} zu Knoten {to}: {value}',
  'distances.tooLong':
    'Bei so vielen Zellen wären sie länger, als die Engine speichern kann; die Topologie „host“ hat die des Hosts.',

  'text.title': 'Dasselbe als Text',
  'text.nodeset': 'numa_nodeset',
  'text.topology': 'numa_topology',
  'text.nodeset.help': 'zum Beispiel 0-1, preferred:2, auto, auto:2, all, ^3',
  'text.topology.help': 'zum Beispiel 2, host, cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1',

  'wish.title': 'Was möchten Sie?',
  'wish.recommended': 'Empfohlen',
  'wish.one': 'Ein Knoten, wo Platz ist',
  'wish.one.what':
    'Speicher und CPUs eines einzigen Knotens (ein Knoten ist ein Teil des Hosts mit eigenem Speicher): Nichts ist weit weg.',
  'wish.one.suits':
    'Ihre {memory} und {count, plural, one {# vCPU} other {# vCPUs}} passen auf einen Knoten: Aller Speicher ist nah.',
  'wish.one.fits': 'Passt auf {fit} von {all, plural, one {# Host} other {# Hosts}}.',
  'wish.one.nowhere': 'Kein Knoten hat jetzt Platz für {memory}.',
  'wish.unknown': 'Jetzt nicht bekannt: Hosts konnten nicht gefragt werden.',
  'wish.like': 'Geteilt wie der Host',
  'wish.like.what':
    'So wenige Knoten, wie sie fassen; der Gast sieht für jeden eine Zelle (einen Knoten seiner selbst).',
  'wish.like.one': 'Hier: 1 Zelle, denn ein Knoten fasst sie.',
  'wish.like.memory':
    'Hier: {count} Zellen, denn {memory} passen auf keinen Knoten allein (frei sind höchstens {free}).',
  'wish.like.cpus':
    'Hier: {count} Zellen, denn ein Knoten hat {cpus} CPUs und die VM {vcpus} vCPUs.',
  'wish.like.several': 'Hier: {count} Zellen.',
  'wish.like.nowhere': 'Kein Host hat jetzt Platz dafür.',
  'wish.hand': 'Von Hand',
  'wish.hand.what':
    'Knoten im Bild wählen, oder Zellen, Entfernungen und Seiten unter Einzelheiten schreiben.',
  'wish.none': 'Keine NUMA-Einstellungen',
  'wish.none.what': 'Der Host legt Speicher und vCPUs, wohin er will, und die VM kann migrieren.',

  undo: 'Rückgängig',
  'undo.writtenOut':
    'Die Zellen sind jetzt einzeln ausgeschrieben, mit festen Größen. Rückgängig nimmt das zurück.',

  redo: 'Wiederholen',

  details: 'Einzelheiten',
  'details.words':
    'Ein Knoten ist ein Teil des Hosts mit eigenem Speicher und eigenen CPUs. Eine Zelle ist ein Knoten, wie der Gast ihn sieht. Gebunden heißt, dass Speicher nur von diesen Knoten kommen darf; versprochen ist Speicher, an den andere VMs gebunden sind und den sie noch nicht benutzt haben.',
  'details.memory': 'Woher der Speicher kommt',

  'picture.asking': 'Der Dienst wird gefragt, wo sie liegen würde …',
  'picture.service': 'So würde der Dienst sie jetzt platzieren.',
  'picture.guess': 'Geraten: Der Dienst kann nicht gefragt werden.',
  'picture.refused': 'Auf diesen Host passt sie jetzt nicht',
  'picture.runs': 'Sie läuft hier; was sie schon hat, ist als ihres gezeichnet.',
}
