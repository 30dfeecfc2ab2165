// SPDX-License-Identifier: Apache-2.0
/** What the service says of the engine, of storing, and of how a host is set up, in Japanese. */
import type { ProblemTexts } from './fill'

export const engineJa: ProblemTexts = {
  NodesInterleaved: [
    'すべてのメモリーが等距離です。ここではバインドしても効果がありません',
    'ファームウェアでノードインターリーブ (NPS0) を無効にし、ソケットごとに 1 ノードにしてください',
  ],
  SocketsJoined: [
    '各ソケットのメモリーが 1 ノードになっており、VM をソケットにバインドできません',
    'ファームウェアでノードインターリーブ (NPS0) を無効にし、ソケットごとに 1 ノードにしてください',
  ],
  NodesBare: [
    'すべてのメモリーがこれらの CPU から遠く、そこに VM をバインドできません',
    'これらのソケットにメモリーモジュールを装着してください。装着済みの場合はファームウェアのログを確認してください',
  ],
  KsmAcrossNodes: [
    'バインドされた VM のページが他のノードのページと統合されます。メモリーの一部が遠くなり、numa-domain verify は drifted と報告します',
    'エンジンのクラスター、最適化で、NUMA ノード内でのみメモリーページを共有してください。手動の場合: echo 2 > /sys/kernel/mm/ksm/run; echo 0 > /sys/kernel/mm/ksm/merge_across_nodes; echo {run} > /sys/kernel/mm/ksm/run',
  ],
  ZoneReclaimed: [
    '満杯のノードは、他のノードを使わずにページキャッシュを破棄します。バインドされた VM の横では、バインドされていない VM の起動が遅くなります',
    'sysctl vm.zone_reclaim_mode=0 を実行し、次回の起動用に /etc/sysctl.d にファイルを置いてください',
  ],
  PoolsUneven: [
    'page={page} のセルはノード {nodes} に置けません',
    '稼働中は echo 数 > {path}。起動時は hugepages= がすべてのノードに分配します',
  ],
  ColdPagesMoved: [
    'カーネルはコールドページを遅いノードへ移します。バインドを考慮しない場合は、バインドされた VM のページも移します。numa-domain verify で確認できます',
    'バインドされた VM がメモリーを失う場合は echo false > /sys/kernel/mm/numa/demotion_enabled',
  ],
  NumadRuns: [
    'VDSM と numa-affinity に反して、独自の判断でスレッドを固定し、メモリーを移動します',
    'systemctl disable --now numad',
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
