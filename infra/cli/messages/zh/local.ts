import { LANGUAGE_TAGS } from '../../../../shared/languages.ts';
import type * as english from '../en/local.ts';

export const start = {
  people: '--people 为 0 至 1000000 的整数',
  port: 'PORT 为 0 至 65535 的端口号',
  factors: 'FACTORS 为 `always` 或者 `recent`',
  channels: (file, place) => `${file} 未写明通知渠道；第一处错误在 ${place}`,
  authorization: 'AUTHORIZATION 为 `token` 或者 `iam`',
  signed: (url: string, folder: string, command: string) =>
    `Fieldgate 运行于 ${url}，只接受由单位的角色签名的请求（SigV4，区域不限）。
各单位的凭据（到下次启动为止）：${folder}。示例数据由一次不带 AUTHORIZATION 的启动载入。另开一个终端，打开控制台：

  ${command}`,
  usage: `用法：npm start -- [--fresh] [--faults] [--recover] [--people N] [--lang ${LANGUAGE_TAGS.join('|')}]，PORT、PACK、FACTORS、CHANNELS 和 AUTHORIZATION 为环境变量`,
  unexpected: (name, at) => `意外出错：${name} ${at}`,
  noPerson: (name) => `没有示例人员 ${name}`,
  notLoaded: (why) => `示例数据未能载入（${why}）；再次启动即可继续`,
  repeats: (why) => `示例数据的一个请求被拒绝（${why}），正在重试`,
  parts: { records: '记录', consents: '同意书', cases: '个案', requests: '申请' },
  loading: '正在载入示例数据 [{bar}] {value}/{total} 条记录，{clientId}',
  portInUse: (port) => `端口 ${port} 已被占用；请另选端口，例如 PORT=8788 npm start`,
  portUnusable: (port, code) => `端口 ${port} 无法使用（${code}）`,
  unreadable: (path, code) => `无法读取 ${path}（${code}）`,
  noFolder: (path, code) => `无法建立文件夹 ${path}（${code}）；该处是否已有同名文件？`,
  damaged: (path) =>
    `${path} 已损坏；请用 npx fieldgate restore 恢复备份，或用 npm start -- --fresh 从头开始`,
  missing: (path) =>
    `缺少 ${path}，而其余状态还在；请用 npx fieldgate restore 恢复备份，或用 npm start -- --fresh 从头开始`,
  standsStill: (folder, reason) => `${folder} 未能增长（${reason}）：条目已保存，待其可写后补入`,
  growsAgain: (folder) => `${folder} 已恢复增长`,
  remade: (folder, size) => `${folder}：已由大小为 ${size} 的已签名树及等待中的条目重建其数据表`,
  inUse: (folder) => `${folder} 正由另一网关使用；请先停止该网关`,
  unopened: (folder, failure) => `无法打开 ${folder} 中的文件（${failure}）`,
  otherPack: (folder) => `${folder} 中是另一策略包的记录；请用 --fresh 启动，或换一个文件夹`,
  otherVersion: (folder, layout, own) =>
    layout > own
      ? `${folder} 由较新的版本建立（格式 ${layout}，本版本为 ${own}）：请启动该版本，或换一个文件夹`
      : `${folder} 由较早的版本建立（格式 ${layout}，本版本为 ${own}），其日志无法延续：要查看其内容，请启动该版本；也可用 --fresh 启动一次，原有内容会被删除`,
} satisfies typeof english.start;

export const tryThis = {
  runs: (url, people) => `Fieldgate 运行于 ${url}，含 ${people} 名示例人员。请在另一终端运行：`,
  reason: '冬季补助，五年级',
  login: '以经办人身份登录；这里的人员均为虚构，无须密码：',
  release: '学校资助可以查看的儿童信息项，按规定脱敏或概括：',
  withheld: '用途以外的信息项不予提供，并注明条款：',
  prohibited: '禁止的用途一律拒绝并报警。再次尝试将暂停该单位：',
  requests: '其他部门提出、须由民政部门答复的申请：',
  log: '何单位申请了什么，理由为何：',
  verify: '儿童是否符合慈善项目的条件，只给证明，不给详情：',
  verifyReason: '春季学期助学金',
  attest: '核验该证明，任何人均可进行：',
  lines: {
    console: '控制台',
    api: '接口',
    people: '人员',
    stories: '故事',
    witnesses: '见证方',
    keys: '单位密钥',
    owners: '部门账户',
    faults: '故障',
    stop: '停止',
  },
  api: (url) => `${url}/docs，机器可读：${url}/openapi.json`,
  somePeople: (names, all) => `npx fieldgate login <姓名>：${names}；登录页列出全部 ${all} 人`,
  witnesses: (policy) => `npx fieldgate log verify --policy ${policy}`,
  owners: (folders) => `${folders}：这些部门部署的模板、停止的用途及其记录`,
  people: (names) => `npx fieldgate login <姓名>，可选：${names}`,
  keys: (folder) => `${folder}/<单位代码>.json`,
  stop: 'Ctrl-C；状态保留。从头开始：npm start -- --fresh',
} satisfies typeof english.tryThis;

export const roles: typeof english.roles = {
  audit: '安全审计员',
  casework: '经办人',
  steward: '策略管理员',
  supervisor: '主管人员',
};

