import type * as english from '../en/verify.ts';

export const list = {
  what: '核验名单中的每个人，例如每年一次核验某项目的受益人',
  file: '表格（.csv，含 id_number 或 ref 列）、JSON 列表，或每行一个 JSON 对象',
  atOnce: '同时进行的核验数',
  wait: '当日限额用完时等到次日，而不停止',
  help: `
--out 的文件夹保存答复：journal.ndjson 每行对应名单的一行，proofs/ 存放每个“符合”的证明。
中断后再次运行同一命令即可继续，不会重复核验同一人。

  fieldgate verify list beneficiaries.csv --as charity-sunrise --programme spring-bud --case CHA-2026-001 \\
    --officer shen.yi --reason "年度复核" --out recheck-2026`,
  needsOut: '请指明存放答复的文件夹：--out <文件夹>。',
  waits: (when: string) => `当日限额已用完，${when} 继续。您可以随时停止。\n`,
  kept: (done: number, total: number) => `${total} 人中已完成并保存 ${done} 人。`,
  keptWaits: (head: string, when: string) =>
    `${head}当日限额已用完：请在 ${when} 之后再次运行同一命令，或使用 --wait。\n`,
  keptAgain: (head: string) => `${head}再次运行同一命令即从该处继续。\n`,
  checked: (mark: string, n: number, rows: string) => `${mark} 已核验 ${n} 人\n${rows}`,
  eligible: '符合',
  withProofs: (n: number, out: string) => `${n}，证明存于 ${out}/proofs`,
  notConfirmed: '未能确认',
  malformed: '格式有误',
  again: '重复',
  againOnce: (n: number) => `${n}，只核验一次`,
  rows: (n: number, numbers: string, more: string) => `${n}：第 ${numbers}${more} 行`,
} satisfies typeof english.list;

export const journal = {
  otherJob: (folder: string) => `${folder} 属于另一份名单、另一项目或另一单位的任务；请另选 --out。`,
  changed: '任务的进度文件被其他进程改动。',
  running: '该任务已在另一进程中运行。',
} satisfies typeof english.journal;

export const subjects = {
  empty: (path: string) => `${path} 中没有指明任何人。`,
  theList: '名单',
  line: (n: number) => `第 ${n} 行`,
  notJson: (what: string) => `${what}不是有效的 JSON。`,
  namesNone: (row: number, keys: string) => `第 ${row} 行没有指明当事人：须有 "match"，或 ${keys} 之一。`,
  noColumn: (keys: string) => `首行须有以下列之一：${keys}。`,
  notCsv: (line: unknown) => `第 ${line} 行不是 CSV 表格的行。`,
} satisfies typeof english.subjects;

export const attest = {
  page: {
    what: '写出核验某一网关所发证明的网页：单个文件，任何浏览器可用',
    issuer: '网关；默认为 --url 或密钥文件中的网关',
    out: '例如 check.html',
    done: (file: string, issuer: string) => `${file} 核验由 ${issuer} 签发的证明。\n`,
  },
  verify: {
    what: '核验证明：签发方、内容和有效期',
    file: '证明，或含证明的答复；- 表示标准输入',
    issuer: '须由其签发的网关；默认为 --url 或密钥文件中的网关',
    programme: '须针对的项目',
    keys: '先前保存的签发方元数据，供离线核验',
    statusList: '先前保存的状态列表令牌',
    noStatus: '不核验是否已吊销',
  },
  badIssuer: '签发方须为 https://gateway.example 这样的地址。',
  noProof: '文件中没有证明。',
  noKeys: (issuer: string) => `签发方 ${issuer} 未给出密钥或状态。`,
  invalid: (mark: string, fault: string, meaning: string) => `${mark} 无效：${fault}。${meaning}\n`,
  issuedBy: '签发方',
  issued: '签发时间',
  notShown: '未出示',
  pseudonym: '假名',
  notRevoked: '未吊销',
  notChecked: '未核验',
  asOf: (when: string) => `截至 ${when}`,
} satisfies typeof english.attest;

export const verify = {
  programme: '项目，例如 spring-bud；fieldgate programmes 列出全部',
  case: '申请所属的项目或案号',
  code: '监护人在窗口取得的一次性验证码',
  out: '存放证明的文件；名单则为存放全部答复的文件夹',
  help: `
NOT_CONFIRMED（未能确认）不说明原因：不符合、未登记、没有同意或无权核验。

  fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi \\
    --reason "春季学期助学金" --id-number 990001201806250110 --out proof.txt
  fieldgate attest verify proof.txt --as charity-sunrise`,
  nameOne: '请以 --ref、--local-id 或 --match 加可识别的信息项指明一名当事人，或以 --code 给出代码。',
  answer: (mark: string, what: string, rows: string) => `${mark} ${what}\n${rows}`,
  eligible: '符合',
  notConfirmed: '未能确认',
  proof: '证明',
  keepIt: (n: number) => `${n} 个字符；用 --out <文件> 保存`,
  consentNames: '同意书须写明',
  checkCode: {
    programme: '以验证码开始的项目，例如 help-page-check',
    recipient: '监护人求助的平台',
    made: (code: string, recipient: string, until: string) =>
      `${code}  限 ${recipient} 使用一次，有效期至 ${until}\n`,
  },
} satisfies typeof english.verify;
