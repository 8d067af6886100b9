import type * as english from '../en/log.ts';

export const alerts = {
  what: '列出告警，最新在前；重复的合为一项并计数',
  severity: 'low 低、medium 中或 high 高',
  open: '仅未处理的告警',
  ack: '知悉该告警，以其条目指明（可重复）',
  note: '知悉时附言一句',
  noteOfAck: '--note 须与 --ack 合用。',
  ackAlone: '--ack 已指明告警；筛选条件只用于列表。',
  acknowledged: (n) => `已知悉 ${n} 项。\n`,
  noRecusals: '没有单位登记回避。\n',
  allDelivered: '没有未送达的通知。\n',
  decoy: {
    what: '标记一名虚构人员：对其任何请求都会报警',
    entry: '其录入的条目；默认列出已标记的人员',
    nameEntry: '标记当事人须写明其录入的条目；列表不需要经办人和理由。',
    why: '理由',
    marked: '已标记。今后对其任何请求都会报警。\n',
    none: '没有虚构人员。\n',
  },
  none: '没有告警。\n',
  next: '\nfieldgate log entry <条目> 显示一项的全文。各类告警如何处理：docs/operate/alerts.md。\n',
} satisfies typeof english.alerts;

export const files = {
  status: (n) => `日志答复 ${n}`,
  badKey: '--key 为 name+1a2b3c4d+AQ… 形式的密钥，或含该密钥的文件。',
  badSm2Key: (path: string) => `${path} 中没有 SM2 公钥（PEM，或 KMS 给出的 base64）。`,
  damaged: (file) => `${file} 已损坏：不是此日志的检查点。`,
  changed: (file) => `${file} 已被改动，或不属于本用户，其内容一概不予采信。请重新核验全部条目：fieldgate log verify --from-start。`,
  notJson: (path, line) => `${path}：第 ${line} 行不是 JSON。`,
} satisfies typeof english.files;

export const today = {
  noCheck: '不核验整个日志',
  state: '记住上次核验通过的检查点的文件夹',
  help: `
有未处理的高级别告警、有逾期事项、日志未通过核验或见证滞后时，退出代码为 1。
  0 7 * * 1-5  fieldgate today --as audit-office || …`,
  since: (from) => `自 ${from} 起`,
  counted: {
    ...{ denial: '拒绝', intake: '录入', consent: '同意事项', request: '申请事项', approval: '审批事项' },
    ...{ task: '待办', case: '案件', agency: '权限变更' },
  } as Record<string, string>,
  newOffices: (names, days) => `${days}天内首次出现：${names}`,
  alerts: (n) => (n === 0 ? '没有未处理的告警' : `未处理的告警：${n}`),
  overdue: (n) => (n === 0 ? '没有逾期事项' : `逾期：${n}`),
  rights: (n) => (n === 0 ? '权限没有变化' : `权限、规则和冻结：${n} 项变化`),
  unusual: (n, open, since) => `${n === 0 ? '没有异常' : `异常：${n} 组`}；待复核 ${open} 条${since}`,
  countedSince: (when) => `（自 ${when} 起）`,
  more: (n, command) => `  另有 ${n} 项：${command}\n`,
  read: (n) => `本次读取日志 ${n} 条，均已入树、成链并签名。`,
  readBefore: (before, sampled, at) => `此前 ${before} 条中抽读 ${sampled} 条；全部读过是在 ${at}。`,
  broken: (fault, at) => `日志未通过核验。${fault}：${at}`,
} satisfies typeof english.today;

export const exports = {
  unwritable: (code) => `无法写入（${code}）。同一命令从最后写入处继续。`,
  what: '将日志逐行导出，最早在前，每条一次，供安全信息系统收集',
  format: 'ndjson：安全审计员所见的条目；ocsf：OCSF 1.4.0 事件',
  from: '起始时间（有 --since 时为首次运行的起始）：2026-11-25，或 30m、12h、7d 之前',
  since: '记住上次运行到何处的文件，本次从该处继续',
  out: '逐行追加到此文件；- 表示标准输出',
  follow: '持续运行，有新条目即写出',
  done: (n) => `已写出 ${n} 条。\n`,
  badPlace: (file) => `${file} 不是此前运行所写的文件。`,
  help: `
每次运行都是一次查阅，其本身也记入日志。
  fieldgate log export --as audit-office --format ocsf --since siem.place --out events.ndjson --follow`,
} satisfies typeof english.exports;

