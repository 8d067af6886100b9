import type { proof as english } from '../en/proof.ts';

export const proof = {
  checking: '正在验证',
  holds: '各步均成立：此条目与日志签署的一致。',
  fails: '此条目与所签署的不符。',
  waiting: (seconds) => `已存储，尚未入树，${seconds}秒后重试。`,
  by: (name) => `由函数 ${name} 写入，代码`,
  release: (release) =>
    `据网关自己的清单，为发布版本 ${release}；可用 fieldgate log prove --release-key 核对。`,
  noRelease: '其发布版本在此处无法核对。',
  deployments: '何时运行何种代码',
  picture: '从条目到根的路径',
  steps: {
    bytes: (n) => `这是规范字节，共${n}字节。`,
    leaf: '其哈希即树的叶。',
    path: (n) => `与树上${n}个相邻节点`,
    root: '逐级算出根。',
    checkpoint: (n) => `日志对${n}条之根签名。`,
    continues: (when, size) => `与本机${when}所记（${size}）一致。`,
    first: '本机没有更早的检查点。',
    signature: '写入者对条目签名。',
    writer: '写入者由网关密钥担保。',
    words: '所示内容（经办人、案号、理由等）与条目承诺一致。',
  },
  failures: {
    bytes: '字节不是所显示的条目。',
    leaf: '字节的哈希不是所示的叶。',
    path: '相邻节点不能得出所签署的根。此条目不是日志中的那一条。',
    root: '根与所签署的不同。',
    checkpoint: '检查点未由日志密钥签署。',
    continues: '日志出现两个版本。请保留本浏览器的记录，并告知日志运营者。',
    signature: '写入者的签名与此条目不符。',
    writer: '写入者没有担保。',
    words: '所示内容与条目承诺不符。',
  },
  sm3: '日志另有 SM3 树和 SM2 签名，本页未予核验，请用 fieldgate log verify --national 核验。',
  whatToDo: '处理办法：打印本页，保留本浏览器的记录，联系运营者和另一名安全审计员。',
} satisfies typeof english;
