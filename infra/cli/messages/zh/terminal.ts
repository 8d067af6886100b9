import { kinds, outcomes } from '../../../../shared/codes-zh.ts';
import type * as english from '../en/terminal.ts';

/** commander 自身的文字。 */
export const usage = {
  options: '选项（各命令通用的见 fieldgate --help）：',
  shared: '各命令还可使用 --as、--url、--json、--lang 等选项：fieldgate --help',
  headings: {
    'Usage:': '用法：',
    'Arguments:': '参数：',
    'Options:': '选项：',
    'Global Options:': '上级命令的选项：',
    'Commands:': '命令：',
  } as Record<string, string>,
  choices: (list) => `可选：${list}`,
  standard: (value) => `默认：${value}`,
  env: (name) => `环境变量：${name}`,
  notes: (text, notes) => `${text}（${notes}）`,
  join: '，',
  missingArgument: (name) => `错误：缺少参数 '${name}'`,
  optionMissingArgument: (option) => `错误：选项 '${option}' 缺少值`,
  missingOption: (option) => `错误：须给出选项 '${option}'`,
  conflictingOption: (one, other) => `错误：选项 '${one}' 不能与 '${other}' 合用`,
  unknownOption: (option) => `错误：没有选项 '${option}'`,
  unknownCommand: (name) => `错误：没有命令 '${name}'`,
  excessArguments: (name) => `错误：'${name}' 的参数过多`,
  invalid: (of, value, why) => `错误：'${value}' 不能用于 '${of}'。${why}`,
  similar: (names) => `\n（是否为 ${names}？）`,
  allowed: (list) => `可选：${list}。`,
  badLanguage: (names) => `语言可选：${names}。`,
} satisfies typeof english.usage;

/** 示例中的事由。 */
export const reasons = {
  order: '单位决定第 12 号',
  lost: '电脑遗失',
  help: '帮扶复核',
  visit: '窗口来访',
  case: '在办案件',
} satisfies typeof english.reasons;

export const placeholders: typeof english.placeholders = {
  act: '行为',
  shell: '终端',
  'client id': '单位代码',
  channel: '渠道',
  checks: '数目',
  class: '数据类',
  code: '代码',
  'code...': '代码...',
  command: '命令',
  date: '日期',
  day: '日期',
  department: '部门',
  dimension: '维度',
  domain: '域名',
  division: '区划',
  entries: '条目数',
  entry: '条目',
  'field=value': '信息项=值',
  'heading=field': '列名=信息项',
  headings: '列名',
  file: '文件',
  folder: '文件夹',
  'from-to': '起-止',
  format: '格式',
  'giver=act': '同意人=行为',
  hash: '哈希',
  'language=text': '语言=文字',
  type: '类型',
  'host:port': '主机:端口',
  id: '编号',
  into: '保留的记录',
  key: '自编号',
  kind: '种类',
  'kind=number': '种类=号码',
  language: '语言',
  level: '级别',
  name: '名称',
  number: '号码',
  of: '经办人',
  officer: '经办人',
  options: '选项',
  pack: '策略包',
  path: '路径',
  purpose: '用途',
  records: '记录数',
  ref: '本单位编号',
  reference: '本单位编号',
  right: '权利',
  role: '角色',
  state: '状态',
  story: '故事',
  text: '文字',
  time: '时间',
  unit: '单位',
  url: '地址',
  vkey: '密钥',
  region: '区域',
  what: '事项',
  who: '何人',
  word: '词',
  words: '词',
  writer: '写入者',
  year: '年度',
  before: '之前',
  after: '之后',
};

export const values = { yes: '是', no: '否' } satisfies typeof english.values;

export const progress = {
  bar: (what) => `{bar} {percentage}% · {value}/{total} ${what} · 已用 {duration_formatted}，剩余 {eta_formatted}`,
  line: (done, total, what) => `${done}${total === null ? '' : `/${total}`} ${what}\n`,
} satisfies typeof english.progress;

/** The script of `fieldgate completion`. */
export const completion = {
  shell: 'bash、zsh 或 fish',
  words: '已键入的词：输出其后可用的内容',
  help: `
  bash  source <(fieldgate completion bash)
  zsh   source <(fieldgate completion zsh)
  fish  fieldgate completion fish | source`,
} satisfies typeof english.completion;

export const certificate = {
  onlyKey: '使用 --client-key 时须同时给出 --client-cert。',
  unusable: (cert, key, code) => `无法使用客户端证书 ${cert} 及密钥 ${key}（${code ?? '不是 PEM'}）。两者均为 PEM 文件且须配对；密钥已加密时，由 FIELDGATE_CLIENT_KEY_PASSPHRASE 提供口令。`,
} satisfies typeof english.certificate;