export const known = {
  none: (option: string, value: string, nearest: string | null, all: readonly string[]) => [`${option}：没有 ${value}`, ...(nearest === null ? [] : [`最接近的是 ${nearest}`]), ...(all.length === 0 ? [] : [`可选：${all.join('、')}`])].join('；'),
} satisfies typeof english.known;

export const list = {
  what: '列出条目，最新在前（默认）',
  help: `
列表的筛选，以及某人的条目：
  fieldgate log list --as audit-office --agency edu-county --purpose S1 --from 7d
  fieldgate log list --as audit-office --match <field=value> --reason "a complaint"`,
  all: '另列已由决定完成的尝试、写入者的启动、监测未发现异常的查看，以及连续的查阅、录入或维护中的每一次',
  badSpan: '--from 须早于 --to。',
  sameAs: '与此条目为同一人',
  reason: '查找此人的理由（用于 --match；查找本身也记入日志）',
  noPerson: '此条目不涉及个人。',
  officer: '何经办人',
  neverSeen: (nearest) => (nearest === null ? '该时段没有该经办人的条目。\n' : `该时段没有该经办人的条目；最接近的是 ${nearest}。\n`),
  reviewed: '仅列出已有审计结论的条目，或仅列出尚无结论的条目',
  entry: '显示一个完整条目',
  watch: '持续显示新条目，旧的在前',
  page: '控制台页面',
} satisfies typeof english.list;

export const code = {
  what: '显示何时运行何种代码：部署记录，以及各写入者自报的程序包（无需令牌）',
  releaseKey: '发布密钥，须来自可信来源：未经其签名者不予认可',
  badKey: '发布密钥不是 vkey 格式。',
  none: '日志中没有部署记录。\n',
  deployed: ['时间', '函数', '版本', '代码包', '配置', '发布版本'],
  wrote: ['写入者', '程序包', '发布版本', '起', '止', '密钥数'],
  unasked: '\n未给出发布密钥，发布版本以网关所述为准。\n',
} satisfies typeof english.code;

export const prove = {
  by: '写入者',
  code: {
    signed: (name, build, release) => `发布版本 ${release}，代码 ${build}（函数 ${name}）；所运行者为此代码，系函数自报`,
    unsigned: (name, build) => `代码 ${build}（函数 ${name}），发布密钥未签过此代码`,
    unchecked: (name, build) => `代码 ${build}（函数 ${name}），系其自报，发布版本在此处无法核对`,
  },
  builds: '与 --release-key 同用：已签名的构建文件，不取网关所示者',
  needsReleaseKey: '已签名的构建须以所信任的密钥核对：请给出 --release-key。',
  what: '核验日志中确有回执所指的条目',
  file: '回执，或含回执的答复（JSON）；- 表示标准输入',
  key: '日志的密钥，须来自您信任的来源',
  purpose: '令牌的用途（令牌须有用途的单位）',
  open: '一并显示条目对该请求的记载，限本单位的回执',
  save: '与规则文件同用：将证明保存到此文件（C2SP tlog-proof）',
  proof: '与规则文件同用：改为核对此文件，不需网络',
  needsPolicy: '文件中的证明以见证方为据：请用 --policy 指定所信任的见证方。',
  oneReceipt: '一个文件只含一份回执的证明。',
  national: '并要求其 SM3 摘要在该 SM2 密钥（文件）所签的树中',
  nationalAtGateway: '文件中的证明不含 SM3：使用 --national 时请勿指定 --proof。',
  otherProof: '该文件不是此回执在此日志中的证明',
  noReceipt: (file) => `${file} 中没有回执。`,
  place: (index, size) => `第 ${index} 条，共 ${size} 条`,
  notYet: '已存储并签名，尚未入树',
  receipt: '回执',
  inLog: '在日志中',
  written: '写入时间',
  evidence: {
    what: '核验条目所载请求的单位签名',
    valid: (key) => `请求由密钥 ${key} 签名，签名有效。`,
    broken: '条目所载证据不是该单位对此请求的签名。',
    none: '请求未签名。',
    forgotten: '请求曾签名；证据已删除。',
    officer: (name) => `经办人 ${name}（由单位申报）\n`,
    person: (name) => `经办人 ${name}（本人已登录）\n`,
  },
  contains: (mark, isIn, rows) => `${mark} ${isIn ? '日志中确有此条目。' : '条目已签名，尚未入树：请一分钟后再核对。'}\n${rows}`,
} satisfies typeof english.prove;

