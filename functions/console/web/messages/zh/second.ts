import type { second as english } from '../en/second.ts';

export const second = {
  hint: '须两人办理的事项。此处列出本单位可确认或中止的事项；同意书、案件和答复的确认在待办中。',
  empty: '没有等待确认的事项。',
  asked: (office: string, until: string) => `由${office}提出，有效期至${until}。`,
  own: '这是您本人或本部门提出的事项，须由他人确认。',
  waits: (until: string) => `双方已同意，将于${until}执行；持有部分信息的部门可在此前中止。`,
  button: '作为第二人确认',
  lift: '解除冻结',
  acts: { erase: '删除档案', merge: '合并档案', part: '撤销合并' },
  begin: '发起档案事项',
  beginHint:
    '须由两个不同部门（或一个部门与策略管理员）的两人办理。持有部分信息的部门会收到通知，可在三日内中止删除或合并。',
  what: '事项',
  ref: '档案引用',
  into: '保留档案的引用',
  intoHint: '仅用于合并',
  instrument: '文书编号',
  instrumentHint: '仅用于人民法院的删除，不再等待',
  code: '凭验证码确认同意',
  codeHint: '同意人在其他部门的窗口当面领取验证码。',
  consent: '同意书编号',
  codeGiven: '验证码',
  revoke: '终止写入方密钥',
  revokeHint: '须两名安全审计员办理。该写入方尚未进入日志树的条目将不再进入。',
  writer: '写入方编号',
} satisfies typeof english;
