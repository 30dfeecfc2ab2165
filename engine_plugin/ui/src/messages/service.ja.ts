// SPDX-License-Identifier: Apache-2.0
/** What the service says of where a VM fits and lies, in Japanese; and the phrases in it. */
import type { ProblemTexts } from './fill'

export const serviceJa: ProblemTexts = {
  'phrase.vmNeeds': ['VM は', ''],
  'phrase.cellNeeds': ['セル {cells} は', ''],
  'phrase.cellsNeed': ['セル {cells} は', ''],
  'phrase.node': ['ノード {nodes}', ''],
  'phrase.nodes': ['ノード {nodes}', ''],
  'phrase.free': ['が空いています', ''],
  'phrase.freePages': ['が {page} ページで空いています', ''],
  'phrase.promised': ['他に {promised} は予約済み', ''],
  'phrase.kept': ['{kept} はカーネル用', ''],
  'phrase.and': ['、', ''],
  'phrase.forQemu': ['{size} (うち {qemu} は QEMU 用)', ''],
  'phrase.smaller': ['小さくするか、別のホストを選んでください', ''],
  'phrase.inPages': [' ({page} ページ)', ''],
  'phrase.fits': ['次の場合に収まります: {ways}', ''],
  'phrase.or': ['、または ', ''],
  'phrase.onNodes': ['ノード {nodes}', ''],
  'phrase.withMemory': ['メモリ {size}', ''],
  'phrase.withCells': ['セル {cells} が {size}', ''],
  'phrase.freed': ['ノード {nodes} で {size} を解放', ''],
  'phrase.auto': ['{text}', ''],
  LiesElsewhere: [
    'メモリーのうち {memory} がノード {nodes} にあり、バインド先はノード {asked} です',
    'VM をシャットダウンして起動し、バインドし直してください。詳細は {host} の numa-domain verify で確認できます',
  ],
  NodesLackMemory: [
    'メモリのあるノードが残りません',
    'ホストのメモリはノード {nodes} にあります: 一部を残すか、auto と書いてください',
  ],
  CountTooLarge: [
    'auto:{count} は、メモリのあるノード {has} 個を超えています',
    '多くても {has} ノードにしてください',
  ],
  NoRoom: [
    '{nodes} に {who} {needed} が必要ですが、{available} {free}: {missing} 不足',
    '{nearest}',
  ],
  CountTooSmall: [
    '{count} ノードに {who} {needed}{pages} が必要ですが、空きは最大 {most} です',
    'ノードを増やすか、auto と書いてください',
  ],
  NoNodeHoldsIt: [
    '1 つのノードに {who} {needed}{pages} が必要ですが、最大の空きはノード {node} の {most} です',
    '小さくするか、複数のノードに広げてください',
  ],
  NoNodeForEach: [
    'セル {cells} はそれぞれ 1 ノードを必要としますが、収容できるのはノード {nodes} だけです',
    'セルを減らすか小さくするか、ノードを共有させてください',
  ],
  NoPacking: [
    '合計では空きがありますが、各セルを 1 ノードに収めることができません',
    'セルを細かく分けるか、複数ノードに広げてください',
  ],
  NoEvenShares: [
    '{who} {needed} を均等に (interleave) 必要としますが、空きのあるノードがありません',
    'strict か preferred を使うか、小さくしてください',
  ],
  NoSetOfNodes: [
    '合計では空きがありますが、{count} ノードでは足りません',
    '別の数にするか、auto と書いてください',
  ],
  MemnodeModesMixed: [
    'restrictive と VM の memnode の {others} が混在します',
    'libvirt では許可されません: どちらかに揃えるか、VM 自身の固定を外してください',
  ],
  MemoryOverflows: [
    '{overflow} は優先ノード {nodes} に収まらず、他に置かれます',
    '優先ノードを増やすか、遅いメモリを許容してください',
  ],
  CpusScarce: [
    'ノード {nodes} のオンライン CPU {cpus} 個に vCPU {vcpus} 個です',
    'vCPU が待ち合うため、ノードを増やすか vCPU を減らしてください',
  ],
  CpusMissing: [
    'vCPU {vcpus} 個に対し、ノード {nodes} にオンライン CPU がありません',
    'メモリがすべて遠くなります: CPU のあるノードを使うか、メモリだけのセルにしてください',
  ],
  HostCellsLackMemory: [
    '`host` はメモリのあるノードごとに 1 セルですが、ノード {nodes} にはメモリがありません',
    'numa_nodeset にメモリのあるノードを書いてください',
  ],
  HostCellsNeedHost: [
    '`host` は使用ノードごとに 1 セルですが、ホストが分かりません',
    'ホストを指定するか、数かセルを書いてください',
  ],
  RestrictiveMixed: [
    '{restrictive} の restrictive と {others} の {other} が混在します',
    'libvirt が拒否します: 全部 restrictive にするか、使わないでください',
  ],
  CachesSplit: [
    '1 つのソケット (またはダイ) の vCPU {vcpus} がセル {cells} に分かれています',
    'ゲストのカーネルはノードをまたぐキャッシュ共有を警告し、そのキャッシュを無視します: ソケット数をセル数に合わせてください',
  ],
  CellStartsIdle: [
    'セル {cell} の vCPU {vcpus} は VM の起動時に 1 つも接続されていません',
    'Windows は起動時にクラッシュします: 各セルに vCPU {running} のどれかを入れるか、起動時の vCPU を増やしてください',
  ],
  PinContradicts: [
    '{vcpus} は CPU {pin} でしか動けませんが、{owner} のメモリは {nodes} (CPU {cpus}) にあります',
    '固定を変えるか、その CPU のノードを選んでください',
  ],
  MemnodeCellMissing: [
    'memnode はセル {cell} 用ですが、ゲストのセルは {cells} です',
    '削除するか、numa_topology でセル {cell} を指定してください',
  ],
  InterconnectCellMissing: [
    '{name} はセル {cell} についてですが、ゲストのセルは {cells} です',
    '削除するか、numa_topology でセル {cell} を指定してください',
  ],
  PageCellMissing: [
    'ページはセル {cells} 用ですが、ゲストのセルは {there} です',
    'nodeset から {missing} を外すか、numa_topology で指定してください',
  ],
  PageSizeUnsaid: [
    'セル {cells} はホスト既定のヒュージページ、他は別のページです',
    'サイズを memoryBacking/hugepages/page かセルの page= に書いてください',
  ],
  AutoPlacementMixed: [
    "placement='auto' と memnode は併用できません",
    '削除するか、numa_nodeset に VM 全体のノードを書いてください',
  ],
  NodesHidden: [
    'エンジンは CPU のないノード {count} 個を表示しません{memory}',
    '起動時にホストが決めます。すべて表示するには、このリリースの vdsm-hook-numa を入れて機能を更新してください',
  ],
  NodesAsTold: [
    'CPU のないノード {nodes} の空きは、ホストの {at} の報告です',
    '起動時にホストが決めます。新しい値は機能の更新で得られます',
  ],
  NodeNotShown: [
    'エンジンはノード {nodes} を表示しません: {total} 個中 {shown} 個です',
    '起動時にホストが決めます。すべて表示するには、このリリースの vdsm-hook-numa を入れて機能を更新してください',
  ],
  HostUnreadable: [
    'ホストのノード {node}: {reason}',
    'エンジンの {path} を確認し、ホストの機能を更新してください',
  ],
  HostNodeless: [
    'エンジンはこのホストの NUMA ノードを知りません',
    'oVirt でホストの機能を更新してください',
  ],
  PromisesUntaken: [
    '{vms} が予約済みメモリをすべて使用している場合にのみ収まります',
    '起動時にホストが決めます。余裕を持たせてください',
  ],
  NodesUntold: [
    '{vms} はホストが選んだノードで動いており、エンジンはそれを知りません',
    '起動時にホストが決めます。未使用分は数えられていません',
  ],
  HostNotUp: ['ホストは {host_status} です', '有効化するか、他のホストを許可してください'],
  ClusterNone: [
    '{name} はどのクラスターにも属さず、ホストがありません',
    'これから作成した VM を確認してください',
  ],
  HookAbsent: [
    'このホストにフック {hook} がなく、VM は NUMA 設定なしで起動します',
    'vdsm-hook-numa を入れ、oVirt で機能を更新してください',
  ],
  HookForeign: [
    'このホストの {hook} は別物で、VM は NUMA 設定なしで起動します',
    '削除して vdsm-hook-numa を入れ、oVirt で機能を更新してください',
  ],
  HookOld: [
    'このホストのフックは {release} でレベル {has} まで対応、設定はレベル {needs} のため、VM の起動を拒否します',
    'vdsm-hook-numa を更新し、oVirt で機能を更新してください',
  ],
  PagesOfHostOnly: [
    'エンジンはヒュージページの総数は知っていますが、ノードごとの数は知りません',
    'ホスト上の numa-domain host で確認できます。起動時にホストが決めます',
  ],
  IoThreadMissing: [
    '固定は I/O スレッド {thread} 用ですが、VM は {threads} です',
    '固定を外すか、スレッドを追加してください',
  ],
  MemoryOnlyNodes: [
    '{target} には CPU のないメモリノード {nodes} (HBM、GPU、CXL) が含まれます',
    '除いてください: numa_nodeset={write}',
  ],
  NodesUnbindable: [
    'QEMU はノード {missing} に割り当てできません (最大 {last})',
    'ノード {nodes} から選ぶか、auto と書いてください',
  ],
  PreferredLacksMemory: [
    'ノード {missing} はメモリがなく優先できません',
    'ノード {nodes} から選ぶか、strict を使ってください',
  ],
}