export const reconcile = {
  what: '将 KMS 的记录与日志逐一核对；不一致即报警',
  trail: 'CloudTrail 记录：文件夹或文件，JSON 行或 {"Records": […]}，亦可为 .gz',
  from: '不早于',
  to: '截止时间，写日期时含当日；默认为一分钟前',
  role: '在可解开数据密钥的角色中只认这一个（可重复）',
  spans: '个时段',
  matched: (n, rest, period) => `${period}：所给记录中，${n} 次解开各对应一个条目${rest}。\n`,
  aborted: (n) => `，${n} 次在提供前中止`,
  repeated: (n) => `，${n} 次是应答丢失后的重试`,
  atIn: (zone) => `时间（${zone}）`,
  finding: '发现',
  dataKey: '数据密钥',
  event: '条目或事件',
  principal: '主体',
  failed: (from, to) => `未核对：${from} 至 ${to}；请用 --from 和 --to 重新核对。`,
  badFile: (file) => `${file} 已损坏，或含有不是 JSON 的内容。`,
  newAlerts: (n) => `，新告警 ${n} 项`,
  mismatches: (head, mark, n, alerts, rows) => `${head}${mark} ${n} 处不一致${alerts}\n${rows}`,
} satisfies typeof english.reconcile;

export const relay = {
  port: '本机端口；人员登录系统已登记 8791',
  badPort: '--port：1 至 65535 的数字',
  noOffice: '--iam 还需要 --as：以其角色签名的单位。',
  unusable: (port) => `无法使用本机端口 ${port}，可能已被占用。`,
  notBuilt: '页面尚未构建；运行 npm start 即会构建。',
  on: (url, gateway, digest) => `控制台     ${url}\n网关       ${gateway}\n摘要       ${digest}（本软件包中的页面）\n停止       Ctrl-C\n`,
} satisfies typeof english.relay;

export const stats = {
  what: '按用途、单位、经办人、信息项、结果、类型、流向或个人统计条目',
  by: '按什么统计；信息项和个人按已提供的统计，除非以 --kind 或 --outcome 另行指定',
  bucket: '每次统计的时段',
  fromIn: (zone) => `自（${zone}）`,
  share: '占比',
  others: (n) => `其余 ${n} 项`,
} satisfies typeof english.stats;

export const usage = {
  check: '逐条与其叶比对，并证明日志中有该叶',
  checked: (n, inTree) => `\n${n} 条与其叶一致；其中 ${inTree} 条已在日志中。\n`,
  entry: {
    what: '显示一次使用及其所涉的人，并与日志核对；此查看本身也是一条日志',
    id: '见列表',
    out: '连同证明存入文件',
    untold: '不予告知',
  },
} satisfies typeof english.usage;

