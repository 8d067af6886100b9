import type * as english from '../en/casework.ts';

export const cases = {
  open: {
    what: '登记涉及儿童的案件；经第二人确认后生效',
    purpose: '用途，例如 W3',
    assign: '承办的经办人（可重复，或用逗号分隔）',
    noCase: '请写明案号：--case。',
    noOfficer: '请写明承办的经办人：--assign。',
  },
  list: { what: '列出本单位的案件，先到期者在前', agency: '供安全审计员：该单位的案件' },
  show: '查看一个案件',
  fromListOrTask: '见 case list 或确认待办',
  assign: { what: '将案件改由其他经办人承办', assign: '经办人（可重复，或用逗号分隔）' },
  fromList: '见 case list',
  confirm: '确认他人登记的案件',
  close: '结案，相关提供即时终止',
  again: (state: string) => `${state}（重新登记）`,
  assignedTo: '承办人',
  opened: '登记',
  by: (when: string, agency: string, officer: string) => `${when}，${agency}，${officer}`,
  confirmed: '确认',
  confirmedBy: (when: string, who: string) => `${when}，${who}`,
  closed: '结案',
  waitsFor: '等待',
  confirmBy: '确认期限',
  subjects: '当事人',
  supervisor: (agency: string) => `${agency} 的主管人员`,
  office: (department: string) => `${department} 的单位`,
  none: '没有案件。\n',
  waits: (who: string) => `等待 ${who}`,
} satisfies typeof english.cases;

export const collect = {
  what: '领取已获同意的多人申请，每次一百人',
  subjects: '提出申请时所用的名单文件',
  out: '答复：每行一个 JSON 对象，对应一人',
  help: `
中断后再次运行同一命令即可继续。每人只领取一次：如果答复在途中丢失，命令会指出是哪些人，须就其另行申请。

  fieldgate request submit --as mca-county --purpose W2 --case PAY-2026-11 --subjects run.csv --officer zhao.min \\
    --reason "十一月发放"
  fieldgate request collect <编号> --as mca-county --subjects run.csv --out run.ndjson --officer zhao.min \\
    --reason "十一月发放"`,
  needsFiles: '请指明名单和答复文件：--subjects <文件> --out <文件>。',
  otherSize: (named: number, listed: number) => `申请涉及 ${named} 人，名单有 ${listed} 人。`,
  otherList: (path: string) => `${path} 中是另一份名单的答复。`,
  released: '已提供',
  releasedIn: (n: number, file: string) => `${n}，存于 ${file}`,
  lost: '丢失',
  lostMeans: (who: string) => `${who}。已领取但不在文件中，须另行申请。`,
} satisfies typeof english.collect;

export const consent = {
  give: {
    what: '提交同意；用 --act 提交拒绝、异议或已告知的证明',
    purpose: '唯一的用途',
    to: '唯一的接收单位',
    field: '每个信息项（可重复，或用逗号分隔）',
    act: 'given 同意，refused 拒绝，objects 异议，informed 已告知，notified 已通知，processed 已处理；able 有能力或 unable 无能力：能力判断',
    giver: '作出表示的人：策略所列之一，例如 child 儿童、guardian 监护人',
    relation: '表示人与儿童的关系',
    document: '表示人出示的证件；由接收方自行提交时必填',
    person: '单位中接受同意的人员，例如医师',
    text: '拟公开发布的文字（用途为公开时）；仅发送其摘要',
    method: '表示方式，例如 signed-form（签字书面）',
    notice: '已阅读的告知书，以其哈希指明：见 fieldgate notice',
    at: '表示时间（不是现在时）',
    from: '有效期开始',
    until: '有效期届满，最长一年；写日期时为最后一日',
    informed: '儿童本人同意时：已告知监护人的证明',
  },
  evidence: '扫描件或录音；仅发送其 SHA-256',
  list: '列出就某人提交的同意，最新在前',
  confirm: {
    what: '确认由接收方提交的同意，使其生效',
    document: '同意人在窗口出示的证件',
    code: '或：同意人的一次性验证码',
  },
  fromList: '见 consent list',
  code: {
    what: '在窗口为同意人生成一次性验证码',
    document: '同意人出示的证件',
    made: (code: string, until: string) => `${code}\n请当面交给同意人，有效期至 ${until}。\n`,
  },
  withdraw: {
    what: '撤回同意，自下一次提供起生效',
    method: '撤回方式',
    code: '同意人的一次性验证码，任何单位均可代为提交',
  },
  conflict: {
    what: '声明监护人与儿童有利益冲突（须两人办理）',
    lift: '声明该利益冲突已消除',
    pending: (until: string) => `，${until} 前须由第二人办理`,
  },
  noDocument: '请写明证件类型和号码，例如 resident-card=…。',
  noFile: (path: string) => `没有可读取的文件 ${path}。`,
  none: '没有相关同意。\n',
  waiting: (said: string) => `${said}（待核实）`,
  for: (purpose: string, recipient: string) => `${purpose}，提供给 ${recipient}`,
  said: '表示',
} satisfies typeof english.consent;

