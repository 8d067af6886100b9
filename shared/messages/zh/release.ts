import type { release as English } from '../release.ts';
import type { Like } from '../texts.ts';

export const release: Like<typeof English> = {
  absent: '没有存储，或者不予告知：二者用同一个词。',
  inPieces: '必填：该申请须分批领取',
  noSecondPerson: '不是本单位同事就该报告在十分钟内给出且尚未使用的确认',
  reportUnassigned: '报告人身份仅限负责人指派办理该报告的经办人查看：`POST /v1/tasks/{id}/take` 的 `for`',
  reportInHand: '该报告由另一名经办人办理，由其打开；也可以先接手其待办',
  pageKey: '请重新登录：本次会话没有接收加密答复的密钥',
  acceptHybrid: '答复以混合密钥封装：请接受 application/fieldgate-sealed',
  registerHybrid: '请登记一把混合密钥："kty": "AKP"、"alg": "X-Wing"、"use": "enc"',
  registerKey: '请登记一把 "use": "enc" 的密钥',
  bothLoggedIn: '两名人员均须以本单位人员身份登录。',
  noPart: '不是本窗口就此人所作且仍有效的答复的游标',
  answerBytes: (most: number) => `一次答复最多 ${most} 字节：请减少所申请的内容`,
};
