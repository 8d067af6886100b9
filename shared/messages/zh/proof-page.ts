import type { proofPage as English } from '../proof-page.ts';
import type { Like } from '../texts.ts';

export const proofPage: Like<typeof English> = {
  MALFORMED: '这不是一份证明，或内容已被改动。',
  TYPE: '这是另一种凭证。',
  SIGNATURE: '不是本网关签发的。',
  DISCLOSURE: '随附的披露内容与证明不符。',
  CLAIM: '签发者或项目不符，或含有此类证明不应有的内容。',
  EXPIRED: '已过有效期，或尚未生效。',
  KEY_BINDING: '持有人绑定方式不符合要求。',
  STATUS: '状态列表与证明所指的不符。',
  REVOKED: '已被撤销。',
  eligible: '符合条件，目前仍有效',
  eligibleOnce: '签发时符合条件；未核验是否已被撤销',
  unconfirmed: '该证明未确认任何资格',
  checking: '正在核验……',
  programme: '项目',
  issued: '签发时间',
  validUntil: '有效期至',
  recipient: '接收方',
  notShown: '未披露',
  notRevoked: '截至此时未被撤销',
  checked: '已核验',
  signature: '签发者签名',
  belongs: '披露内容一致',
  dates: '类型、签发者与日期',
  list: '未被撤销（依签发者列表）',
  notInPublic: '本证明仅供接收方使用，不得在公开宣传材料中引用。',
  invalid: (fault: string) => `无效：${fault}`,
  unchecked: '无法核验',
  unknown:
    '未能取得签发者的公钥或状态列表，或本浏览器无法核验此类签名；证明真伪未知，请稍后再试，或换用较新的浏览器。',
};
