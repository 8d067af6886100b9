import type { audit as English } from '../audit.ts';
import type { Like } from '../texts.ts';

export const audit: Like<typeof English> = {
  namedTwice: '同一条目列了两次',
  notReviewed: '此类条目不需复核',
  otherVerdict: '您已对此条目作出过不同的复核结论；如要替换，请在 `supersedes` 中指明原结论',
  verdictsRunning: '您的其他复核结论仍在写入，请几秒后重试',
  countedOneByOne:
    '按人员、信息项或代码统计，以及不足一小时的部分，须逐条计数，上限5万条；请缩短时段，或以整点为界',
  manyBuckets: '时间分组过多（超过31天的小时数）；请缩短时段或改用更长的分组',
  noPart: '须小于 /parts',
  ownAgency: '不得复核本单位的条目',
  decoyByEntry: '请以录入条目指明诱饵档案',
  manySources: (most) => `一个单位最多有 ${most} 个数据源；90 天没有上报的即予清除`,
  notWitnessed: '尚无已见证的检查点涵盖此条目，请一分钟后重试。',
  notInTree: '条目已存储，尚未并入日志树，请数秒后重试。',
  fromInLog: '应在 1 至 `to` 之间，`to` 不超过日志大小',
  noSuchKindNear: (nearest) => (nearest === null ? '没有这类条目' : `没有这类条目，最接近的是 ${nearest}`),
  noSuchOutcomeNear: (nearest) =>
    nearest === null ? '没有条目有此结果' : `没有条目有此结果，最接近的是 ${nearest}`,
  noSuchRuleNear: (nearest) =>
    nearest === null ? '策略没有这条规则' : `策略没有这条规则，最接近的是 ${nearest}`,
  noSuchRoleNear: (nearest) =>
    nearest === null ? '没有此名的角色可解开数据密钥' : `没有此名的角色可解开数据密钥，最接近的是 ${nearest}`,
  noSuchDepartmentNear: (nearest) =>
    nearest === null ? '没有这个部门' : `没有这个部门，最接近的是 ${nearest}`,
  noSuchAlertNear: (nearest) =>
    nearest === null ? '没有告警用此代码' : `没有告警用此代码，最接近的是 ${nearest}`,
  noSuchAgency: '名册中没有这个单位',
  notWithSince: '不能与 `since` 或 `order=asc` 同时使用',
  newAgencies: '只用于按单位统计',
  periodEnds: '须晚于 `from`',
  periodPast: '须为过去的时间：报告只针对已结束的期间',
  beyondTree: '大于已签名的日志树',
  periodLong: '该期间的条目超出一份报告的统计上限，请缩短期间',
  noCheckpoint: '日志尚无检查点。',
  noRound: '本日志未设见证方。',
  otherRound: '没有见证方对当前待见证的检查点作联署；请重新读取 `/log/pending`',
  otherTime: '联署时间与网关时钟相差超过十分钟',
};
