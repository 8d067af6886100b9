import type * as english from '../en/data.ts';

export const catalogue = {
  export: '现行策略的全部信息项，含共享类别、依据和用途',
  purpose: '显示一个用途及其信息项',
  notOpen: (names) => `该用途不向本单位开放。已开放：${names}。`,
  noneOpen: '\n没有开放的用途。\n',
  next: '\nfieldgate catalogue <用途> 显示其信息项。\n',
} satisfies typeof english.catalogue;

export const fields = {
  name: '显示一个信息项：格式、示例和允许的值',
  purpose: '每项操作都需要用途的单位：令牌的用途',
  unknown: (nearest) => (nearest === null ? '没有这个信息项。' : `没有这个信息项，最接近的是 ${nearest}。`),
  noSuch: (name, nearest) => (nearest === null ? `没有信息项 ${name}。` : `没有信息项 ${name}。是否应为 ${nearest}？`),
  computed: '提供时计算，不存储',
  example: '示例',
  type: '类型',
  next: '\nfieldgate fields <name> 显示允许的值和 JSON 格式。\n',
  typesHelp: '\n  fieldgate types --as edu-county > fields.d.ts',
} satisfies typeof english.fields;

export const inquiry = {
  inquirer: '策略所列的查询人，例如 child、guardian，由窗口核验',
  name: '查询人所出示证件上的姓名',
  number: '该证件上的号码',
  second: '第二名窗口人员的凭条（inquiry-second）；没有则不含受限类别',
  sealTo: '查询人设备的公钥（JWK），只有该设备能打开答复',
  copy: '机器可读副本：由网关签名的 JSON 答复（JWS）',
  html: '供打印的答复网页',
  check: '读取整个日志，核验没有遗漏关于该人的条目',
  dir: '与 --check 合用：日志的镜像；否则取自答复的网关',
  key: '与 --check 合用：日志的密钥或其文件，须来自您信任的来源',
  oneForm: '--html、--copy、--seal-to 和 --check 只能选一项。',
  outOf: '--out 是网页或加密答复的文件：须与 --html 或 --seal-to 合用。',
  ofCheck: '--dir 和 --key 须与 --check 合用。',
  noKey: (path) => `${path} 中没有公钥（JWK）。`,
  refused: (inquiry, entry) => `不能提供。理由存于 ${inquiry}（日志条目 ${entry}）。\n`,
  notAll: '以上不是全部条目：更早的条目未能答复，请再次查询。\n',
  unavailable: (names) => `本次答复不含下列信息项，不论有无；请稍后再查，或者登记混合密钥：${names}\n`,
  withSecond: (names) => `另有第二名窗口人员时还可查：${names}\n`,
  absent: '不在此日志中',
  altered: '与日志不符',
  leftOut: '遗漏',
  gap: (n) => `第 ${n} 号`,
  log: '日志',
  leaves: (size, root) => `${size} 叶，根 ${root}`,
  listed: '所列',
  listedCount: (n, secret) => `关于该人的第 1 至 ${n} 条，其中 ${secret} 条保密`,
  complete: (mark, until) => `${mark} 截至 ${until}，日志中没有关于该人的其他条目。此后的条目须再次查询。\n`,
  differs: (mark) => `${mark} 答复与日志不符。\n`,
  noProof: '此答复没有证明：证明只给本人，不给代理人。',
  logFault: (message) => `日志有误：${message}`,
} satisfies typeof english.inquiry;

export const insight = {
  statistics: {
    help: `
计数至少为十人，并取整到五。缺少的组人数更少，或会透露人数更少的组。

须先由策略管理员统计：fieldgate keys cohorts。

  fieldgate keys cohorts --as steward-office --officer li.na --reason "本月统计"
  fieldgate statistics --as mca-county --by hardship --officer zhao.min --reason "年度报告"`,
    none: (smallest, by) => `${by.length > 0 ? `按 ${by.join('、')} 划分` : '各县'}，没有一组在不显出更小组的前提下达到 ${smallest} 人。${by.length > 1 ? `可粗分：--by ${by.slice(0, -1).join(' ')}。` : ''}\n`,
    county: '县级区划',
  },
  leak: {
    file: '发现的文字，每行一条；"-" 表示标准输入',
    matches: '匹配的行',
    near: '可能指某人的行',
  },
  story: {
    ref: '当事人，以本单位编号指明',
    tested: (digest) => `已比对：不含当事人记录中的内容。摘要 ${digest}\n`,
  },
  card: {
    pending: (id) => `申请 ${id} 待来源部门答复。\n`,
    needs: `
答复不说明理由，因为理由可能透露当事人的情况。下列各项均须针对这一文本：
  来源部门的文本比对，须已通过且未过期
  应当同意的各方先被告知、后作出的同意，由窗口登记
  本单位的处理说明：fieldgate consent give --act processed
此外，与当事人情况相同者须足够多。批准的部门可以查看已登记的内容。
`,
  },
} satisfies typeof english.insight;

