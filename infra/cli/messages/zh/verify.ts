import type * as english from '../en/verify.ts';

export const attest = {
  page: {
    what: '写出核验某一网关所发证明的网页：单个文件，任何浏览器可用',
    issuer: '网关；默认为 --url 或密钥文件中的网关',
    out: '例如 check.html',
    done: (file, issuer) => `${file} 核验由 ${issuer} 签发的证明。\n`,
  },
  verify: {
    what: '核验证明：签发方、内容和有效期',
    file: '证明，或含证明的答复；- 表示标准输入',
    issuer: '须由其签发的网关；默认为 --url 或密钥文件中的网关',
    programme: '须针对的项目',
    keys: '先前保存的签发方元数据，供离线核验',
    statusList: '先前保存的状态列表令牌',
    keep: '将公钥和状态列表的副本存入此文件夹，供离线核验',
    noStatus: '不核验是否已终止',
    ask: '并向网关查询这份证明：网关告知今日之前的终止，名单只列本月之前的',
  },
  signature: {
    what: '取得证明的第二签名，供只信任国家认可证书的核验方使用',
    out: '存放签名的文件；所签内容存在旁边，后缀 .signed',
    done: (check) => `将电子认证服务提供者的证书存为 ca.pem，然后检验：\n${check}\n签名不说明证明是否已终止，请用 fieldgate attest verify --ask 查询。\n`,
    none: (issuer) => `${issuer} 没有第二签名的服务。`,
    refused: '网关只签自己签发且未终止的证明。',
    later: '没有它，证明同样有效。请稍后再次运行命令。',
  },
  iam: '网关要求 IAM 时填 API 所在区域：请求以 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 和 AWS_SESSION_TOKEN 中的凭证签名',
  noCredentials: '使用 --iam 须设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，且其角色可调用该 API。',
  badIssuer: '签发方须为 https://gateway.example 这样的地址。',
  noProof: '文件中没有证明。',
  whose: (says) => ['请指明以哪个网关的证明为准：--issuer <地址>', says === null ? '' : `（此证明自称由 ${says} 签发）`, '，或 --as <单位代码>。'].join(''),
  noKeys: (issuer) => `签发方 ${issuer} 未给出密钥或状态。`,
  kept: (issuer, used) => `\n离线核验：fieldgate attest verify <文件> --issuer ${issuer} ${used}\n`,
  offline: '离线核验须有事先保存的副本：--keys 和 --status-list（以 --keep <文件夹> 保存）。',
  invalid: (mark, fault, meaning) => `${mark} 无效：${fault}。${meaning}\n`,
  issuedBy: '签发方',
  issued: '签发时间',
  notShown: '未出示',
  pseudonym: '假名',
  endsKnown: '终止情况已知至',
  askFirst: '此后的终止尚未列入名单。付款或据此办理之前，请向网关查询：--ask',
  notChecked: '未核验',
} satisfies typeof english.attest;

export const verify = {
  programme: '项目，例如 spring-bud；fieldgate programmes 列出全部',
  case: '申请所属的项目或案号',
  code: '代理人在窗口取得的一次性验证码',
  out: '存放证明的文件；名单则为存放全部答复的文件夹',
  help: `
NOT_CONFIRMED（未能确认）不说明原因：不符合、未登记、没有同意或无权核验。

  fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer shen.yi \\
    --reason "助学金，春季学期" --id-number 990001201806250110 --out proof.txt
  fieldgate attest verify proof.txt --as charity-sunrise`,
  nameOne: '请以 --ref、--local-id 或 --match 加可识别的信息项指明一名当事人，或以 --code 给出代码。',
  answer: (mark, what, rows) => `${mark} ${what}\n${rows}`,
  eligible: '符合',
  notConfirmed: '未能确认',
  manyCauses: '同一答复可有多种原因：没有写明本项目和本单位的同意、不符合、查无此人。代理人可凭日志编号向窗口询问。\n',
  proof: '证明',
  keepIt: (n) => `${n} 个字符；用 --out <文件> 保存`,
  checkCode: {
    alone: '交付前请先确认：达到规定年龄的，还须另一方同意，否则核验不予确认。请先登记（fieldgate consent give），此码当日内仍有效。\n',
    take: (purpose, recipient, fields) => `请先登记此项同意：fieldgate consent give … --purpose ${purpose} --to ${recipient} --field ${fields} --giver …`,
  },
} satisfies typeof english.verify;
