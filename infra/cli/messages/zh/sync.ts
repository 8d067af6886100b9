import type * as english from '../en/sync.ts';

export const mapping = {
  faults: (path: string) => `${path} 不是同步用的对应表：`,
  secret: '应为 {"env": …} 或 {"file": …}：密码不写在此文件中',
  unknown: '没有这个成员',
  missing: '缺少此项',
  form: (expected: string) => `应为 ${expected}`,
  notYaml: (path: string, line: number) => `${path} 不是 YAML（第 ${line} 行）。`,
  noVariable: (name: string) => `环境变量 ${name} 为空或未设置。`,
  open: (path: string) => `本机其他用户可以读取 ${path}：请收紧其权限（0600）。`,
} satisfies typeof english.mapping;

export const database = {
  noDriver: (name: string) => `未安装此数据库的驱动程序：npm install ${name}`,
  noTls: '数据库不加密连接（NO_TLS）。请启用加密，或在对应表中写 `tls: false`，即明文传输。',
  certificate: (code: string) => `不接受数据库的证书（${code}）。\`host\` 应为证书中的名称，\`tls.ca\` 应为证书颁发者的证书文件。`,
  failed: (code: string, message: string | undefined) => (message === undefined ? `数据库出错（${code}）。` : `数据库拒绝了查询（${code}）：${message}`),
} satisfies typeof english.database;

export const usage = {
  noTable: '对应表没有指明使用记录的表（usage.table）。',
} satisfies typeof english.usage;

export const rows = {
  noColumn: (name: string) => `查询结果没有列 ${name}。`,
  noMark: '变化所依据的列应为时间或整数。',
  noKey: '此行没有主键',
  twice: '有多行主键相同而内容不同',
  unreadable: '不是文本：是字节，或数据库无法转换的字符',
  noCode: '对应表中没有此代码的值',
  noDay: '不是对应表所写次序的日期',
} satisfies typeof english.rows;

export const sync = {
  mapping: 'YAML 文件：数据库，以及哪个查询对应哪些信息项',
  sources: '对应表中的来源；默认全部',
  check: '只读取和检查，显示遮盖后的样例，不发送',
  full: '读取全部行而不只是变化，并重新发送被拒绝的行',
  gone: '自上次以来允许消失的行数；默认为十分之一或 20 行',
  state: '记录已发送内容的文件夹；默认在对应表旁边',
  usage: '把信息项的使用情况添加到对应表指明的表中，不做同步',
  usageTable: '输出建立此表的语句',
  uses: ({ told, uses, rows: added, unnamed }, check) => (check ? `得知使用 ${told} 次，其中 ${uses} 次尚未入表（检查：未打开，未添加）` : `得知使用 ${told} 次，新 ${uses} 次：添加 ${added} 行；${unnamed} 次没有主键`),
  every: '作为服务持续运行：每隔一段时间再次同步，如 10m、2h；off：同步一次，此后不再有服务',
  metrics: '指标文件（文本格式），供监控程序读取，每次同步后替换',
  waits: '当日额度已用完。',
  schema: '输出对应表的 JSON 格式，供编辑器使用',
  needsMapping: '请指明对应表文件。',
  badRows: '--gone 应为行数。',
  noSource: (names: string) => `对应表中没有这个来源。现有：${names}。`,
  help: `
状态文件夹中没有个人的信息。中断后重复同一命令即可继续，此后只发送变化。
数据库用户只需要查询所涉表的 SELECT 权限，不需要其他权限。`,
  rows: '行',
  counts: ({ read, added, changed, gone, same, failed }, faults) => `读取 ${read} 行：新增 ${added}，变化 ${changed}，消失 ${gone}，不变 ${same}，拒绝 ${failed}；问题 ${faults} 处`,
  nothingSent: '（检查：未发送）',
  left: (n: number) => `有 ${n} 行消失，其信息项保持原样。如确属实：--gone ${n}`,
  faults: '带来源主键的问题表：',
} satisfies typeof english.sync;

export const service = {
  badEvery: '--every 应为 1m 至 7d 的时长，如 10m、2h、1d；不再有服务的用 --every=off。',
  starts: (minutes: number) => `服务每 ${minutes} 分钟同步一次，直到收到 SIGTERM。`,
  stopped: '已停止。下次启动从此处继续。',
  next: (at: string, failures: number) => (failures > 1 ? `已连续失败 ${failures} 次，下次同步：${at}。` : `下次同步：${at}。`),
  failed: (code: string) => `同步失败（${code}）。`,
  notReported: (code: string) => `未能向网关上报本次同步（${code}）`,
  noMetrics: (path: string, code: string) => `无法将指标写入 ${path}（${code}）。`,
} satisfies typeof english.service;
