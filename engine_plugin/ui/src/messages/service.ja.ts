// SPDX-License-Identifier: Apache-2.0
/** What the service says of hosts, VMs and the engine, in Japanese; and the phrases in it. */
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
  NothingAsked: [
    'ノードもトポロジーも指定されていません',
    'どちらかを指定するか、設定を削除してください',
  ],
  HostedEngine: [
    '{name} はエンジン自身の VM で、カスタムプロパティーを持てません',
    'そのままにしてください: 起動できなくなります',
  ],
  PolicyHidden: [
    'このユーザーは {name} の移行モードを設定できません',
    '管理者に依頼してください: CHANGE_VM_CUSTOM_PROPERTIES 権限が必要です',
  ],
  NativeNodes: [
    '{name} には oVirt 自身の仮想 NUMA ノードが {count} 個あります',
    '引き継ぐか、oVirt で削除してください (ホスト、NUMA)',
  ],
  BothKinds: [
    '{name} には NUMA 設定と oVirt 自身の仮想 NUMA ノード {count} 個があります',
    '引き継ぐか、oVirt で削除してください (ホスト、NUMA)',
  ],
  NoNativeNodes: [
    '{name} には引き継ぐ仮想 NUMA ノードがありません',
    '代わりに NUMA 設定を保存してください',
  ],
  VmRuns: [
    '{name} は {vm_status} です: 仮想 NUMA ノードは停止中にのみ削除できます',
    '先にシャットダウンしてください',
  ],
  Migratable: [
    '{name} には NUMA 設定がありますが移行可能です ({affinity}): 移行は失敗します',
    '設定を保存し直すか、oVirt で移行を許可しないにしてください',
  ],
  FormerName: [
    'ノードは 2019 年までの VDSM フックのプロパティー {property} に保存されています',
    '保存し直すと numa_nodeset に移ります',
  ],
  PoolEmpty: [
    'プール {name} には設定を保持する VM がありません',
    'テンプレートに設定するか、先に VM を追加してください',
  ],
  PropertiesGone: [
    '{name} の {properties} はレベル {level} で定義されておらず、起動も編集もできません',
    'エンジンで ovirt-numa setup を実行するか、設定を削除してください',
  ],
  PropertiesUndefined: [
    'レベル {level} では {properties} がカスタムプロパティーとして定義されていません',
    'エンジンで ovirt-numa setup を実行すると、定義と再起動を行います',
  ],
  HooksMissing: [
    '{name} は {hosts} で NUMA 設定なしで起動する可能性があります: {hook} がありません',
    'vdsm-hook-numa を入れるか、他のホストだけを許可するか、このまま保存してください',
  ],
  HooksOld: [
    '{name} のホストにレベル {needs} の設定を読めるフックがありません: {hosts} は起動を拒否します',
    'vdsm-hook-numa を更新するか、このまま保存してください',
  ],
  MatchFailed: ['{name} の設定は読み込み後に変更されています', '新しい設定を確認してください'],
  EngineForbids: [
    'エンジンがこの操作を許可しません: {action} ({detail})',
    '管理者に依頼してください',
  ],
  EntityUnknown: [
    'エンジンに {entity} がないか、このユーザーには見えません',
    '名前と権限を確認してください',
  ],
  EngineRefused: [
    'エンジンが拒否しました: {action} ({detail})',
    '原因を解消してから再試行してください',
  ],
  EngineOccupied: ['エンジンは処理中です: {action} ({detail})', '終わってから再試行してください'],
  EngineStarting: [
    'エンジンが応答しません (Web サーバー: {code})',
    '起動中です。1 分後に再試行し、続く場合は ovirt-engine サービスを確認してください',
  ],
  EngineUnreachable: [
    'エンジンに接続できません: {reason}',
    '稼働状況と設定されたアドレスや CA を確認してください',
  ],
  EngineSlow: [
    'エンジンが {seconds} 秒以内に応答しませんでした',
    '再試行し、続く場合は engine.log を確認してください',
  ],
  Busy: ['サービスが混み合っています', 'しばらくして再試行してください'],
  AdoptOthers: [
    '{name} には oVirt の仮想 NUMA ノード {count} 個とは別の NUMA 設定があります',
    '設定を残すなら oVirt でノードを削除し、ノードを引き継ぐなら先に設定を削除してください',
  ],
  AdoptPartly: [
    '{name} の設定は保存され、{of} 個中 {done} 個のノードが削除されましたが、次は失敗しました: {reason}',
    'もう一度引き継いでください: 残りだけが削除されます',
  ],
  ChangedMeanwhile: [
    '{users} が同時に {name} を変更しました: {differences}',
    '読み直して判断してください',
  ],
  EngineOverloaded: ['エンジンへの要求が多すぎます ({code})', 'しばらくして再試行してください'],
  HostUnasked: [
    '{name} に問い合わせできませんでした: {reason}',
    '{again} 秒後に再試行し、続く場合は oVirt でホストを確認してください',
  ],
  HostsUnseen: [
    'エンジンはこのユーザーにクラスター {cluster} のホストを表示しません',
    'ホストを追加するか、管理者に問い合わせてください',
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
  OutcomePending: [
    '{ago} 秒前に送った {name} の変更はまだ応答がなく、これから実行される可能性があります',
    'しばらくして再試行してください',
  ],
  OutcomeUnknown: [
    '{name} の設定は保存されたか、これから保存される可能性があります: {reason}',
    'しばらくして読み直してください',
  ],
  PoolDiffers: [
    'プール {name} には最初の VM と設定の異なる VM が {count} 台あります: {vms}',
    '揃えるか、プールの変更で上書きしてください',
  ],
  PreferredLacksMemory: [
    'ノード {missing} はメモリがなく優先できません',
    'ノード {nodes} から選ぶか、strict を使ってください',
  ],
  StoredUnread: [
    '{name} の設定は保存されましたが、読み戻しに失敗しました: {reason}',
    '読み直してください',
  ],
  TimeOver: [
    '要求の制限時間 {seconds} 秒を超えました',
    '再試行してください: 既知の情報は再取得されません',
  ],
  WriteCrossed: [
    '設定の書き込み中に {users} が {name} を変更しました: {told}',
    '現在の内容を確認して判断してください',
  ],
  WritesUnseeable: [
    '同時に他の人が {name} を変更したかは確認できませんでした',
    '他の人が変更している可能性があれば VM を確認してください',
  ],
}