export const intake = {
  file: '记录：表格（.csv、.xlsx）、.json（列表）或 .ndjson（每行一条）；- 表示从标准输入读行',
  out: '存放结果的文件（.csv、.xlsx、.ndjson）或文件夹，每条记录一行；任务可从中断处继续',
  collection: '写入的数据集',
  ifAbsent: '对尚无记录者：create 建立或 refuse 拒绝',
  dryRun: '只检查，不写入',
  batch: '每次请求的记录数，最多 500',
  template: '写出带本部门列名的空表（.xlsx 或 .csv）后结束',
  templated: (path) => `${path} 已有列名。填写后运行：fieldgate intake ${path}\n`,
  noFile: '请指明记录文件，或以 --template 写出空表。',
  own: '本单位自用的列名，在结果中原样返回（可重复，或以逗号分隔）',
  lastWins: '同一人的两行不同时，以后一行为准',
  keepFlagged: '号码未通过校验的记录也予存储',
  help: `
记录以 "match"（id_number，或本部门自编号 local_id）或 "ref" 指明当事人：
  {"match":{"id_number":"990001201806250110"},"fields":{"school_name":{"school":"清河县第二小学","class":"三年级2班"}}}
  {"match":{"local_id":"WELFARE-8841"},"fields":{"visit_notes":null}}        null 表示删除信息项
表格的列是信息项（school_name）、其成员（加点和成员名），以及指明当事人的 id_number、local_id 或 ref，可用这些名称，
也可用策略中的名称；空单元格不作更改。取值和号码的所有问题先行一并指出，并写入表格副本，此前不存储任何内容。中断后再次运行同一命令即可继续。重复录入同一文件不会产生重复记录。`,
  records: '条记录',
  wellFormed: (n, failed) => `格式正确 ${n}，有误 ${failed}`,
  counts: (created, updated, failed) => `新建 ${created}，更新 ${updated}，失败 ${failed}`,
  of: (n, done) => `${n} 条记录：${done}`,
  wrongKey: '已存储并标记：请核对号码，申请时无法以此号码指明当事人',
  more: (n) => `… 另有 ${n} 条；--json 显示全部。\n`,
  record: '记录',
  dry: '（试运行：未写入任何内容）',
  notStored: (reason) => `未存储：${reason}`,
  flagged: '已存储并标记',
  openSome: (n) => `，${n} 条尚未发送`,
  flaggedSome: (n) => `，${n} 条有标记`,
  untold: (n) => `本条记录另有 ${n} 处有误。`,
  andMore: (n) => `等，另有 ${n} 处`,
} satisfies typeof english.intake;

export const posting = {
  file: '带表头的 CSV 表格',
  headsOnly: '只发送表头，不发送内容',
  notCsv: (line) => `名单不是 CSV 表格（第 ${line} 行）。`,
  noHead: '名单没有表头。',
  may: '可以公示',
  mayNot: '不得公示',
  nothing: '按形式未发现问题。仍须由人审阅名单。',
  leaveOut: '公示前请去掉这些列。',
  column: '列',
  found: '发现',
} satisfies typeof english.posting;

export const release = {
  purpose: '用途，例如 S1；whoami 列出向本单位开放的用途',
  subjects: '人员名单（JSON），即 {"ref"} 或 {"match"} 的列表；- 表示标准输入',
  compare: '与所存的值比对（用途以是否作答时）',
  sealed: '要求将答复加密给本单位的密钥',
  help: `
命令行可被本机其他用户看到，并留在命令历史中：在共用的计算机上，请用 --ref 指明当事人，
或用 --subjects 从文件或标准输入读取。

  fieldgate release --as edu-county --purpose S1 --case EDU-2026-00417 --officer zhang.wei \\
    --reason "冬季补助，五年级" --id-number 990001201806250110 --field name,school_name`,
  files: '将答复中的文件解开并保存到此文件夹',
  range: '与 --files 同用：每个文件只取从第一个数起、至第二个数之前的字节，如 0-1048576',
  ask: '为只缺审批的信息项提出申请；其余立即提供',
  absent: (fields) => `\n未提供（ABSENT）：${fields}\n  没有存储，或者不予告知：二者用同一个词。来源部门的窗口可以说明。\n`,
  asked: (id, state, of, until) => `申请 ${id}：${state}，${of}，截至 ${until}。`,
  answers: { YES: '是', NO: '否', NOT_CONFIRMED: '未确认' } as Record<string, string>,
  ways: {
    NO_APPROVAL: '加上 --ask 即提出申请。',
    PERSON_REQUIRED: '先运行 fieldgate login 登录即可。',
    COMPARE_NEEDED: '用 --compare <信息项=值> 提供比对的值。',
  },
  next: (id) => `同意后：同一命令另加 --request ${id}\n`,
  waits: (filed, next) => `未提供任何信息：须先经来源部门同意。\n\n${filed}\n${next}`,
  release: '提供',
  underPolicy: (purpose, version) => `${purpose}，策略版本 ${version}`,
  position: (n, of) => `${n}/${of}：`,
  refused: (mark, number, code, receipt) => `\n${mark} ${number}${code}。安全审计员可按日志条目说明原因。\n${receipt}\n`,
  disputed: '（有异议）',
  sampleHint: '\n部分示例人员的号码随示例日期而定：fieldgate sample 列出这些号码。\n',
  duties: (names) => `义务  ${names}（fieldgate task list）\n`,
  noneGiven: '\n所申请的信息项均未提供。\n',
} satisfies typeof english.release;

