import type { clientCodes as English } from '../client-codes.ts';
import type { Like } from '../texts.ts';

export const clientCodes: Like<typeof English> = {
  UNREACHABLE: '没有得到应答，也未执行任何操作。`obstacle` 写明阻碍所在。请稍后重新发送。',
  ANSWER_LOST: '提供请求已发出，但未收到应答，可能已经执行：重新发送之前请查看日志。',
  ANSWER_INVALID: '应答不符合接口约定，或者密封的应答不是网关作出的。请核对地址并上报。',
  ANSWER_REPLAYED: '密封的应答是网关作出的，但针对另一请求或另一时间。请上报，并重新发送请求。',
  TOKEN_REFUSED: '令牌接口拒绝了请求；`oauth` 为其错误代码。',
  NO_ENCRYPTION_KEY: '应答已密封，而连接没有能打开它的密钥：`enc`，或者已登记的 `hybrid`。',
  RECEIPT_INVALID: '回执不是本日志的写入者所签，或者日志中没有该条目。请保存二者并告知安全审计部门。',
  PROOF_INVALID: '核验证明不是本网关为本单位出具，或者与应答不符。请勿据以办理。',
  APPROVAL_PENDING: '未提供任何信息：已向来源部门提出申请。`filed` 为该申请，以其编号再次请求即可领取。',
};
