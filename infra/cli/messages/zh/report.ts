import type * as english from '../en/report.ts';

export const report = {
  audit: { what: '作为安全审计员，依据日志答复年度审计', year: '按策略的时区' },
  processing: {
    what: '处理活动记录：各用途的依据、数据、接收方、删除和评估',
    offline: '不读单位名册：不列接收方',
  },
  byPurpose: '提供（按用途）',
  byAgency: '提供（按单位）',
  refusals: '拒绝',
  verdicts: '复核结论',
  incidents: '泄露事件',
  stops: '冻结、暂停和保全',
  alerts: '告警',
  consents: '同意',
  deletions: '删除',
  changes: '名册和策略',
  year: '年度',
  releases: '提供',
  about: (n: number, people: number) => `${n} 次，涉及 ${people} 人`,
  prohibited: '禁止用途',
  attempts: (n: number) => `${n} 次尝试`,
  emergencies: '紧急访问',
  unreviewed: (n: number, open: number) => `${n} 次，其中 ${open} 次未复核`,
  overdue: '逾期待办',
  readings: '查阅日志',
  completeness: '完整性',
  chains: (chains: number, missing: number, damaged: number) =>
    `${chains} 条链，缺 ${missing} 项，损坏 ${damaged} 项，`,
  differ: (n: number, erased: number) => `${n} 项与其叶不符，${erased} 项的当事人已删除`,
  verifyToo: '\n`fieldgate log verify` 核验日志的整棵树。\n',
} satisfies typeof english.report;
