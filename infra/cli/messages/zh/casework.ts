import type * as english from '../en/casework.ts';

export const cases = {
  open: {
    noOfficer: '请写明承办的经办人：--assign。',
  },
  confirm: (id, entry) => `\n由另一人阅后确认：fieldgate case confirm ${id} --entry ${entry}\n`,
} satisfies typeof english.cases;

export const collect = {
  what: '领取已获同意的多人申请，每次一百人',
  subjects: '提出申请时所用的名单文件',
  out: '答复：每行一个 JSON 对象，对应一人',
  help: `
中断后再次运行同一命令即可继续。每人只领取一次：如果答复在途中丢失，命令会指出是哪些人，须就其另行申请。

  fieldgate request submit --as mca-county --purpose W2 --case PAY-2026-11 --subjects run.csv --officer zhao.min \\
    --reason "保障金发放，十一月"
  fieldgate request collect <编号> --as mca-county --subjects run.csv --out run.ndjson --officer zhao.min \\
    --reason "保障金发放，十一月"`,
  needsFiles: '请指明名单和答复文件：--subjects <文件> --out <文件>。',
  otherSize: (named, listed) => `申请涉及 ${named} 人，名单有 ${listed} 人。`,
  otherList: (path) => `${path} 中是另一份名单的答复。`,
  released: '已提供',
  releasedIn: (n, file) => `${n}，存于 ${file}`,
  lost: '丢失',
  lostMeans: (who) => `${who}。已领取但不在文件中，须另行申请。`,
} satisfies typeof english.collect;

export const consent = {
  act: 'given 同意，refused 拒绝，objects 异议，informed 已告知，notified 已通知，processed 已处理；able 有能力或 unable 无能力：能力判断',
  text: '拟公开发布的文字（用途为公开时）；仅发送其摘要',
  list: '列出就某人提交的同意，最新在前',
  none: '没有相关同意。\n',
} satisfies typeof english.consent;

export const freeze = {
  none: '没有冻结。\n',
  agency: '该单位的一切请求',
  notLooked: '! 未查对该单位是否有此经办人：安全审计员可在日志中查看。\n',
  neverSeen: '! 最近一个月的日志中，该单位没有此经办人。请核对姓名。\n',
  frozenOfficer: '与 --agency 合用：该单位此经办人的一切请求',
  purpose: '该用途的一切请求',
  class: '该类别的全部信息项',
  stopped: '此冻结已拒绝或缩减多少项答复（供策略管理员和安全审计员）',
  nameTarget: '请指明冻结对象：个人（--ref、--match）、--agency（可加 --frozen-officer）、--purpose 或 --class。',
  leftOut: (n) => (n === 0 ? '未缩减任何答复。\n' : `已缩减至少 ${n} 项答复。\n`),
  refusedSome: (n) => (n === 0 ? '未拒绝任何答复。\n' : `已拒绝至少 ${n} 项答复。\n`),
} satisfies typeof english.freeze;

export const hold = {
  requested: (id, entry, until) => `已提出。${until} 前须由另一人运行：\nfieldgate hold-confirm ${id} --entry ${entry}\n`,
  recused: (entry) => `已登记，有效期一年；未查询任何记录。日志条目 ${entry}。\n`,
} satisfies typeof english.hold;

export const request = {
  show: '查看一项申请；加 --id-number 则指明是否涉及该人',
  among: (person) => (person === null ? '\n其中没有此人。\n' : `\n此人是其中第 ${person} 位。\n`),
  fromList: '见 request list',
  disputed: '\n上级已有裁决的待办。在来源部门重新答复之前，原答复仍然有效。\n',
  none: '没有申请。\n',
  untested: (id, ref) => `\n文本须先比对：fieldgate story-text ${ref} --text <file> --request ${id}\n`,
  identifies: (id) => `\n文本可识别当事人，不得批准：fieldgate request refuse ${id} --why REWORD\n`,
} satisfies typeof english.request;

export const second = {
  changes: {
    registered: '登记',
    changed: '变更权限：',
    rekeyed: '更换密钥：',
    unsuspended: '恢复：',
  } as Record<string, string>,
  atOnce: (act, order) => `${act}（依据命令 ${order}，立即执行）`,
  unlessStopped: (act) => `${act}，期满即办理，除非被中止`,
  publication: (version, hash) => `发布规则 ${version}（${hash}）`,
  lift: (kind, target) => `解除${kind}冻结 ${target}`,
  revoke: (writer) => `吊销写入者 ${writer}`,
  none: '没有等待第二人的事项。待办事项：fieldgate task list\n',
  askedBy: '提出人',
  waits: (entry) => `日志条目 ${entry} 的申请待确认，内容由首位申请人说明。\n`,
  confirm: '作为第二人确认？[y/N] ',
  yes: ['y', 'yes', '是'],
  command: '命令（另加 --officer 和 --reason）',
} satisfies typeof english.second;

export const task = {
  show: '查看一项待办的详情；暂缓提供的，写明何人、何项、何故',
  fromList: '见 task list',
  show404: '本单位没有这项待办。',
  done: {
    what: '办结可由经办人办结的待办',
    id: '见 task list；未写时以 --kind 和 --case 指明',
    kind: '该 --case 的提供，或该 --purpose 未写案号的提供所产生的此类待办，全部办结',
    purpose: '提供的用途',
  },
  nameOne: '请以编号指明一项待办，或以 --kind 加 --case 或 --purpose 指明多项。',
  noneOpen: '没有这样的待办。\n',
  asked: (entry, until) => `请主管以 --entry ${entry} 确认，截至 ${until}\n`,
  closed: (id, kind, outcome, when) => `${id}  ${kind}  ${outcome}，${when}\n`,
  none: '没有待办。\n',
  count: (n) => `\n共 ${n} 项。fieldgate task show <编号> 写明如何办结。\n`,
  closedBy: '办结方式',
  letterPage: '供交付的文书网页',
  digestOf: '文书摘要',
  byAct: '办理所请求的事项后自动办结；等待第二人办理的事项见 fieldgate second',
} satisfies typeof english.task;
