import type { Like } from '../texts.ts';
import type { values as English } from '../values.ts';

export const values: Like<typeof English> = {
  plain: '原文',
  masked: '脱敏',
  generalised: '概括',
  predicate: '是否判断',
  token: '假名',
  yes: '是',
  no: '否',
  aside: (text: string) => `（${text}）`,
  colon: '：',
  comma: '，',
  semicolon: '；',
  file: '存有影像文件',
};
