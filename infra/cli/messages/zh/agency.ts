import type * as english from '../en/agency.ts';

export const agency = {
  init: {
    what: '为新单位生成密钥，并输出供策略管理员登记的 JWKS',
    clientId: '单位代码',
    out: '存放私钥的文件，须尚不存在',
    hybrid: '另外生成混合密钥（ML-KEM-768 与 X25519）：本单位的所有程序均须能打开以其加密的答复',
  },
  rotate: '更换本单位的密钥（网关和密钥文件中）',
  list: '列出已登记单位和待确认的变更（供策略管理员和安全审计员）',
  register: {
    what: '登记单位（须两名策略管理员）',
    file: 'JSON 文件，含 clientId、name（按语言）、departments、roles、areas、purposes、actions、trainedUntil；场所另含 institution',
  },
  change: { what: '变更单位的权限（须两名策略管理员；不增加权限时一名）', file: 'JSON 文件，同 register' },
  jwks: '公钥文件，即 agency init 的输出',
  jwksUrl: '单位公布其密钥的 https 地址',
  privateKeys: (path) => `${path} 含有私钥，没有发送。--jwks 只接受 fieldgate agency init 输出的公钥。`,
  eitherKeys: '请给出 --jwks 或 --jwks-url 其中之一。',
  noJson: (path) => `没有可读取的 JSON 文件 ${path}。`,
  waits: (until, entry, clientId) => `${until} 前等待第二名策略管理员：fieldgate agency confirm ${clientId} ${entry}\n`,
  waitsInList: (until, agency, outcome, officer, reason, entry) => `待确认，至 ${until}  ${agency}  ${outcome}，${officer}（${reason}）  ${entry}\n`,
  nextCall: (clientId) => `其首次调用：fieldgate whoami --as ${clientId}\n`,
} satisfies typeof english.agency;

export const add = {
  what: '逐步登记新单位：类别、权限、密钥和首次调用（两名策略管理员）',
  clientId: '单位代码：小写字母、数字和 -',
  kind: '单位类别：策略中的角色，用途由此而定',
  name: '单位名称（每种语言一次），例如 en=…',
  area: '辖区的区划代码（可重复或以逗号分隔）',
  department: '所代表的部门（该类别有多个部门时）',
  purpose: '仅限该类别的这些用途（可重复或以逗号分隔）',
  institution: '所属场所在档案中的名称',
  trainedUntil: '工作人员培训有效至（日期）',
  stores: '还录入本单位的档案（intake）',
  jwks: '其公钥文件；未给出则生成密钥，已生成的则读取',
  ask: { kind: '单位类别' },
  noKind: (kind, near) => `没有单位类别 ${kind}。` + (near === null ? '' : `最接近的是 ${near}。`),
  nameDepartment: (codes) => `请给出部门：--department，可为 ${codes}。`,
  missing: (option, choices) => `请给出 ${option}。` + (choices === undefined ? '' : `可选：\n${choices}`),
  second: (until, clientId, entry, office) =>
    `须由另一名策略管理员在 ${until} 前确认：
  fieldgate login <另一名策略管理员>
  fieldgate agency confirm ${clientId} ${entry} --as ${office} --officer <另一名策略管理员> --reason "…"

`,
  firstCall: (clientId) => `然后首次调用：\n  fieldgate whoami --as ${clientId}\n`,
} satisfies typeof english.add;

export const init = {
  badClientId: '单位代码只含小写字母、数字和 -，最多 63 个字符。',
  noKeySet: (path) => `${path} 不含 agency init 所输出的公钥。`,
  taken: '上次更换的密钥已生效，密钥文件已更新。\n',
  unwritable: (path) => `${path} 无法写入，或已存在。`,
} satisfies typeof english.init;

export const history = {
  what: '列出一个单位登记的每次变更：何人、何故、增加了什么（供安全审计员）',
  none: '没有关于该单位的条目。\n',
} satisfies typeof english.history;

export const keys = {
  ref: '当事人，以本单位编号指明',
  intoMatch: '保留的记录，以策略中可识别的信息项指明：reader_no=R-1',
  double: '重复记录，以本单位编号指明',
  noWait: '仅启动任务并显示其编号',
  nameInto: '请指明保留的记录，或使用 --stop 或 --undo',
  started: (id) => `任务 ${id}；结束本命令不影响任务。\n`,
  items: '项',
  of: (n) => `/${n}`,
  problem: (code) => `正在等待服务（${code}）。`,
  failed: (n) => `${n} 项未能处理：见网关自身的日志。`,
  left: (classes: readonly string[]) => `下列类别的 KMS 密钥不可用，保持原样：${classes.join('、')}。`,
  suite: (name, keys) => `套件 ${name}：数据密钥 ${keys} 个。`,
  jobOf: (kind, class_) => `${kind}（${class_}）`,
  job: (id, what, state, done, of, changed, waits, failed) => `${id}：${what}，${state}，${done}${of} 项，变更 ${changed} 项。${waits}${failed}\n`,
} satisfies typeof english.keys;