export const file = {
  put: '在本机加密并上传一个文件，作为本部门某信息项的值',
  path: '文件',
  field: '以该文件为值的信息项',
  type: '媒体类型；默认按文件开头判断',
  help: `
中断的上传，若文件未变，则从中断处继续。随后由写入引用：

  fieldgate file put --as mca-county --field adoption_info order.pdf
  {"match": {...}, "fields": {"adoption_info": {"file": "<编号>"}}}`,
  none: (path) => `没有文件 ${path}`,
  unknownType: '文件开头不属于任何已知类型：请以 --type 指明',
  resumes: '该文件的上传曾中断：现继续。\n',
  begins: '文件与此前开始上传时不同：重新开始上传。\n',
  parts: '段',
  done: (id, field) => `${id}\n一周内的一次写入使其成为 ${field} 的值：{"file": "${id}"}\n`,
  range: '范围须为两个字节数，如 0-1048576',
  exists: (path) => `${path} 已存在，保持不变`,
  differs: (name) => `${name} 的文件与其类型不符，或不是所上传的文件；未保存任何内容`,
} satisfies typeof english.file;

export const sample = {
  story: '显示一个故事的命令',
  day: '示例的日期；默认为 .fieldgate 中的日期，或今天',
  people: '示例的规模；默认为 .fieldgate 中的规模，或 100',
  pack: '另一策略包的故事，按其文件夹',
  unknown: (names) => `示例中没有这个故事。现有：${names}。`,
  person: (id) => `  当事人 ${id}\n`,
  withoutId: '没有身份证号码',
  name: '故事',
  whose: '当事人',
  shows: 'fieldgate sample <故事> 显示其命令，fieldgate sample run <故事> 逐步演示。\n',
  run: '在运行中的网关上演示一个故事：逐条运行其命令，代入各答复中的编号，并提示看什么',
  step: (at, of, line) => `\n── 第 ${at} 步，共 ${of} 步 ──  $ ${line}\n`,
  refusedBy: (code) => `   → 以 ${code} 拒绝：含义见网关的 /docs/problems/${code}\n`,
  logged: (entry) => `   → 日志：fieldgate log entry ${entry} --as audit-office（以 wang.fang 登录）\n`,
  played: '\n演示完毕。安全审计员所见：fieldgate login wang.fang，然后 fieldgate today --as audit-office\n',
  broken: (at, code) => `第 ${at} 步以 ${code} 结束，演示停止。网关是否在运行，此前是否演示过这个故事？`,
  notAnswered: (name) => `此前的答复中没有 <${name}>。演示过的故事，其事项可能已经办结。`,
  needsBash: '演示故事需要 bash，本机没有。',
  badDay: '2026-11-26 这样的日期',
} satisfies typeof english.sample;

export const sidecar = {
  listen: '监听地址；端口 0 表示任一空闲端口',
  remote: '在其他计算机可达的地址监听；须设置 FIELDGATE_SIDECAR_SECRET',
  stay: '启动它的程序结束后继续运行',
  witness: '同时作为日志的见证方，密钥与联署记录存于此文件夹',
  routes: (names) => `\n路由：${names}；见 docs/integrate/sidecar.md`,
  shortSecret: 'FIELDGATE_SIDECAR_SECRET 须不少于 32 个字符。',
  needsSecret: (host) => `其他计算机可以访问 ${host}：须使用 --allow-remote 和 FIELDGATE_SIDECAR_SECRET。`,
  unusable: (host, port) => `无法使用 ${host}:${port}。`,
  on: (clientId, host, port) => `${clientId} 在 http://${host}:${port}\n`,
  badListen: '须为 127.0.0.1:8790 这样的形式。',
} satisfies typeof english.sidecar;

export const backup = {
  to: '存放副本的新文件夹',
  from: '备份所在文件夹',
  all: '日志、同意及其他全部内容一并恢复',
  fork: '接受日志短于验证者已见的长度',
  repository: '此命令须在代码库中 npm start 的文件夹内运行。',
  made: (folder, at) => `已将 ${at} 的备份存入 ${folder}。\n`,
  records: (at) => `已恢复 ${at} 的记录。下次 npm start 会重做此后的删除。fieldgate log verify --heads 列出此后写入的记录：须重新提交。\n`,
  everything: (at) => `已恢复 ${at} 的全部内容，含日志。请核验：fieldgate log verify --heads。\n`,
} satisfies typeof english.backup;
