// SPDX-License-Identifier: Apache-2.0
/** Japanese. */
import type { dialogs as en } from '../en/dialogs'
import type { Translated } from '../en'

export const dialogs: Translated<typeof en> = {
  'notice.migration':
    'NUMA を設定した VM は実行中そのホストに固定され、移行モードは「移行を許可しない」になります。',
  'notice.migratable':
    '移行モードは移行を許可していますが、ホストは NUMA を設定した VM の移行を拒否します。「移行を許可しない」に設定してください。',
  'notice.pinsRemoved':
    '以前の設定に伴う CPU ピニングは削除されます。vCPU はホストがメモリーの近くに保ちます。',
  'notice.nextRun':
    'VM は実行中です。NUMA の設定はシャットダウンして再起動したときに、移行モードはすぐに有効になります。',
  'notice.native':
    'この VM には oVirt 自身の仮想 NUMA ノードが {count} 個あります。両方を同時には使えません。',
  'notice.native.dialog':
    '「ホスト」タブの NUMA ノード数を 0 にするか、VM 一覧の NUMA ボタンで引き継いでください。',
  'notice.adopt': '引き継ぐ',
  'notice.undefined':
    'クラスター {cluster} のレベル {level} ではプロパティー {names} が定義されていないため、VM を保存できません。エンジンのマシンで「ovirt-numa setup」を実行してください。',
  'notice.locked': 'VM がプールに属しているため、ここではプロパティーを変更できません。',
  'notice.locked.pool':
    'プールのプロパティーはこのダイアログでは変更できません。REST または「ovirt-numa set」で変更できます。',
  'notice.refused':
    'ダイアログがこの設定を受け付けません。カスタムプロパティーのタブが想定と異なります。タブの内容も移行モードも元のままです。',
  'notice.template': 'このテンプレートから作成した VM にもこの設定が使われます。',
  'notice.readOnly':
    'この設定は閲覧のみ可能です: あなたのロールでは VM のカスタムプロパティーを変更できません。',
  'notice.undefined.short':
    'この VM の互換レベルではプロパティー {names} が定義されていません。エンジンのマシンで「ovirt-numa setup」を実行してください。',
  'notice.hooksMissing':
    '{hosts} にはフックがないため、VM は NUMA 設定なしで起動します。vdsm-hook-numa をインストールするか、他のホストだけを許可してください。',
  'notice.hooksOld': '{hosts} のフックは古いか不完全です。vdsm-hook-numa を更新してください。',
  'notice.native.host': '「ホスト」タブへ',
  'notice.adopt.sure':
    'oVirt の仮想 NUMA ノードを引き継ぎますか? 次のセルになり、元のノードは削除されます:',
  'notice.adopt.yes': '引き継ぐ',
  'notice.adopt.running': '先に VM をシャットダウンしてください。',
  'notice.adopt.cell': 'セル {id}: vCPU {cpus}、{memory}',
  'notice.adopt.bound': 'セル {id}: vCPU {cpus}、{memory}、ノード {nodes} ({mode})',

  'ok.errors':
    'NUMA の設定にエラーがあり、まだ何も保存されていません。このまま保存するにはもう一度 OK を押すか (入力途中のものは保存されず、VM が起動しない可能性があります)、NUMA タブでエラーを修正してください。',
  'ok.refused':
    'このダイアログは NUMA の設定を受け付けず、まだ何も保存されていません。設定なしで VM を保存してから、VM 一覧の上の NUMA ボタンを押してください。',
  'ok.refused.noButton':
    'このダイアログは NUMA の設定を受け付けず、まだ何も保存されていません。カスタムプロパティーのタブに入力するか、設定なしで保存してください。',
  'ok.refused.save': '設定なしで保存',
  'ok.without.refused':
    'ダイアログが受け付けなかったため、VM は NUMA の設定なしで保存されました。設定するには VM 一覧の上の NUMA ボタンを押してください。',
  'ok.without.errors':
    'VM は以前の NUMA 設定のまま保存されました。NUMA タブの設定にエラーがあります。もう一度開いて修正してください。',

  'editor.title': '{vm} の NUMA 設定',
  'editor.saved': '{vm} の NUMA 設定を保存しました。',
  'editor.saved.nextRun': '{vm} の NUMA 設定を保存しました。次の起動から有効になります。',
  'editor.removed': '{vm} の NUMA 設定を削除しました。',
  'editor.remove': 'NUMA 設定を削除',
  'editor.conflict': '開いた後に、ほかの人がこの VM を変更しました。',
  'editor.conflict.theirs': '相手の設定を表示',
  'editor.conflict.mine': 'それでも自分の設定を保存',
  'editor.force': 'それでも保存',
  'editor.failed': '保存されませんでした。',
  'editor.remove.sure': '{vm} の NUMA 設定を削除しますか?',
  'editor.discard': '破棄',
  'editor.discard.sure': '変更を保存せずに閉じますか?',

  'host.pointer': '大きなホスト、テンプレート、クラスター内の任意のホストにも使える設定:',
  'host.pointer.link': 'NUMA タブ',
}
