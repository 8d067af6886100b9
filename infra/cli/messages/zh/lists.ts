import type * as english from '../en/lists.ts';

/** 名单：从文件到文件。 */
export const file = {
  notUtf8: (path) => `${path} 不是 UTF-8 编码（可能是 GBK）。请另存为 UTF-8（Excel 中选“CSV UTF-8”）。`,
  readAs: (encoding) => `不是 UTF-8，按 ${encoding} 读取。\n`,
  oldExcel: (path) => `${path} 是旧版 Excel 格式（.xls），请另存为 .xlsx。`,
  largeWorkbook: (path) => `${path} 解压后超过 200 MB，未予读取。请只保存第一张工作表，或另存为 CSV。`,
  noWorkbook: (path) => `${path} 不是可读取的 Excel 工作簿，或者设有密码。`,
  digitsLost: (row) => `第 ${row} 行有超过 15 位的数字，表格软件已丢失末尾数字：请将该列设为“文本”格式后重新填写。`,
  columnTwice: (name) => `列 ${name} 出现两次。`,
  theList: '名单',
  line: (n) => `第 ${n} 行`,
  notJson: (what) => `${what}不是有效的 JSON。`,
  place: (line, column) => `见第 ${line} 行第 ${column} 列。`,
  notCsv: (line) => `第 ${line} 行不是 CSV 表格的行。`,
  notList: '.json 文件须为列表，或含 "records" 的对象。',
  noObject: (row) => `第 ${row} 行不是对象。`,
} satisfies typeof english.file;

export const people = {
  ownKey: '本单位编号',
  own: (column) => `名单.${column}`,
  digitsLost: '是被表格软件缩短的数字：请将该列设为“文本”格式后重新填写',
  twoColumns: (name, head) => `有两列都是 ${name}，其中一列为 ${head}。`,
  noKey: (name, names) => `${name} 不能指明当事人。一列可以是 ${names}。`,
  oneWay: '当事人以 --subjects 或逐一指明，不可并用。',
  file: '表格（.csv、.xlsx）、JSON 列表，或每行一个 JSON 对象；- 表示标准输入',
  empty: (path) => `${path} 中没有指明任何人。`,
  namesNone: (row, names) => `第 ${row} 行没有指明当事人：须有 "match"，或 ${names} 之一。`,
  noColumn: (names) => `首行须有指明当事人的列：${names}。`,
  meant: (name, nearest) => `${name} 是否应为 ${nearest}？`,
  nobody: '本行没有指明任何人。',
  notText: (row, name) => `第 ${row} 行：${name} 须为加引号的文字。`,
} satisfies typeof english.people;

export const job = {
  column: '此列名所指的信息项（可重复）',
  badColumn: '--column 须为 <列名>=<信息项>。',
  out: '存放结果的文件（.csv、.xlsx、.ndjson）或文件夹；默认为名单旁的文件夹',
  format: '结果的格式；默认按 --out 的扩展名，否则与名单相同',
  yes: '即使当日限额可能先用完，也开始',
  needsOut: '请指明存放结果的文件或文件夹：--out <文件>。',
  left: (n, what) => `${what} ${n}`,
  needs: (rows, left) => `本名单需要 ${rows}。今日剩余：${left}。\n`,
  short: (at) => `今日可能无法完成。加 --yes 即开始：限额用完时停止，${at ?? ''}之后再次运行同一命令即可继续。\n`,
  waits: (when) => `当日限额已用完，${when} 继续。您可以随时停止。\n`,
  kept: (done, total) => `${total} 行中已完成并保存 ${done} 行。`,
  again: '再次运行同一命令即从该处继续。',
  spent: (when) => `当日限额已用完：请在 ${when} 之后再次运行同一命令。`,
  malformed: '格式有误',
  open: '尚未处理',
  repeated: '重复',
  once: (n) => `${n}，只处理一次`,
  result: '结果',
  rows: (list: readonly number[]) => `${list.length}：第 ${list.slice(0, 10).join('、')}${list.length > 10 ? '……' : ''} 行`,
} satisfies typeof english.job;

export const journal = {
  otherJob: (folder) => `${folder} 属于另一份名单、另一用途、另一项目或另一单位的任务；请另选 --out。`,
  otherMachine: (folder) => `${folder} 是在另一台机器或另一密钥文件夹下开始的，不能在此继续；请另选 --out。`,
  changed: '任务的进度文件被其他进程改动。',
  running: '该任务已在另一进程中运行。',
} satisfies typeof english.journal;

