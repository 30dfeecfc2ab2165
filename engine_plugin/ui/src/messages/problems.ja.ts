// SPDX-License-Identifier: Apache-2.0
/** What is wrong and what to do, in Japanese. */
import type { ProblemTexts } from './fill'
import { engineJa } from './engine.ja'
import { serviceJa } from './service.ja'

export const problemsJa: ProblemTexts = {
  ...serviceJa,
  ...engineJa,
  'word.expected.id': ['番号', ''],
  'word.expected.comma': ['コンマ', ''],
  'word.expected.comma-after-excluded': ['コンマ (^ は 1 つの番号のみ)', ''],
  'word.end': ['末尾', ''],
  'word.things.nodes': ['ノード', ''],
  'word.things.cells': ['セル', ''],
  'word.way.much': ['過剰', ''],
  'word.way.little': ['不足', ''],
  NodesetSyntax: [
    '「{text}」の {place} 文字目は {found} ではなく{expected}のはずです',
    '番号と範囲をコンマで区切り、除く番号の前に ^ を付けます: 0-3,^1,8',
  ],
  NodesetReversed: [
    '「{text}」の範囲 {low}-{high} は逆順です',
    '小さい番号を先に書きます: {high}-{low}',
  ],
  NodesetIdTooLarge: [
    '「{text}」の {piece} は libvirt の上限 {max} を超えています',
    '番号を確認してください',
  ],
  NodesetEmpty: [
    '「{piece}」は何も選びません',
    '少なくとも 1 つの番号を書きます。^ は前に書いたものから除くだけです: 0-3,^1',
  ],
  MemoryMalformed: [
    '「{piece}」はメモリー量ではありません',
    'MiB の整数、または K、M、G、T を付けた整数を書きます: 8192、8G',
  ],
  MemoryTooLarge: [
    '「{piece}」はどのホストのメモリーよりも大きい値です',
    '単位を確認してください。数字だけなら MiB です',
  ],
  InputTooLong: [
    '{length} 文字はエンジンが保存できる {max} 文字を超えています',
    'セルを 1 つずつではなく個数か `host` で指定してください',
  ],
  ModeUnknown: [
    '「{mode}」はモードではありません',
    'コロンの前に strict、preferred、interleave、restrictive のいずれかを書きます',
  ],
  TargetMissing: [
    '「{text}」の後にノードがありません',
    '0-1 のようなノードセット、all、または auto を書きます',
  ],
  NodesetTextMalformed: [
    '「{text}」はノードを表していません: {reason}',
    '0-1、0-3,^1、all、^3、auto、auto:2 のように書きます',
  ],
  CountMalformed: ['「{count}」は{things}の個数ではありません', '1 から {max} の整数を書きます'],
  TopologyMalformed: [
    '「{word}」は個数でも `host` でもセルでもありません',
    '2 のような個数、host、または cpus=0-3 mem=8G / cpus=4-7 mem=8G のようなセルを書きます',
  ],
  CellEmpty: [
    '2 つのスラッシュの間に何もありません',
    'cpus=0-3 mem=8G のようにセルを書くか、スラッシュを 1 つ消します',
  ],
  FieldMalformed: [
    '「{word}」は項目ではありません',
    '空白なしで 名前=値 と書きます。項目は cpus、mem、nodes、mode、page、dist、access です',
  ],
  FieldUnknown: [
    '「{name}」という項目はありません',
    '項目は cpus、mem、nodes、mode、page、dist、access です',
  ],
  FieldTwice: [
    '項目「{name}」が 1 つのセルに 2 回あります',
    '1 つを消すか、2 つのセルの間にスラッシュを入れます',
  ],
  FieldWordUnknown: ['「{value}」は {name} の値ではありません', '{allowed} のいずれかを書きます'],
  DistanceMalformed: [
    '「{value}」は距離ではありません',
    '10 から 255 の整数をセルごとに 1 つ、コンマで区切って書きます: dist=10,21',
  ],
  PageMalformed: [
    '「{value}」はページサイズではありません (4K 以上の 2 のべき乗)',
    '2M や 1G など、ホストにあるサイズを書きます',
  ],
  CellsExceedCores: [
    '{cells} 個のセルは実行中の {cores} コア ({threads} スレッド) を分け合えません',
    'セルを {cores} 個以下にするか、それぞれの vCPU を書きます: cpus=0 mem=1G / ...',
  ],
  CellsExceedMemory: [
    '{cells} 個のセルは、{memory} を {granule} ごとに分けた数より多いです',
    'セルを減らすか、ページサイズを小さくします',
  ],
  PageDoesNotDivide: [
    '{memory} はページサイズ {page} の倍数ではありません',
    'セルを {page} の倍数にするか、小さいページを使います',
  ],
  VcpuMissing: [
    'vCPU {vcpus} がどのセルにもありません',
    'セルは実行中の vCPU {running} をちょうど含む必要があります。いずれかのセルに加えてください',
  ],
  VcpuTwice: ['vCPU {vcpus} はセル {first} にもあります', 'vCPU は 1 つのセルだけに置きます'],
  VcpuUnknown: [
    'VM に vCPU {vcpus} はありません',
    '使えるのは 0-{last} です。ほかを消すか、VM の vCPU を増やします',
  ],
  MemoryZero: ['メモリーのないセルです', 'メモリーを割り当てるか、セルを削除します'],
  MemoryUnaligned: [
    '{memory} は {unit} の倍数ではなく、libvirt が切り上げます',
    '{unit} の倍数を書きます',
  ],
  MemorySum: [
    'セルの合計は {sum}、VM は {memory} で、{difference} {way}です',
    '合計を {memory} にするか、1 つのセルの `mem` を省きます',
  ],
  MemoryNoneLeft: [
    'VM の {memory} のうち {sum} が割り当て済みで、セル {cells} の分が残っていません',
    'これらのセルに `mem` を書き、ほかを減らします',
  ],
  DistanceCount: [
    '{cells} 個のセルに距離が {given} 個あります',
    'セルごとに 1 つ書きます。自分自身は 10 です',
  ],
  DistanceToSelf: [
    'セル {cell} の自分自身への距離が {value} です',
    '10 を書きます。10 は自分自身への距離だけです',
  ],
  DistanceTooNear: [
    'セル {cell} からセル {other} への距離が 10 ですが、10 は自分自身への距離です',
    '11 から 255 を書きます',
  ],
  ModesMixed: [
    'restrictive と {others} は libvirt では併用できません',
    'VM 全体を restrictive にするか、使わないでください',
  ],
  NumaUnsupported: [
    '{arch} のマシンには NUMA がありません。QEMU は「NUMA is not supported by this machine-type」と報告します',
    'numa_topology を外します。numa_nodeset だけなら使えます',
  ],
  CoreSplit: [
    '1 つのコアのスレッド、vCPU {vcpus} が別々のセルにあります',
    '連続する {threads} 個の vCPU を同じセルに置きます',
  ],
  NodeUnknown: [
    'ホストにノード {missing} はありません',
    'ノードは {nodes} です。この中から選ぶか、auto にするか、別のホストを選びます',
  ],
}
