import type { acts as english } from '../en/acts.ts';

export const acts = {
  hint: '向您开放的各项操作和查询，依网关接口约定列出。',
  find: '按文字查找',
  run: '提交',
  read: '查询',
  done: '已完成。',
  answer: '答复',
} satisfies typeof english;