export const freeze = {
  agency: '该单位的一切请求',
  frozenOfficer: '与 --agency 合用：该单位此经办人的一切请求',
  purpose: '该用途的一切请求',
  class: '该类别的全部信息项',
  list: '列出现行冻结；个人的冻结仅限策略管理员和安全审计员',
  stopped: '此冻结已拒绝或缩减多少项答复（供策略管理员和安全审计员）',
  fromFreeze: '见 freeze',
  nameTarget:
    '请指明冻结对象：个人（--ref、--match）、--agency（可加 --frozen-officer）、--purpose 或 --class。',
  none: '没有冻结。\n',
  what: '对象',
  leftOut: (n: number) => (n === 0 ? '未缩减任何答复。\n' : `已缩减至少 ${n} 项答复。\n`),
  refusedSome: (n: number) => (n === 0 ? '未拒绝任何答复。\n' : `已拒绝至少 ${n} 项答复。\n`),
} satisfies typeof english.freeze;

export const hold = {
  instrument: '命令的文号',
  field: '仅保全此信息项（多个则重复）',
  list: '列出现行保全；不显示个人',
  noInstrument: '请用 --instrument 写明文号。',
  requested: (id: string, until: string) => `已提出。${until} 前须由另一人运行 hold-confirm ${id}。\n`,
  fromHold: '见 hold',
  none: '没有保全。\n',
  record: '整条记录',
  order: '命令',
  keeps: '保全范围',
} satisfies typeof english.hold;

export const request = {
  submit: {
    what: '向数据所属部门提出申请；须审批的提供会自动提出',
    purpose: '用途，例如 J1',
    case: '申请所属的案号',
    field: '所申请的信息项（可重复，或用逗号分隔）',
  },
  list: { what: '列出本单位可以答复的申请，最新在前', sent: '本单位提出的申请' },
  show: '查看一项申请',
  fromList: '见 request list',
  approve: '同意申请的信息项',
  refuse: '不同意信息项，或撤销同意',
  asOwner: (what: string) => `作为数据所属部门${what}`,
  field: '信息项（可重复，或用逗号分隔）；默认为本单位可答复的全部信息项',
  ask: {
    what: '作为数据所属部门要求补充材料；仅限一次',
    missing: '所缺材料（可重复，或用逗号分隔）：策略中的代码',
    field: '信息项（可重复，或用逗号分隔）；默认为全部待审批信息项',
    noMissing: '请写明所缺材料：--missing <代码>。',
  },
  supply: {
    what: '补充数据所属部门所需的材料',
    statement: '补充的内容，文字说明',
    document: '在网关外交给数据所属部门的文件；仅发送其 SHA-256',
    noStatement: '请写明补充的内容：--statement <文字>。',
  },
  withdraw: '撤回本单位提出的申请',
  dispute: '就不同意的答复，向该部门的上级提请裁决',
  disputed: '\n上级已有裁决的待办。在数据所属部门重新答复之前，原答复仍然有效。\n',
  collectBy: (when: string) => `最迟 ${when} 领取`,
  clock: (party: string, when: string) => `${party}：${when}`,
  request: '申请',
  from: '申请方',
  clocks: '时限',
  collected: '已领取',
  forYou: '待您答复',
  asked: '答复部门',
  material: '材料',
  answerBy: (when: string) => `最迟 ${when} 答复`,
  supplyBy: (when: string) => `最迟 ${when} 补充`,
  late: (party: string) => `${party}已逾期`,
  missing: (what: string) => `缺少：${what}`,
  supplied: (what: string, statement: string, papers: string) =>
    `缺少：${what}。已补充：${statement}${papers}`,
  papers: (n: number) => `，文件 ${n} 份`,
  more: (n: number) => `等，另有 ${n} 人（--json 显示全部）`,
  range: (from: number, to: number) => `${from} 至 ${to}`,
  none: '没有申请。\n',
  sentIn: (zone: string) => `提出时间（${zone}）`,
  why: '不予共享的原因：策略中的代码（策略有此要求时）',
} satisfies typeof english.request;

export const second = {
  unlessStopped: (act: string) => `${act}，期满即办理，除非被中止`,
  lift: (kind: string, target: string) => `解除${kind}冻结 ${target}`,
  revoke: (writer: string) => `吊销写入者 ${writer}`,
  none: '没有等待第二人的事项。待办事项：fieldgate task list\n',
  askedBy: '提出人',
  command: '命令（另加 --officer 和 --reason）',
} satisfies typeof english.second;

export const task = {
  list: { what: '列出本单位及其辖区内本部门的待办，先到期者在前', done: '已办结的待办' },
  show: '查看一项待办的详情；暂缓提供的，写明何人、何项、何故',
  fromList: '见 task list',
  show404: '本单位没有这项待办。',
  done: {
    what: '办结可由经办人办结的待办',
    id: '见 task list；未写时以 --kind 和 --case 指明',
    kind: '该 --case 的提供所产生的此类待办全部办结',
    outcome: '办理结果，一个词',
    evidence: '删除或告知的证明；仅发送其 SHA-256',
    delivery: '告知的送达方式；种类见 fieldgate notice',
    day: '告知送达当事人的日期',
  },
  code: '用途代码',
  nameOne: '请以编号指明一项待办，或以 --kind 和 --case 指明多项。',
  noneOpen: '没有这样的待办。\n',
  closed: (id: string, kind: string, outcome: string, when: string) =>
    `${id}  ${kind}  ${outcome}，${when}\n`,
  task: '待办',
  due: (state: string, when: string) => `${state}，期限 ${when}`,
  none: '没有待办。\n',
  dueIn: (zone: string) => `期限（${zone}）`,
  of: '部门',
} satisfies typeof english.task;
