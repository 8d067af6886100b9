import type { oauth as English } from '../oauth.ts';
import type { Like } from '../texts.ts';

export const oauth: Like<typeof English> = {
  invalid_request: '参数缺失、重复或者格式不对。',
  invalid_client: 'client assertion 无效：密钥、签发者、受众、时间或者编号不对。',
  unauthorized_client: '单位已暂停或者被冻结，说明中列明。',
  invalid_scope: '不使用 scope，请用 authorization_details。',
  unsupported_grant_type: '唯一的 grant type 是 client_credentials。',
  invalid_dpop_proof: '请针对 POST 和令牌接口地址重新生成证明。',
  use_dpop_nonce: '请使用响应头 DPoP-Nonce 中的 nonce 重新生成证明。',
  invalid_authorization_details: '请发送一个 fieldgate 类型的对象，操作和用途限于单位已登记的范围。',
  server_error: '请稍后重新发送同一请求。',
  temporarily_unavailable: '请在 Retry-After 之后重新发送同一请求。',
};
