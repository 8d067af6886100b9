import type { problems as english } from '../en/problems.ts';

export const problems = {
  TOKEN_INVALID: '会话已结束',
  ACTION_NOT_GRANTED: '您的角色无权进行此操作',
  ROLE_REQUIRED: '您所在单位无权进行此操作',
} satisfies typeof english;
