import type * as english from '../en/review.ts';

export const review = {
  what: '复核日志：逐项复核一天、列出待复核条目、给出结论、出具报告',
  walk: '逐项复核一天：先告警，再按紧急程度逐组；一键给出结论（默认）',
  help: `
  fieldgate log review --as audit-office
  fieldgate log review queue --as audit-office --from 7d
  fieldgate log review verdict justified <条目> --as audit-office
  fieldgate log review report --as audit-office --from 2026-11-01 --to 2026-11-30
  fieldgate log review compare <entry> --as audit-office`,
  noTerminal:
    '逐项复核须在终端中运行；没有终端时用 fieldgate log review queue 和 fieldgate log review verdict。',
  queue: {
    what: '列出待给出结论的条目，同类成组，最紧急在前',
    sums: (open: number, reviewed: number) => `待复核 ${open} 条，已有结论 ${reviewed} 条。\n`,
  },
  verdict: {
    what: '对其他单位的条目或告警给出结论',
    word: 'justified 合规、questioned 存疑或 violation 违规；对告警还可 acknowledged 已知悉',
    entries: '条目；- 表示从标准输入逐行读取',
    note: '随结论写一句话',
    supersedes: '您对此条目的原结论，由本结论取代',
    supersedesOne: '--supersedes 只针对一个条目。',
    noEntry: '请至少写明一个条目。',
    earlier: (entry: string) => `您的结论见 ${entry}：--supersedes ${entry} 可取代`,
    help: `
重复提交得到首次的回执。一组的全部条目：
  fieldgate log review queue --as audit-office --json | jq -r '.data[0].ids[]' |
    fieldgate log review verdict justified - --as audit-office --note "年度检查"`,
  },
  report: {
    what: '就一段时间的复核出具报告；日志以您的名义记下其数字的摘要',
    from: '起始时间',
    to: '截止时间；写日期时含当日，当日计至此刻',
    preview: '只显示数字',
    title: '复核报告',
    period: '时段',
    median: '至给出结论',
    minutes: (n: number) => `${n} 分钟（中位数）`,
    digest: '摘要',
    verified: '已核验的树',
    tree: (size: number, root: string) => `${size} 条，根 ${root}`,
    notVerified: '未核验日志',
    holds: '摘要与上列数字一致，回执由日志签名。',
    fails: '摘要或回执不符。',
    signatures: '\n____________________   ____________________\n第一名安全审计员       第二名安全审计员\n',
  },
  compare: {
    what: '按编号将打印的报告与日志比对',
    entry: '报告编号，即其日志条目',
    made: '制作',
    inTree: (index: number, size: number) => `该报告是日志 ${size} 条中的第 ${index} 条，与其叶一致。`,
    notYet: '该报告已保存，尚未并入日志树，请数秒后再试。',
    sameTree: '日志仍含报告所载的树，根相同。',
    otherTree: '日志不延续报告所载的树。请保留报告并联系另一名安全审计员。',
    sameFigures: '统计至报告制作之时，数据相同。',
    otherFigures: '重新统计的数据与报告不同，现为：',
  },
  revoke: {
    what: '终止已泄露的写入者密钥：日志不再接受其后的条目',
  },
  prompt: (alike: number, undo: boolean) =>
    `${alike === 1 ? '' : `对全部 ${alike} 条：`}j 合规，u 存疑，v 违规，空格下一项，${undo ? 'z 撤回上一结论，' : ''}q 退出`,
  why: '一句话说明理由（直接回车则不写）：',
  takenBack: '已撤回。\n',
  someRefused: (n: number, codes: string) => `${n} 项结论被拒绝（${codes}）`,
  next: (agency: string, officer: string | null) =>
    `  下一步：fieldgate freeze --agency ${agency}${officer === null ? '' : ` --frozen-officer ${officer}`}，或 fieldgate incident open\n`,
  reading: '正在读取告警和条目 …\n',
  open: (alerts: number, entries: number, groups: number) =>
    `告警 ${alerts} 项，其后条目 ${entries} 条，分为 ${groups} 组，最紧急在前。\n`,
  alert: (severity: string, what: string, times: string) => `告警（${severity}）：${what}，${times}`,
  times: (n: number) => `${n} 次`,
  single: '唯一一条',
  alike: (n: number) => `${n} 条同类，所示为最新一条`,
  position: (at: number, of: number, title: string) => `${at}/${of}：${title}`,
  verdicts: (sums: string) => `\n结论：${sums}。\n`,
} satisfies typeof english.review;
