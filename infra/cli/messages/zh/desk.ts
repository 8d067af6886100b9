import type * as english from '../en/desk.ts';

export const harm = {
  file: {
    reporter: '报告人',
    contact: '受理部门联系报告人的方式',
    to: '受理部门，例如 MPS 或 MCA',
    key: '同一标识重复提交视为同一报告',
    done: (to, id, due) => `已报告 ${to}，编号 ${id}，对方至迟 ${due} 收到。\n`,
  },
  open: {
    what: '为强制报告，履行义务，打开本单位收到的报告',
    reporter: '一并打开报告人信息',
    second: '先前申请打开报告人的同事所得到的确认',
  },
  fromTask: '见待办（所涉）',
} satisfies typeof english.harm;

export const incident = {
  open: {
    what: '登记泄露事件：相关人员信息项的接收方、报告时限和待办',
    ticket: '泄露核查所发现的人，代替 --ref',
    operator: 'county-organ 县级机关，provincial-organ 省级机关，state-organ 中央机关，critical-infrastructure 关键信息基础设施，other 其他：据此确定时限',
  },
  show: { what: '查看泄露事件，或输出供打印的报告', html: '报告网页' },
  close: { what: '写明结论，办结泄露事件（--reason）' },
  namePeople: '请以一种方式指明当事人：--ref、--local-id 或以 --match 加可识别的信息项；--subjects；或 --ticket。',
  noRecipient: '据日志，该时段没有人接收过这些信息项。\n',
} satisfies typeof english.incident;

export const notice = {
  purpose: '用途或哈希：显示其全文',
  unknown: (names) => `没有这份告知书。现有：${names}。`,
  text: (text, hash) => `${text}\n哈希  ${hash}\n`,
  empty: '策略中没有告知书。\n',
} satisfies typeof english.notice;

export const objection = {
  file: {
    what: '对某信息项提出异议，该信息项立即停止提供；或行使其他权利（--reason 不写正确内容）',
  },
  show: { what: '查看异议', html: '供交付的答复网页' },
} satisfies typeof english.objection;