export const verify = {
  what: '核验整个日志：树、链、证书和签名（无须令牌）',
  dir: '日志文件所在，例如镜像；默认为网关',
  heads: '并将各记录与日志中的写入比对（以安全审计员权限打开）：取自密钥表的导出，或取自网关',
  open: '并以 --as 或登录的安全审计员权限打开条目',
  state: '记住上次核验到何处的文件夹',
  fromStart: '重新读取全部条目，包括先前已核验的',
  national: '要求国密配置：由该 SM2 密钥（文件）签名的 SM3 树；读取全部条目',
  faults: {
    CHECKPOINT: '检查点缺失，或未由此密钥签署',
    WRITER_KEY: '日志未指明为写入者作证的密钥',
    FORK: '日志与先前核验的检查点不相接：已被改写',
    BUNDLE: '条目缺失或损坏',
    TILE: '树与条目不符；首个不符的条目或区块',
    ROOT: '条目与所签署的根不符',
    CHAIN: '写入者的链中断；首个有误的条目',
    SIGNATURE: '未由其写入者签名',
    COUNT: '计数缺失，或与树不符',
    RECEIPT: '回执没有 SM3 摘要，或摘要与条目不符',
    SM3: '检查点没有 SM3 根，或条目与之不符',
    SM2: '未由该 SM2 密钥签名',
  },
  dirNeedsKey: '--dir 须与 --key 合用：日志的密钥，须来自您信任的来源。',
  noLog: '该地址没有日志。',
  keyFromGateway: (mark) => `${mark} 密钥来自网关本身。请予保存，今后用 --key 给出。\n`,
  log: '日志',
  key: '密钥',
  leaves: '叶',
  entriesRead: '本次读取',
  writers: '写入者',
  root: '根',
  nationalRoot: 'SM3 根',
  signedBySm2: (root: string) => `${root}，由该 SM2 密钥签名`,
  continues: '接续',
  noEarlier: '没有更早的检查点',
  earlier: (n) => `${n} 条时的日志`,
  readAgain: (n) => `${n} 条`,
  readSince: (n, before, sampled, at) => `${n} 条；此前 ${before} 条中抽读 ${sampled} 条，全部读过是在 ${at}，见 --from-start`,
  rate: '条目/秒',
  rates: (tree, chains) => `树 ${tree}，链和签名 ${chains}`,
  opened: '已打开',
  openedCount: (whole, erased, closed) => `${whole} 条；${erased} 条的当事人已删除；${closed} 条未打开`,
  noneOpened: '没有，见 --open',
  headsOf: '记录',
  compared: (n, bad) => `已比对 ${n} 条，${bad} 条不符`,
  notCompared: '未比对，见 --heads',
  filed: '办理文书',
  comparedFiled: (n, lost) => `已比对 ${n} 件，缺失 ${lost} 件`,
  lostFiled: (mark, one) => `${mark} 已无文书与此条目相符：${one}\n`,
  unfinishedFiled: (mark, one) => `${mark} ${one}：已记入日志但未完成；请由原机关重新办理\n`,
  badLeaf: (mark, id) => `${mark} 与其叶的承诺不符：${id}\n`,
  closedLeaf: (mark, id) => `${mark} 已在日志树中，而网关未予显示：${id}\n`,
  unfinishedHead: (mark, one) => `${mark} ${one}：最近一次写入已记入日志但未完成；请重新提交该记录\n`,
  badHead: (mark, one) => `${mark} 记录不符：${one}\n`,
  good: (mark) => `${mark} 本次读取的条目都在树中，链接完整，并由日志作证的写入者签名。\n`,
} satisfies typeof english.verify;

export const where = {
  noGateway: '请指明网关：--url <地址>、单位的 --as 或 --agency-file，或 fieldgate login。',
} satisfies typeof english.where;

export const entries = {
  none: '没有条目。默认为最近 31 天，用 --from 可查更早的。\n',
  more: '\n还有更多：--limit 显示更多，筛选可缩小范围。\n',
  noUsage: '最近 31 天内没有人接收过本部门的信息项。用 --from 可查更早的。\n',
  moreUsage: '\n还有更多：--limit 显示更多，--from 和 --to 可缩小范围。\n',
  canonical: '\n经哈希的规范字节见 --json 的 "canonical"（base64）。\n',
} satisfies typeof english.entries;