export const failures = {
  fork: (path) => `日志签署了两份历史。请保留 ${path}，可在任何机器上核对：fieldgate witness evidence ${path} --key <vkey>`,
  unexpected: '意外出错。请连同所用的命令一并报告。',
  file: (path, code) => `无法使用 ${path}（${code}）。`,
  unreachable: (address, why) => [`无法连接网关 ${address}`, ...(why ? [why] : [])].join('：'),
  obstacles: {
    NO_SUCH_HOST: '此处不认识该主机名：请检查名称、网络和域名服务器。',
    REFUSED: '主机有应答，但该端口没有服务：请检查地址，并询问运维人员。',
    SILENT: '未在规定时间内得到应答：请检查网络、防火墙和代理（HTTPS_PROXY）。',
    UNKNOWN_AUTHORITY: '证书的签发者不为本机所知。请将其证书文件告知 Node：NODE_EXTRA_CA_CERTS=<文件.pem>。经由拆解 TLS 的代理时，是该代理的签发者。',
    NOT_VALID_NOW: '证书今日无效。请检查本机时钟，再询问运维人员。',
    OTHER_HOST: '证书属于其他主机：请使用证书中的主机名。',
    NO_TLS: '对方不使用 TLS：请检查地址开头的协议和端口。',
    ENDED: '对方中断了连接。如果网关要求客户端证书，请用 --client-cert 和 --client-key 指定。',
  },
  noWayByProxy: '代理没有应答，或不转发到该地址：请检查 HTTPS_PROXY，或把网关列入 NO_PROXY。',
  noProxy: `已设置 HTTPS_PROXY，但 Node ${process.versions.node} 不支持代理：请用 24.14 或更高版本。`,
  rule: (code, rule) => `${code}，条款 ${rule}`,
  acknowledged: (n) => `此前已存储 ${n} 条记录。再次运行同一命令即可，不会产生重复记录。`,
  retry(hours, minutes, seconds) {
    if (hours + minutes === 0) return `请在 ${seconds} 秒后重试。`;
    return hours === 0 ? `请在 ${minutes} 分钟后重试。` : `请在 ${hours} 小时 ${minutes} 分钟后重试。`;
  },
  request: (id) => `请求编号 ${id}`,
} satisfies typeof english.failures;

export const codes = {
  ...kinds,
  ...outcomes,
  REVIEW_OWED: '须复核',
  PROHIBITED: '禁止用途',
  OFF_HOURS: '非工作时间',
  RARE: '少见',
  FIRST_PURPOSE: '首次用途',
  CLAIMED: '受限类别，经办人仅为申报',
  SECOND: '再次复核',
  ...{ ALERT_HIGH: '严重告警', ALERT_MEDIUM: '告警', ALERT_LOW: '轻微告警', SAMPLE: '抽样' },
  // 状态
  active: '现行',
  closed: '已结案',
  done: '已办结',
  'due-soon': '将到期',
  expired: '已过期',
  failed: '失败',
  'in-force': '现行',
  lapsed: '已失效',
  material: '待补充材料',
  open: '办理中',
  opened: '已登记',
  overdue: '逾期',
  pending: '待第二人',
  running: '进行中',
  unfounded: '不属实',
  // 异议由来源部门答复；不予共享的裁定由上级作出。
  waiting: '待办理',
  // 同意
  given: '同意',
  // 对象与时限
  class: '信息项类别',
  officer: '经办人',
  provider: '提供方',
  purpose: '用途',
  requester: '申请方',
  subject: '个人',
  // 报告
  closing: '结案报告',
  first: '首次报告',
  supplement: '补充报告',
  // 形式
  boolean: '是否判断',
  generalised: '概括',
  masked: '脱敏',
  plain: '原文',
  predicate: '是否判断',
  token: '假名',
  // 日志
  filed: '已提交',
  // 级别
  high: '高',
  medium: '中',
  low: '低',
  // 要求与限额
  activity: '登记活动',
  case: '案件',
  instrument: '文书',
  none: '无',
  other: '其他',
  personal: '一般个人信息',
  reason: '理由',
  role: '角色',
  strict: '敏感个人信息',
  // 处理活动与经办人的依据
  ...{ collect: '收集', store: '存储', use: '使用', process: '加工', transmit: '传输', provide: '提供' },
  ...{ disclose: '公开', delete: '删除', claimed: '单位申报', authenticated: '本人登录' },
  // 操作
  audit: '审计',
  casework: '办案',
  erase: '删除',
  move: '移交',
  end: '终止帮扶',
  part: '撤销合并',
  steward: '策略管理',
  verify: '核验',
  // 密钥维护
  cohorts: '计数',
  compact: '合并密钥',
  rekey: '更换密钥',
  reindex: '更换索引',
  replay: '重新删除',
  retention: '到期删除',
  rewrap: '重新包裹',
  sweep: '清理',
  // 单位变更
  change: '变更',
  register: '登记',
} satisfies typeof english.codes as typeof english.codes;