export const stories: typeof english.stories = {
  'school-support': '学校资助经办人取得资助所需的信息：原文、脱敏或是否判断。',
  'fourteen-today': '自年满十四周岁之日起，仅有监护人的同意不再足够。本例中儿童本人也已同意。',
  'eighteen-yesterday': '帮扶职责已于昨日终止，而拒绝的答复不透露这一点。',
  'list-by-hardship': '要求按困难程度排名的理由，须由其他部门的人员审核。',
  'unlisted-platform': '未经指定为帮扶平台的单位要求核验：予以拒绝并报警。',
  'list-for-the-notice-board': '名单在公示前先行检查，不查询任何人。',
  'leaked-phone': '论坛上的文字含有监护人的电话：匹配、取得凭证、登记泄露事件并报告。',
  caseload: '走访只打开主管人员已确认、由该经办人承办的案件中的儿童。',
  'open-cases': '残联、医院和共青团各以其案件，读取家庭已同意提供的信息。',
  'report-under-a-case': '承办报告案件的经办人读取报告所需的信息；其他经办人被拒绝。',
  'harm-stays-sealed': '学校只知道需要保护；报告本身送交公安机关。',
  'report-of-harm': '学校报告侵害情形。公安机关收到待办；报告人信息另行封存，须两人打开。',
  'notice-of-a-consent': '同意书写明所阅读的告知书。以其他文字代替的，予以拒绝。',
  'notices-of-a-case': '认定决定须告知；同一案件的各项告知一并证明，注明文件、方式和日期。',
  'hold-when-the-child-objects': '监护人同意而儿童不同意：各部门看到暂缓的内容，并作出决定。',
  'more-material-needed': '来源部门缺少材料：申请方补充之前，其时限中止。',
  'payment-run': '一次发放为全部人员提出一项申请，分批领取，每人一次。',
  'hold-by-the-court': '法院两人命令保全一条记录；其余到期数据由每日任务删除。',
  'restriction-of-a-field': '父亲要求限制使用一个信息项：在答复之前、至迟到答复期限为止停止提供。',
  'error-found-by-a-recipient': '学校发现所收信息有误，以差错类型报告，不写内容。',
  'case-of-the-court':
    '法院宣传机构公布典型案例：双方均先被告知再表示同意，一个部门比对文字，两个部门批准，答复即为该文字的卡片，仅此一次。示例规模小，因此增加儿童，使卡片适用于二十人。',
  'inquiry-of-the-family': '慈善组织得知未能确认。父亲在窗口得知未满足的条件，并带走经签名的副本。',
  'objection-to-a-field':
    '监护人提出异议，该信息项立即停止提供。紧急访问仍可读取，并标明有异议。来源部门答复后恢复提供。',
  'deletion-refused-in-writing': '父亲要求删除和解释说明。来源部门以编号书面不予删除，并作出解释说明。',
  'end-of-care': '儿童离开福利机构，其查看记录的权利随之终止；每日任务产生删除待办，以证明办结。',
  'basis-of-an-entry':
    '每个条目写明处理方式、来源部门、处理者和用途所依据的法律；须有案件的，写明对案件的批准。',
  'unknown-is-no-answer': '关于未记录事项的条件不予确认。没有可比对的值不算未匹配，并说明所缺的内容。',
  'calendar-that-ends': '期限按工作日计算，节假日按年公布：在最后已知日期前六十日提醒安全审计员。',
  'refusal-in-dispute': '法院就不同意的答复提请裁决，作出答复的部门的上级收到待办。',
  'purpose-that-is-met': '单位声明处理目的已提前达成，并须证明已删除所收信息。',
  'yearly-audit': '全部信息项的依据和共享类别目录、依据日志的年度审计，以及处理活动记录。',
};

export const backup = {
  inUse: (folder) => `${folder} 正由网关使用；请先停止该网关`,
  longerLog: (folder) => `备份的日志长于 ${folder} 中的日志；请用 --all 恢复`,
  fork: (here, there) =>
    `日志有 ${here} 条，备份有 ${there} 条：核验者会看到两个版本；如其余部分已丢失，请加 --fork-log`,
  badLog: (folder, fault) => `${folder} 中的日志未通过核验（${fault}）；请改用其他备份`,
  exists: (folder) => `${folder} 已存在；请另指明新文件夹`,
  unwritable: (folder, code) => `备份无法写入 ${folder}（${code ?? '原因不明'}）`,
  noBackup: (folder, file) => `${folder} 不是备份：其中没有 ${file}`,
  differs: (path) => `${path} 与备份时不同；请改用其他备份`,
  nothing: (folder) => `${folder} 已损坏或不存在，没有可备份的内容`,
  failed: '备份失败',
  noAnswer: (folder) => `${folder} 的网关没有应答；请停止该网关后重试`,
} satisfies typeof english.backup;

/** What a start with another pack says. */
export const pack: typeof english.pack = {
  none: (folder) => `PACK 指定的 ${folder} 不存在`,
  faults: (folder, faults) => `${folder} 中的策略包有错误：\n${faults}`,
  badLine: (file, line) => `${file}：第 ${line} 行不是 JSON`,
  badRecord: (file, record, code) => `${file}：第 ${record} 条记录被拒绝（${code}）`,
  runs: (url, folder, records) =>
    `Fieldgate 运行于 ${url}，使用 ${folder} 的策略包，${records}。请在另一终端中：`,
  records: (count) => `含其示例记录 ${count} 条`,
  noRecords: '没有记录：该策略包没有含记录的 `sample` 文件夹',
  catalogue: '单位可申请和可存储的内容：',
  office: '<单位>',
  store: '先检查记录，去掉 --dry-run 后写入：',
  stories: (count) => `示例还展示（${count} 个）：`,
  matrix: '该策略包的提供矩阵：',
  offices: '单位',
  noOffices: (file) => `无：请编写 ${file}（见 docs/policy.md），或登记单位`,
};
