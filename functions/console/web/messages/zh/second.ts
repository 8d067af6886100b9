import type { second as english } from '../en/second.ts';

export const second = {
  hint: '须两人办理的事项。此处列出本单位可确认或中止的事项；同意书、案件和答复的确认在待办中。',
  forYou: '等您办理',
  byYou: '您或者本单位提出的',
  empty: '没有等您办理的事项。',
  emptyOwn: '您提出的事项均不在等待他人。',
  approval: '来源部门审批',
  asked: (office, until) => `由${office}提出，有效期至${until}。`,
  own: '这是您本人或本部门提出的事项，须由他人确认。',
  waits: (until) => `双方已同意，将于${until}执行；持有部分信息的部门可在此前中止。`,
  ordered: (number) => `依据命令 ${number}：第二人确认后立即执行，各部门不能再停止。`,
  button: '作为第二人确认',
  publication: '发布规则',
  publish: '提交同一文件，先显示差异',
  lift: '解除冻结',
  acts: { erase: '删除档案', merge: '合并档案', part: '撤销合并', move: '将档案移交另一县', end: '终止帮扶' },
  begin: '发起档案事项',
  beginHint: '须由两个不同部门（或一个部门与策略管理员）的两人办理。持有部分信息的部门会收到通知，可在三日内中止删除或合并。',
  code: '凭验证码确认同意',
  revoke: '终止写入方密钥',
} satisfies typeof english;
