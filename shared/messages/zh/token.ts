import type { Like } from '../texts.ts';
import type { token as English } from '../token.ts';

export const token: Like<typeof English> = {
  actorUnknown: 'actor token 不属于本单位人员',
  usePost: '请使用 POST',
  tooMany: '请求过多',
  noToken: '未签发令牌',
  inBody: '参数应放在正文，不应放在网址',
  oneGrantType: '唯一的 grant type 是 client_credentials',
  oneMethod: '唯一的客户端认证方式是 private_key_jwt',
  noScopes: '不使用 scope，请用 authorization_details',
  assertionMissing: '缺少 client_assertion',
  assertionAlone: '只能用 client_assertion 认证',
  parameterRepeated: '参数重复',
  actorDiffers: 'officer 应为 actor token 所指的人，且具有所需角色',
  nonceOfHeader: '请使用响应头 DPoP-Nonce 中的 nonce 重新生成证明',
  assertionInvalid: 'client assertion 无效',
  proofMissing: '缺少 DPoP 请求头',
  proofInvalid: 'DPoP 证明无效',
  proofUsed: 'DPoP 证明已使用过',
  agencyFrozen: '该单位已被冻结',
  officerFrozen: '该人员已被冻结',
  purposeFrozen: '该用途已被冻结',
  assertionType: (type: string) => `client_assertion_type 应为 ${type}`,
  actorType: (type: string) => `actor_token 须与 actor_token_type ${type} 一并发送`,
  missing: (name: string) => `缺少 ${name}`,
  details:
    '应为一个列出操作的 fieldgate 类型的对象；release 和 verify 须有用途，其他操作不填用途；各项文字为不空的一行',
  lacks: (actions: string) => `该单位未登记操作 ${actions}，登记单位的机关可以增加`,
  purposeUnknown: (own: string) => `策略中没有这一用途；该单位的用途为：${own || '–'}（GET /v1/catalogue）`,
};