export const releaseList = {
  what: '按用途提供名单中每个人的信息，写成表格',
  again: '对答复丢失的人再请求一次；其信息可能已经提供',
  help: `
名单须有指明当事人的列（id_number、local_id 或 ref，或者其通用名称，如“身份证号”）；其他列写入结果。结果中的信息项
用策略中的名称；.ndjson 中用代码。
中断后或名单增加后，再次运行同一命令即可继续：已有答复的人不再请求。
文件夹中的进度文件用本机密钥加密。用途实现后，请将结果与文件夹一并删除。

  fieldgate release list pupils.csv --as edu-county --purpose S1 --officer zhang.wei --reason "冬季补助" \\
    --field name,school_name --out released.csv`,
  told: (tier) => `${tier} 级人数`,
  unanswered: '未获答复人数',
  open: '尚未请求。',
  lost: '答复丢失：此人的信息可能已经提供。请查日志；--again 再请求一次。',
  waits: (id) => `申请 ${id} 须由数据所属单位批准。`,
  refused: '安全审计员可按日志条目说明原因。',
  released: '已提供',
  withheldIn: (code, n) => `${n} 行有信息项：${code}`,
  waiting: '等待批准',
  cut: '答复丢失',
  done: (mark, n, rows) => `${mark} 共 ${n} 行\n${rows}`,
  refusedHint: '拒绝的原因，安全审计员可按该行的日志条目说明。\n',
  requests: (ids: readonly string[]) => `批准后：${ids.map((id) => collect + id).join('、')}\n`,
  lostHint: '答复丢失的行可能已经提供。请查日志，或加 --again 再请求一次。\n',
} satisfies typeof english.releaseList;

export const verifyList = {
  what: '核验名单中的每个人，例如每年一次核验某项目的受益人',
  atOnce: '同时进行的核验数',
  wait: '当日限额用完时等到次日，而不停止',
  submit: '把名单交给网关自行核验，命令随即结束',
  collect: '取回已提交名单的答复',
  working: (rows, percent, until) => `网关正在核验 ${rows} 行，已完成 ${percent}%。它代您核验至 ${until}。\n取结果：同一命令加 --collect。\n`,
  stoppedBy: (code) => `网关已停止：${code}。其余各行尚未核验；--submit 重新提交。\n`,
  notSubmitted: '此文件夹没有已提交的名单：请用 --submit。',
  gone: '网关已没有这份名单。没有答复的各行尚未核验：--submit 重新提交。',
  isSubmitted: (folder) => `${folder} 中的名单已提交，由网关核验。请先用 --collect 取回结果。`,
  otherRows: (folder) => `${folder} 中的名单已提交，与文件的行不同。请先取回结果。`,
  help: `
--out 的文件夹中，result.csv 每行对应名单的一行，proofs/ 存放每个“符合”的证明，journal.ndjson 不含任何人的身份。
中断后或名单增加后，再次运行同一命令即可继续：已有答复的人不再核验。

  fieldgate verify list beneficiaries.csv --as charity-sunrise --programme spring-bud --case CHA-2026-001 \\
    --officer shen.yi --reason "年度复核" --out recheck-2026

加 --submit 时，本机关机后网关仍继续核验，最长十二小时。名单在网关加密存放，结果只有本单位的密钥能打开；
--collect 取回后即删除，最迟两天内删除。`,
  checks: '本项目核验次数',
  misses: '未能确认的答复数',
  open: '尚未核验。',
  notConfirmed: '同一答复可有多种原因：没有同意、不符合、查无此人。代理人可向窗口询问。',
  checked: (mark, n, rows) => `${mark} 已核验 ${n} 人\n${rows}`,
  eligible: '符合',
  withProofs: (n, folder) => `${n}，证明存于 ${folder}/proofs`,
  notConfirmedRows: '未能确认',
} satisfies typeof english.verifyList;

export const intakeList = {
  unknown: (name, nearest) => (nearest === null ? `列 ${name} 不是信息项。` : `列 ${name} 不是信息项。是否应为 ${nearest}？`),
  notOwn: (name, owners) => `信息项 ${name} 属于其他部门（${owners.join('、')}）。`,
  sayWhat: (name) => `如果 ${name} 是另有名称的信息项：--column "${name}=<信息项>"。如果是本单位自用的列（在结果中原样返回）：--own "${name}"。`,
  twoColumns: (name) => `有两列都是 ${name}。`,
  problem: '问题',
  copied: (path) => `全部问题已写入表格副本，改正后可直接再次录入：${path}`,
  differs: (row) => `与第 ${row} 行不同，而两行指同一人；加 --last-wins 则以后一行为准`,
  flagged: (code) => `${code}：请核对号码，以此号码无法找到任何人。加 --keep-flagged 则仍予存储`,
  noHead: '表格没有可识别的列名。第一行须为列名：本部门的列名可用 fieldgate intake --template 写出，其他列名用 --column <列名>=<信息项> 说明。',
  noField: '表格中没有信息项。',
  faults: (n, rows) => `没有存储任何内容：${rows} 行中有 ${n} 处问题。`,
  more: (n) => `……另有 ${n} 个。`,
  line: '行',
  open: '尚未保存。',
  beyond: (n) => `比表头多 ${n} 个单元格`,
  form: {
    type: (type) => `须为 ${type}`,
    oneOf: (values) => `须为下列之一：${values}`,
    missing: (name) => `缺少 ${name}`,
    unknown: (name) => `没有成员 ${name}`,
    date: '须为日期，例如 2026-11-26',
    longest: (n) => `至多 ${n} 个字符`,
    most: (n) => `至多 ${n} 项`,
    least: (n) => `不得小于 ${n}`,
    greatest: (n) => `不得大于 ${n}`,
    json: '须为 JSON：列表或对象',
    lost: '含有途中损坏的字符或不可见字符',
    ofSpreadsheet: '是公式、公式错误或 NULL，不是值：空单元格不改变任何内容',
    other: '不符合 fieldgate fields 所示的格式',
  },
} satisfies typeof english.intakeList;

const collect = 'fieldgate request collect ';
