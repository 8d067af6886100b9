import type { Like } from '../texts.ts';
import type { verify as English } from '../verify.ts';

export const verify: Like<typeof English> = {
  noCodeProgramme: '没有以一次性码开始的此项目',
  listBegun: '名单已提交：其他行请另用编号',
  otherList: '此编号下已提交另一份名单',
  partsMissing: (n: number) => `已收到 ${n} 部分`,
  notThisProgramme: '不得查询此项目',
  noMatchKey: '应为策略所列的匹配项',
  codeExpected: '应填一次性码',
  codeForOthers: '一次性码用于其他项目',
  noConsent: (purpose: string, fields: string) => `核验不会得到确认：没有就 ${purpose} 给予该接收方、并写明 ${fields} 的有效同意`,
};
