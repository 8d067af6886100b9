import type { common as English } from '../common.ts';
import type { Like } from '../texts.ts';

export const common: Like<typeof English> = {
  noSuchCollection: '没有这个集合',
  inFuture: '晚于现在',
  inPast: '早于现在',
  notACursor: '不是本列表的翻页标记',
  notACursorOfQuery: '不是本次查询的翻页标记',
  notACursorOfPage: '不是前一页给出的翻页标记',
  keyMalformed: 'Idempotency-Key 为 1 至 128 个可打印的 ASCII 字符',
  noSuchClass: '没有这个数据类',
  noSuchAgency: '没有这个单位',
  noSuchProgramme: (nearest: string | null) =>
    nearest === null ? '没有这个项目' : `没有这个项目，最接近的是 ${nearest}`,
  notAMatchKey: '不是策略所列的匹配项，或者格式不对',
  textDigestRequired: '必填：文本的摘要值',
  requestChanged: '申请此间有变动，请重试。',
  recordBeingChanged: '该记录正在变更，请重试。',
  recordBeingWritten: '该记录正在写入，请重试。',
  twoPeople: '两人须为均已登录的两个人',
  differsFromToken: '与令牌所载不一致',
  indexBeingBuilt: '日志索引正在建立，请一分钟后重试。',
  comparedOnly: '该用途只比对此信息项：请放入 `compare`，不要与其他匹配项一并发送',
  noSuchTaskKind: '策略没有这类待办。',
  entryWithoutOwners: '日志条目没有列明信息项来源部门。',
  notWellFormed: '不是有效的文本',
  entriesTooLarge: '一次请求的日志条目超过 390 KB。',
  noPublicKey: '不是 P-256 公钥',
  notByPeople: '人员在控制台只能申请信息和核验资格；此项由单位系统调用。',
  newNonce: '请使用所给的 nonce 重新生成证明',
  noSuchFieldNear: (nearest: string | null) =>
    nearest === null ? '没有这个信息项' : `没有这个信息项，最接近的是 ${nearest}`,
  noSuchPurposeNear: (nearest: string | null) =>
    nearest === null ? '没有这个用途' : `没有这个用途，最接近的是 ${nearest}`,
  needsAction: (actions: readonly string[]) => `此接口需要操作权限 ${actions.join(' 或 ')}`,
  expectedOneOf: (words: readonly string[]) => `应为 ${words.join('、')} 之一`,
  atMostRecords: (most: number) => `最多 ${most} 条记录`,
  sheetBytes: (most: number) => `一份表单最多 ${most} 字节`,
  iamDetails: (header: string) => `${header} 未授予其所载内容`,
  kindNotWritten: (kind: string) => `此函数不得写入 ${kind} 类日志条目。`,
  lockedAgency: '一日内第二次申请禁止用途，提供和核验均已停止，其他业务照常办理；由两名策略管理员解除。',
  suspendedAgency: '策略管理员已暂停该单位，由两名策略管理员解除。',
};
