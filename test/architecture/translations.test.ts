/**
 * The Chinese pages for those who work with the gateway say what the English ones say, in sections of their own. Each English
 * section has its Chinese one here, and the commands of an English page are all on the Chinese one: if a page gets a section
 * or a command, this tells that the other has not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';

/** English section, and the Chinese one that says it; in brackets what a Chinese reader finds elsewhere or not at all. */
type Sections = Readonly<Record<string, string>>;

/** Sections with the name of a code, which is the same in each language. */
function codesIn(file: string): [string, string][] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code = '']) => [code, code]);
}

const PAGES: readonly (readonly [
  english: string,
  chinese: string,
  sections: Sections,
  own: readonly string[],
])[] = [
  [
    'docs/start.md',
    'docs/zh/start.md',
    {
      State: '状态存放在哪里',
      'The sample agencies': '示例单位',
      Faults: '(for engineers)',
      'When it does not start': '(for engineers)',
      'What differs from AWS': '(for engineers)',
    },
    ['第一次使用', '看一条规则的原意', '演示一个故事', '接下来'],
  ],
  [
    'docs/formats/sealed.md',
    'docs/zh/sealed.md',
    {
      'application/fieldgate-sealed': 'application/fieldgate-sealed',
      'Programs that open it': '谁能打开',
      'Classes that demand it': '要求混合密钥的类别',
    },
    [],
  ],
  [
    'docs/integrate/files.md',
    'docs/zh/files.md',
    {
      'From an owner to a recipient': '从来源部门到接收方',
      'What is not there yet': '尚未实现的内容',
    },
    [],
  ],
  [
    'docs/ten-minutes.md',
    'docs/zh/ten-minutes.md',
    {
      'Say where the table is': '说明表在哪里',
      'Make a pack of it': '由它生成策略包',
      'Start the gateway with it': '用它启动网关',
      'Bring the table in': '存入数据',
      'A release, a refusal, the log': '一次提供、一次拒绝和日志',
    },
    [],
  ],
  [
    'docs/integrate/sync.md',
    'docs/zh/sync.md',
    {
      'A user that can only read': '只读用户',
      'The mapping': '对应表',
      'Look first': '先看一看',
      'Run it': '运行',
      'Only changes': '只读变化',
      'Uses of your fields': '信息项的使用',
      'As a service': '作为服务运行',
    },
    [],
  ],
  [
    'docs/law.md',
    'docs/zh/law.md',
    {
      'Sentences that are proved': '经证明的命题',
      'Texts that name HIV': '提到 HIV 的文本',
      'Demands of other laws': '其他法律的要求',
      'Conditions of a duty': '职责的条件',
      'For people alone': '只由人负责',
    },
    [],
  ],
  [
    'docs/guide/desk.md',
    'docs/zh/desk.md',
    {
      'An inquiry': '一、查询',
      'A consent': '二、受理同意',
      'An objection, and other rights': '四、异议和其他权利',
      'A child moves to another county': '七、儿童迁往另一县',
      'The help ends': '八、帮扶终止',
      'A code for a help platform': '五、求助平台核验的授权码',
      'Not allowed': '窗口的限额和禁止事项',
    },
    ['准备', '三、撤回同意', '六、接收方自行登记的同意'],
  ],
  [
    'docs/guide/officer.md',
    'docs/zh/officer.md',
    {
      'Log in, and see what is open to you': '一、登录，查看本单位能申请什么',
      'A release': '二、申请提供',
      'A list': '二、申请提供',
      'Purposes that need a case': '三、须先登记案件的用途',
      'Fields that their owners approve': '四、须由来源部门批准的信息项',
      'An emergency': '五、紧急情况',
      'The inbox': '六、待办',
      'As a source department': '七、作为来源部门',
      'Lists and reports of harm': '八、公示名单与强制报告',
    },
    ['不得'],
  ],
  [
    'docs/guide/charity.md',
    'docs/zh/charity.md',
    {
      'One child': '二、核验一名儿童',
      'A list, once a year': '四、每年复核受益人名单',
      'A help platform': '五、求助平台',
      'After a withdrawal': '六、撤回和删除',
    },
    ['一、登录，查看本组织的项目', '三、出示和检验凭证', '不得'],
  ],
  [
    'docs/guide/auditor.md',
    'docs/zh/auditor.md',
    {
      'Each day: the alerts': '一、每日：告警',
      'Reading the log': '二、查询日志',
      'Verifying it': '三、验证日志',
      'A freeze': '四、冻结与解除',
      'Rights, and the yearly audit': '六、年度合规审计',
    },
    ['五、单位和权限', '不得'],
  ],
  [
    'docs/operate/alerts.md',
    'docs/zh/alerts.md',
    {
      'What the public log shows': '公开日志显示什么',
      Decoys: '诱饵档案',
      'Where a child lives': '儿童住在哪里',
      ...Object.fromEntries(codesIn('docs/operate/alerts.md')),
    },
    [],
  ],
  [
    'docs/operate/runbook.md',
    'docs/zh/runbook.md',
    {
      'Prohibited attempt': '禁止用途',
      'Refused spike': '拒绝增多',
      'Integrity fault': '完整性故障',
      'Log unavailable': '日志不可用',
      'Throttled KMS': '密钥服务受限',
      'Store unavailable': '存储不可用',
      Canary: '试运行失败',
      'A disabled key': '密钥停用',
      'Refused by the firewall': '防火墙拒绝',
      'Game day': '演练',
      'Slow answers': '答复缓慢',
      Certificate: '证书',
      'Undelivered alarms': '告警未送达',
      'Undelivered messages': '通知未送达',
      Errors: '错误',
      'Throttled functions': '函数受限',
      'No run': '定时未运行',
      Lists: '名单',
      'Log lag': '日志延迟',
      'Log copy': '日志副本',
      'Stop access': '停止访问',
      'Suspected leak': '疑似泄露',
      'Index fault': '索引故障',
      'Broken chain': '断链',
      'Grave alert': '严重告警',
      'Many erasures': '大量删除',
      'Reconciliation fault': '比较故障',
      Watch: '监察',
      'Changed by hand': '人工变更',
      Restore: '恢复',
    },
    [],
  ],
  [
    'docs/integrate/verify.md',
    'docs/zh/verify.md',
    {
      Request: '申请',
      'Meaning of NOT_CONFIRMED': '“未确认”的含义',
      Repeats: '再次核验',
      'When a proof ends': '凭证何时终止',
      Budgets: '限额',
      Lists: '名单',
      'Help platforms': '求助平台',
      'Check a proof': '检验凭证',
    },
    [],
  ],
  [
    'docs/policy.md',
    'docs/zh/policy.md',
    {
      'Read it': '阅读',
      Languages: '语言',
      'Cells and purposes': '单元格和用途',
      'Run a pack': '运行一个策略包',
      'Write a pack': '编写一个策略包',
      'How a decision is made': '决定如何作出',
      Contracts: '合同',
      Retention: '保存',
      'Prohibited uses': '禁止用途',
      'Lists for posting': '拟张贴的名单',
      'Leak checks': '泄露核查',
      'Cohorts, statistics and cards': '群体、统计和故事卡',
      'Change it': '修改',
      'What no pack may say': '策略包不得写什么',
      'Sentences of law': '法律语句',
      'Choices that the law leaves open': '法律留给部门的选择',
      'The table of acts': '操作表',
    },
    [],
  ],
  [
    'docs/integrate/casework.md',
    'docs/zh/casework.md',
    {
      'The inbox': '待办',
      Consents: '同意',
      Cases: '案件',
      'Requests for approval': '审批申请',
      Emergencies: '紧急情况',
      'Inquiries of the child and the guardian': '儿童和监护人的查询',
      'Objections and other rights': '异议和其他权利',
      Freezes: '冻结',
      'Second person': '第二人',
      'Co-holders': '共同持有部门',
      Disputes: '争议',
      'The end of a purpose': '用途实现',
      'Reports of harm': '强制报告',
      'Legal holds': '保全',
      Letters: '文书',
      Incidents: '事件',
    },
    [],
  ],
  [
    'docs/operate/china.md',
    'docs/zh/china.md',
    {
      'What is the same': '相同之处',
      'What differs: callers': '不同之处：调用方',
      Keys: '密钥',
      'For an assessor of cryptography': '供密码应用安全性评估使用',
      'A second signature of proofs': '凭证的第二签名',
      'The log': '日志',
    },
    [],
  ],
  [
    'README.md',
    'README.zh.md',
    {
      'Try it': '试用',
      'The data path': '保护什么',
      'From a program': '(for engineers)',
      'For whom': '读者',
      'What it does not do yet': '尚未做到',
    },
    ['发现儿童受到侵害'],
  ],
];

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const headings = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name ?? '');

