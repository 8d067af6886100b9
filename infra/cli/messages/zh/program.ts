import type * as english from '../en/program.ts';

export const commands = {
  completion: '输出用于命令和选项自动补全的脚本',
  build: '由源代码重新构建发布版本，并与所签内容比对',
  case: '登记、确认、分配、结案和查看案件',
  context: '列出此处已登录的人员和持有密钥的单位，并选定优先使用的登录',
  console: '从本机提供控制台，使页面不来自其所核验的网关',
  consent: '提交、查看、确认和撤回同意',
  file: '上传将作为信息项值的文件',
  freeze: '立即冻结个人、单位、经办人、用途或信息项类别',
  unfreeze: '解除冻结，作为两人中的第一人或第二人',
  'harm-report': '报告侵害个人的情形，并打开收到的报告',
  hold: '提出保全记录的命令，作为有权机关两人中的第一人',
  'hold-confirm': '使保全生效，作为本单位的第二人',
  unhold: '解除保全，作为两人中的第一人或第二人',
  incident: '处置疑似泄露事件',
  notice: '查看就某用途向当事人或代理人告知的内容，及同意书所引用的哈希',
  objection: '代当事人提出异议或行使其他权利、报告差错并答复',
  request: '申请须经审批的信息项，并答复此类申请',
  second: '列出等待第二人办理的事项及其命令',
  task: '查看本单位的待办，并办结已完成的',
  'purpose-met': '声明处理目的已提前达成：产生删除所收信息的待办',
  agency: '生成和更换密钥，管理单位名册',
  'end-help': '终止对当事人的帮扶（本单位两人），或者恢复帮扶',
  erase: '删除个人记录（两条线各一人提出，随后等待期满）',
  move: '将档案移交另一县（两县单位各一人）',
  merge: '将重复记录并入另一记录（两条线各一人提出，随后等待期满）',
  keys: '维护密钥（供策略管理员）',
  jobs: '查看维护任务的进度（供策略管理员）',
  login: '在浏览器中以个人身份登录；本地网关也可按示例人员的姓名登录',
  logout: '删除此文件夹或者本用户的登录',
  witness: '见证网关日志并联署，使其无法出示另一份历史',
  doctor: '逐步检查本机与网关之间的每一环节，并说明如何处理',
  whoami: '查看本单位的登记：辖区、用途、密钥和剩余限额',
  log: '查阅解密日志，最新在前（供安全审计员）',
  today: '一屏列出昨天以来的情况和待处理事项（供安全审计员）',
  usage: '列出本部门信息项的接收方，最新在前',
  attest: '核验资格证明',
  verify: '核验当事人是否符合项目条件，并取得证明',
  programmes: '列出本单位可核验的项目',
  'check-code': '生成一次性验证码，供代理人让帮扶平台核验当事人一次',
  owner: '部门存放在自有账户中的密钥：模板，以及尚不允许的内容',
  pack: '离线检查、比较和解释策略，并发布策略',
  report: '供年度审计的报告，仅含计数',
  fields: '显示各信息项的格式，附示例和允许的值',
  types: '输出信息项的类型声明',
  catalogue: '查看向本单位开放的用途及各信息项的形式',
  inquiry: '为窗口前的当事人或代理人查询所存信息及其接收方',
  'inquiry-second': '第二名窗口人员确认查询人在窗口的凭条，限用一次，半小时内有效',
  statistics: '按策略的维度计数',
  'leak-check': '核查发现的文字是否为在册人员的信息',
  'story-text': '将拟用于故事卡片的文字与当事人记录比对（由持有该当事人信息的部门进行）',
  'story-card': '申请一个人的卡片，用于公开',
  intake: '将记录存入本部门的数据表',
  sources: '同步信息项所用的数据库及其最近一次同步',
  sync: '从本部门自己的数据库同步信息项，只发送变化',
  'list-check': '仅按名单的形式，指出哪些列不得公示',
  recuse: '登记本单位人员或者其家庭成员的号码，本单位对其查询即告警',
  'release-second': '第二名经办人就同事的一次紧急访问出具凭条，限用一次，十分钟内有效',
  release: '申请某用途允许的、指定人员的信息项',
  backup: '备份本文件夹的本地网关，运行中亦可',
  restore: '将备份恢复到本文件夹，须先停止其网关',
  sample: '列出示例数据的各个故事及其人员的号码',
  sidecar: '在本机以普通 JSON 提供服务；令牌、证明、封装和回执由其内部处理',
} satisfies typeof english.commands;

export const program = {
  what: '向 Fieldgate 网关存入记录、申请信息项并查阅解密日志。',
  version: '显示版本',
  as: '代表该单位，其密钥在此处的 .fieldgate/agencies 中，或者在您的配置文件夹的 fieldgate/agencies 中',
  agencyFile: '代表密钥在此文件中的单位',
  url: '网关地址（与密钥文件中的不同时）',
  clientCert: '客户端证书（PEM），用于要求出示证书的网关',
  clientKey: '该证书的私钥（PEM），与证书不在同一文件时使用',
  json: '输出一个 JSON 对象；出错时写到标准错误',
  lang: '文字的语言；默认为 FIELDGATE_LANG，其次为系统区域设置',
  utc: '以 UTC 显示时间，而不用策略的时区',
  noCommand: '请写明命令；fieldgate help 列出全部命令。',
  helpCommand: '显示命令的帮助',
  help: '显示此命令的帮助',
  noSuchOption: (names: readonly string[], help: string) => `${names.join('、')}：既不是本命令的选项，也不是查找个人所用的号码（选项见 ${help}）`,
  otherLogin: (officer, here) => `--officer 指明的是 ${officer}；本机以该单位登录的是：${here}。请以 ${officer} 登录，或省略 --officer。`,
  usageHint: (help) => `（用法见 ${help}）`,
  after: `
示例：
  fieldgate whoami --as edu-county
  fieldgate release --as edu-county --purpose S1 --officer zhang.wei --reason "冬季补助" --ref <编号>
  fieldgate log --as audit-office --from 1h
  fieldgate usage --as health-hospital

退出代码：
  0  完成；资格核验未能确认资格也属于答复，申请提交后即为完成
  1  网关拒绝或出错，整个请求或其中部分记录、人员
  2  命令用法有误：选项、文件或密钥
  3  无法连接网关
  4  尚未完成：等待审批、第二人或次日的限额；已完成的部分不会丢失
  5  已发出提供请求而答复丢失：重复之前请先查日志`,
} satisfies typeof english.program;
