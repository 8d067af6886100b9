import type { insight as English } from '../insight.ts';
import type { Like } from '../texts.ts';

export const insight: Like<typeof English> = {
  tooMuchText: '一次核查的文本过多，请分批发送',
  noSuchDimension: (known: readonly string[]) => `没有这个统计维度，应为 ${known.join('、')} 之一`,
};