/** The commands of a page's blocks: `release`, `consent give`. */
function commandsOf(text: string): string[] {
  const shell = [...text.matchAll(/^```(?:sh|console)\b.*\n([\s\S]*?)^```$/gm)].map(([, body = '']) => body);
  const found = shell.flatMap((body) => [
    ...body.matchAll(/(?:npx )?fieldgate ((?:[a-z][a-z-]*)(?: (?!--)[a-z][a-z-]+(?= |$))?)/gm),
  ]);
  return [
    ...new Set(
      found.map(([, name = '']) =>
        GROUPS.has(name.split(' ')[0] ?? '') ? name : (name.split(' ')[0] ?? ''),
      ),
    ),
  ];
}
const GROUPS = new Set([
  'agency',
  'attest',
  'case',
  'consent',
  'harm-report',
  'incident',
  'log',
  'objection',
  'pack',
  'report',
  'request',
  'task',
]);

it.each(PAGES)('each section of %s has one in %s', (english, chinese, sections, own) => {
  expect(headings(read(english))).toEqual(Object.keys(sections));
  const said = Object.values(sections).filter((name) => !name.startsWith('('));
  expect(headings(read(chinese)).toSorted()).toEqual([...new Set([...said, ...own])].toSorted());
});

it.each(PAGES.filter(([english]) => english.startsWith('docs/guide/')))(
  'the commands of %s are all in %s',
  (english, chinese) => {
    const known = new Set(commandsOf(read(chinese)));
    const wanted = commandsOf(read(english));
    expect(wanted.length).toBeGreaterThan(3);
    expect(wanted.filter((name) => !known.has(name))).toEqual([]);
  },
);
