import type * as english from '../en/review.ts';

export const review = {
  what: '复核日志：列出待复核条目、给出结论、出具报告',
  help: `
  fieldgate log review --as audit-office --from 7d
  fieldgate log review verdict justified <条目> --as audit-office
  fieldgate log review report --as audit-office --from 2026-11-01 --to 2026-11-30
  fieldgate log review compare <entry> --as audit-office`,
  queue: {
    what: '列出待给出结论的条目，同类成组，最紧急在前（默认）',
    sums: (open, reviewed) => `待复核 ${open} 条，已有结论 ${reviewed} 条。\n`,
    older: (to) => `还有更早的条目（更早的告警都已列出）：--to ${to}\n`,
    next: '\nfieldgate log entry <条目> 显示全文；fieldgate log review verdict justified|questioned|violation <条目> 给出结论。\n',
  },
  verdict: {
    what: '对其他单位的条目或告警给出结论',
    word: 'justified 合规、questioned 存疑或 violation 违规；对告警还可 acknowledged 已知悉',
    entries: '条目；- 表示从标准输入逐行读取',
    note: '随结论写一句话',
    supersedes: '您对此条目的原结论，由本结论取代',
    supersedesOne: '--supersedes 只针对一个条目。',
    noEntry: '请至少写明一个条目。',
    earlier: (entry) => `您的结论见 ${entry}：--supersedes ${entry} 可取代`,
    help: `
重复提交得到首次的回执。一组的全部条目：
  fieldgate log review queue --as audit-office --json | jq -r '.data[0].ids[]' |
    fieldgate log review verdict justified - --as audit-office --note "年度检查"`,
  },
  report: {
    what: '就一段时间的复核出具报告；日志以您的名义记下其数字的摘要',
    from: '起始时间',
    to: '截止时间；写日期时含当日，当日计至此刻（默认：此刻）',
    preview: '只显示数字',
    title: '复核报告',
    period: '时段',
    median: '至给出结论',
    minutes: (n) => `${n} 分钟（中位数）`,
    digest: '摘要',
    verified: '已核验的树',
    tree: (size, root) => `${size} 条，根 ${root}`,
    notVerified: '未核验日志',
    holds: '摘要与上列数字一致，回执由日志签名。',
    fails: '摘要或回执不符。',
    signatures: '\n____________________   ____________________\n第一名安全审计员       第二名安全审计员\n',
  },
  compare: {
    what: '按编号将打印的报告与日志比对',
    entry: '报告编号，即其日志条目',
    made: '制作',
    inTree: (index, size) => `该报告是日志 ${size} 条中的第 ${index} 条，与其叶一致。`,
    notYet: '该报告已保存，尚未并入日志树，请数秒后再试。',
    sameTree: '日志仍含报告所载的树，根相同。',
    otherTree: '日志不延续报告所载的树。请保留报告并联系另一名安全审计员。',
    sameFigures: '统计至报告制作之时，数据相同。',
    otherFigures: '重新统计的数据与报告不同，现为：',
  },
} satisfies typeof english.review;
