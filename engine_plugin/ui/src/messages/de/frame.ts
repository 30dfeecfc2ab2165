// SPDX-License-Identifier: Apache-2.0
/** German. */
import type { frame as en } from '../en/frame'
import type { Translated } from '../en'

export const frame: Translated<typeof en> = {
  'app.loading': 'Wird geladen',
  'app.retry': 'Noch einmal versuchen',
  'app.select':
    'Es ist nichts ausgewählt ({what}). Öffnen Sie ein Element aus der Liste, um seine NUMA-Einstellungen zu sehen.',
  'app.what.vm': 'virtuelle Maschine',
  'app.what.host': 'Host',
  'app.what.cluster': 'Cluster',
  'app.named.none':
    "Die Engine zeigt Ihnen nichts ({what}) mit dem Namen '{name}'. Öffnen Sie es aus der Liste.",
  'app.named.many':
    "{count} Einträge der Engine ({what}) heißen '{name}'. Öffnen Sie den gemeinten aus der Liste.",
  'app.save': 'Speichern',
  'app.cancel': 'Abbrechen',
  'app.reload': 'Neu laden',
  'app.close': 'Schließen',
  'app.back': 'Nein, zurück',

  'error.title': 'Das konnte nicht geladen werden',
  'error.offline':
    'Der NUMA-Dienst antwortet nicht. Bitten Sie einen Administrator, ovirt-numa auf der Engine-Maschine zu starten.',
  'error.timeout': 'Der NUMA-Dienst hat nicht innerhalb von {seconds} Sekunden geantwortet.',
  'error.forbidden': 'Das dürfen Sie nicht: {detail}',
  'error.unauthorized': 'Ihre Sitzung ist beendet. Melden Sie sich am Portal neu an.',
  'error.notFound': 'Es ist nicht mehr da: {detail}',
  'error.other': 'Der Dienst sagt: {detail}',

  'node.name': 'Knoten {id}',
  'node.cpus': 'CPUs {cpus}',
  'node.noCpus': 'keine CPUs',
  'node.told': 'laut Host, Stand {time}',
  'node.free': '{free} von {total} frei',
  'node.free.short': '{free} frei',
  'node.noMemory': 'kein Speicher',
  'node.pages': '{free} von {total} Seiten zu {size} frei',
  'node.take': 'Knoten {id} für diese VM verwenden',
  'node.bar':
    'Knoten {id}: {used} belegt, {promised} zugesagt, {asked} für diese VM, {left} von {total} übrig',
  'node.over': '{over} mehr als frei ist',

  'legend.used': 'belegt',
  'legend.promised': 'zugesagt',
  'legend.asked': 'diese VM',
  'legend.free': 'frei',
  'legend.over': 'zu viel',

  'problems.title': 'Probleme',
  'problems.error': 'Fehler',
  'problems.warning': 'Warnung',
  'problems.cell': 'Zelle {id}',

  'preview.title': 'Was geschehen wird',
  'preview.diff': 'Domain-XML',
  'preview.diff.none': 'Das Domain-XML bleibt, wie es ist.',
  'preview.diff.label': 'Unterschied des Domain-XML auf {host}',
  'preview.checking': 'Die Hosts werden gefragt',
  'preview.fits': 'passt',
  'preview.unasked': 'nicht bekannt',
  'preview.fitsNot': 'passt nicht',
  'preview.noHook': 'der Hook fehlt auf Hosts dieser VM oder ist zu alt',
  'preview.host': 'Host',
  'preview.answer': 'Antwort',
  'preview.reason': 'Warum',
  'preview.placement': 'Platzierung',
  'preview.none': 'Kein Host des Clusters läuft.',
  'preview.errors': 'Die Hosts werden gefragt, wenn die Fehler behoben sind.',
  'preview.cellOn': 'Zelle {cell} auf {nodes}',
  'preview.vmOn': 'auf {nodes}',
  'preview.fitsBare': 'passt, ohne Hook',
  'preview.nothing': 'Von den Hosts wird nichts verlangt.',
  'preview.pins': '{count, plural, one {# vCPU-Bindung} other {# vCPU-Bindungen}}',

  'verdict.none': 'Keine NUMA-Einstellungen: Der Host legt die VM, wohin er will.',
  'verdict.choose':
    'Wählen Sie einen Knoten im Bild, oder schreiben Sie unter Einzelheiten, was Sie möchten.',
  'verdict.refused': 'Nicht gespeichert: {why}',
  'verdict.halfTyped':
    '{count, plural, one {Etwas ist} other {# Angaben sind}} halb getippt: {what}',
  'verdict.problems': '{count, plural, one {# Fehler} other {# Fehler}}: {what}',
  'verdict.asking': 'Die Hosts werden geprüft …',
  'verdict.unasked': 'Nicht geprüft: Ob sie passt, hat noch niemand gesagt.',
  'verdict.failed': 'Nicht geprüft: Der Dienst kann nicht gefragt werden. Das Bild ist geraten.',
  'verdict.unanswered':
    'Nicht bekannt: {unasked} von {all, plural, one {# Host} other {# Hosts}} konnten nicht gefragt werden ({what})',
  'verdict.noHost': 'Es gibt keinen Host, der sie starten könnte.',
  'verdict.fits':
    'Passt auf {all, plural, one {den einen Host, der sie starten darf} other {alle # Hosts}}',
  'verdict.fitsSome': 'Passt auf {fit} von {all, plural, one {# Host} other {# Hosts}}',
  'verdict.noHook':
    'Passt auf {fit} von {all, plural, one {# Host} other {# Hosts}}; startet ohne NUMA auf {hosts}: Dort fehlt der Hook',
  'verdict.hookUnknown':
    'Passt auf {fit} von {all, plural, one {# Host} other {# Hosts}}; ob der Hook auf {hosts} ist, ist nicht bekannt',
  'verdict.lacks': 'Passt nirgends: Auf dem besten Host, {host}, fehlen Knoten {node} {missing}',
  'verdict.nowhere': 'Passt nirgends: {what} ({host})',

  'reason.free': 'Knoten {node}: {free} frei',
  'reason.kept': ', davon {kept} für den Kernel',
  'reason.promised': ', davon {promised} versprochen',
  'reason.pages': ' in Seiten von {page}',
  'reason.notAsked': ', nicht verlangt',
  'reason.needed': ', {needed} gebraucht',
  'reason.missing': ', {missing} fehlen',
  'reason.enough': ', genug',
}
