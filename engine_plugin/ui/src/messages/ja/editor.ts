// SPDX-License-Identifier: Apache-2.0
/** Japanese. */
import type { editor as en } from '../en/editor'
import type { Translated } from '../en'

export const editor: Translated<typeof en> = {
  'nodes.title': 'ホストのノード',
  'nodes.mode': 'メモリーモード',
  'nodes.mode.strict': 'strict: これらのノードのみ',
  'nodes.mode.preferred': 'preferred: これらのノードを優先',
  'nodes.mode.interleave': 'interleave: 均等に分散',
  'nodes.mode.restrictive': 'restrictive: cgroup のみによる strict',
  'nodes.target': 'メモリーの割り当て元',
  'nodes.target.none': '指定なし',
  'nodes.target.nodes': '図で選択したノード',
  'nodes.target.auto': '起動時にホストが選ぶノード',
  'nodes.target.all': 'メモリーのあるすべてのノード',
  'nodes.target.except': '一部を除くすべてのノード',
  'nodes.count': 'ノード数',
  'nodes.count.any': 'できるだけ少なく',
  'nodes.host': '図に示すホスト',
  'nodes.noHost':
    '表示できるホストがクラスターにありません。「詳細」の 2 つのテキストはそのまま使えます。',
  'nodes.noHost.why':
    '現在表示できるホストはありません。{why}。「詳細」の 2 つのテキストは使用できます。',
  'nodes.noHost.of':
    'この VM は {hosts} に固定されていますが、そのノードの情報が今はありません。「詳細」の 2 つのテキストはそのまま使えます。',
  'nodes.loading': 'ホストを読み込み中…',

  'card.vm': 'VM 全体',
  'card.cell': 'セル {id}',
  'card.size': '{cpus} vCPU · {memory}',
  'card.memoryOnly': '{memory}、vCPU なし',
  'card.anywhere': '固有のノードなし',
  'card.on': 'ノード {nodes}',
  'card.help':
    'カードをノードにドラッグするか、カード上でスペースキーを押し、矢印キーでノードを選んでもう一度スペースキーを押します。Shift でノードを追加、Delete でノードから外し、Esc で取り消します。',
  'card.move': '{place}。スペースキーで移動。',
  'card.place.node': 'ノード {nodes} 上',
  'card.place.vm': 'VM が置かれる場所',
  'card.place.chosen': 'ノード {nodes} (ホストが選択)',

  'say.picked': '{name} を持ち上げました。',
  'say.over': 'ノード {node} の上、空き {free}。',
  'say.dropped': '{name} をノード {nodes} に置きました。',
  'say.unbound': '{name} をノードから外しました。',
  'say.cancelled': '{name} は元の場所のままです。',

  'cells.title': '仮想 NUMA セル',
  'cells.kind': 'ゲストのトポロジー',
  'cells.kind.none': '1 つ (NUMA なしと同じ)',
  'cells.kind.count': '均等なセル',
  'cells.kind.host': 'ホストと同じ',
  'cells.kind.cells': 'セルごとに指定',
  'cells.count': 'セル数',
  'cells.add': 'セルを追加',
  'cells.split': '均等に分割',
  'cells.likeHost': 'ホストと同じにする',
  'cells.remove': 'セル {id} を削除',
  'cells.empty': 'ゲストには NUMA セルが見えません。',
  'cells.field.cell': 'セル',
  'cells.field.cpus': 'vCPU',
  'cells.field.mem': 'メモリー',
  'cells.field.nodes': 'ホストノード',
  'cells.field.mode': 'モード',
  'cells.field.page': 'ページサイズ',
  'cells.field.dist': '距離',
  'cells.field.access': 'アクセス',
  'cells.field.of': 'セル {id} の{field}',
  'cells.placeholder.cpus': 'なし',
  'cells.placeholder.nodes': 'VM と同じ',
  'cells.asVm': 'VM と同じ',
  'cells.page.4K': '4K (通常)',
  'cells.suggest': '提案',

  'access.shared': '共有',
  'access.private': 'プライベート',

  'sums.vcpus': 'vCPU {all} 中 {given} 割り当て',
  'sums.memory': '{all} 中 {given} 割り当て',
  'sums.label': '全セルの合計',

  'distances.title': 'セル間の距離',
  'distances.of': 'セル {from} からセル {to} までの距離',
  'distances.show': '距離を設定',
  'distances.clear': '距離を削除',
  'distances.class': '距離',
  'distances.within': '範囲',
  'distances.pairs': '組',
  'distances.all': 'すべて',
  'distances.each': 'すべての距離を表示',
  'distances.host': 'ノード間の距離',
  'distances.node': 'ノード {from} からノード {to} までの距離: {value}',
  'distances.tooLong':
    'セルが多すぎてエンジンに保存できません。トポロジー「host」はホストの距離を使います。',

  'text.title': '同じ内容のテキスト',
  'text.nodeset': 'numa_nodeset',
  'text.topology': 'numa_topology',
  'text.nodeset.help': '例: 0-1、preferred:2、auto、auto:2、all、^3',
  'text.topology.help': '例: 2、host、cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1',

  'wish.title': 'どうしますか?',
  'wish.recommended': '推奨',
  'wish.one': '空いている 1 つのノード',
  'wish.one.what':
    'ホストの 1 つのノード (独自のメモリを持つ部分) のメモリと CPU だけを使います。遠いメモリはありません。',
  'wish.one.suits':
    '{memory} と vCPU {count} 個は 1 つのノードに収まり、メモリはすべてローカルです。',
  'wish.one.fits': '{all} 台中 {fit} 台のホストに収まります。',
  'wish.one.nowhere': '現在 {memory} の空きがあるノードはありません。',
  'wish.unknown': '現在は不明です。ホストに問い合わせできませんでした。',
  'wish.like': 'ホストと同じように分割',
  'wish.like.what':
    '収まる最少のノードを使い、ゲストにはノードごとにセル (ゲスト自身のノード) が見えます。',
  'wish.like.one': 'ここでは 1 セル: 1 つのノードに収まります。',
  'wish.like.memory':
    'ここでは {count} セル: {memory} は 1 つのノードに収まりません (最大の空きは {free})。',
  'wish.like.cpus':
    'ここでは {count} セル: ノードの CPU は {cpus} 個、VM の vCPU は {vcpus} 個です。',
  'wish.like.several': 'ここでは {count} セル。',
  'wish.like.nowhere': '現在空きのあるホストはありません。',
  'wish.hand': '手動',
  'wish.hand.what': '図でノードを選ぶか、「詳細」でセル、距離、ページを記述します。',
  'wish.none': 'NUMA 設定なし',
  'wish.none.what': 'ホストがメモリと vCPU を自由に配置し、VM は移行できます。',

  undo: '元に戻す',
  'undo.writtenOut': 'セルは固定サイズで 1 つずつ書き出されました。「元に戻す」で取り消せます。',

  redo: 'やり直す',

  details: '詳細',
  'details.words':
    'ノードとは、独自のメモリと CPU を持つホストの一部です。セルとは、ゲストから見えるノードです。「割り当て」はメモリがそのノードだけから来ること、「予約済み」は他の VM に割り当てられてまだ使われていないメモリです。',
  'details.memory': 'メモリの割り当て元',

  'picture.asking': '配置をサービスに問い合わせ中…',
  'picture.service': 'サービスによる現在の配置です。',
  'picture.guess': '推測です: サービスに問い合わせできません。',
  'picture.refused': '現在このホストには収まりません',
  'picture.runs': 'ここで実行中です。使用中の分はこの VM のものとして表示されます。',
}
