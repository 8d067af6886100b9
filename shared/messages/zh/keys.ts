import type { keys as English } from '../keys.ts';
import type { Like } from '../texts.ts';

export const keys: Like<typeof English> = {
  keyNoObject: '密钥不是对象',
  kidMissing: '密钥缺少 1 至 128 个字符的 kid',
  kidTwice: '两把密钥的 kid 相同',
  keyTwice: '同一密钥列了两次；签名和加密须各用一把',
  noSigningKey: '没有 "use": "sig" 的密钥',
  useMissing: '每把密钥须写明 "use": "sig" 或 "enc"',
  algNoText: 'alg 不是文本',
  keyInvalid: '密钥不是 P-256、Ed25519、RSA 或混合密钥，或者无效，或者含有私钥部分',
  algNotServed: '签名密钥所列算法不受支持',
  notEcdh: '加密密钥应为用于 ECDH-ES 的 P-256 密钥，或者混合密钥',
  hybridStays: '混合密钥只能以混合密钥更换；取消须两名策略管理员',
  keyCount: (most: number) => `keys 应为 1 至 ${most} 个 JWK 的列表`,
};
