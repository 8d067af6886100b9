import type { objectionPage as English } from '../objection-page.ts';
import type { Like } from '../texts.ts';

export const objectionPage: Like<typeof English> = {
  title: '办理答复书',
  receipt: '受理回执',
  number: '编号',
  what: '申请事项',
  about: '所涉信息项',
  office: '答复部门',
  at: '申请时间',
  desk: '送达窗口',
  open: '尚未答复',
  due: '答复期限',
  answered: '答复时间',
  stampOffice: '单位盖章',
  stampOfficer: '经办人签名',
  stampReceived: '领取人签名及日期',
  upheld: '予以办理',
  rejected: '不予办理',
  reasons: '书面答复及理由',
  to: '送达',
  rule: '依据',
  digest: '本文书摘要',
};
