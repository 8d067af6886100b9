/** `fieldgate witness` 及核验见证方时的用语。 */
export const witness = {
  folder: '存放密钥和联署记录的目录',
  init: {
    what: '生成密钥并建立联署记录',
    name: '密钥名称，例如本部门的网址（不含 https://）',
    algorithm: 'ed25519 或 ml-dsa-44',
    key: '日志的密钥，或存有该密钥的文件；默认采用网关出示的密钥',
    exists: (folder: string) => `${folder} 已有密钥。新密钥请用另一目录。`,
    noAlgorithm: '当前 Node 不支持 ML-DSA-44；请用 ed25519，或换用 Node 24。',
    badName: '密钥名称不得含空格和加号。',
    made: (line: string, log: string) =>
      `请将下面一行交给运营方，并写入读者的规则：\n  ${line}\n所联署的日志：${log}\n`,
  },
  run: {
    what: '定时查看日志，对其延续部分联署',
    every: '两次查看相隔的秒数',
    once: '只查看一次',
    listen: '同时在此地址受理 add-checkpoint（C2SP tlog-witness）',
    badSeconds: '1 至 3600 的秒数',
  },
  status: { what: '显示最近一次联署' },
  evidence: {
    what: '离线核对“日志有两份历史”的证据',
    file: '见证方的 fork.json',
    proven: (a: number, b: number) =>
      `证据成立：该日志签署了两份历史，一份 ${a} 条，一份 ${b} 条，后者并非前者的延续。\n`,
    nothing: '该文件不能证明此密钥的日志有任何问题。\n',
  },
  lost: (folder: string) =>
    `${folder} 中的联署记录不完整：见证方已不知道自己联署过什么，因此不再联署。请在另一目录生成新密钥，并告知读者。`,
  forked: (file: string) =>
    `日志签署了两份历史。证据存于 ${file}，可在任何机器上核对：fieldgate witness evidence ${file} --key <vkey>。见证方不再联署。`,
  none: '尚未联署',
  last: '最近联署',
  key: '密钥',
  log: '日志',
  states: {
    cosigned: (size: number) => `已联署，共 ${size} 条`,
    nothing: '日志未设见证方',
    unnamed: '已联署但未被采纳：运营方的规则未列出本见证方',
    missed: '日志已进入下一轮',
    unsigned: '检查点不是由日志的密钥签署',
    unproven: '日志文件与其检查点不符，未联署',
    behind: (size: number) => `日志所问为 ${size} 条，少于见证方已联署的条数`,
    forgot: (size: number) => `见证方曾联署 ${size} 条，现已无记录：系从备份恢复。请在另一目录生成新密钥`,
    fork: '日志签署了两份历史',
  },
};

export const policy = {
  file: '联署须符合此规则文件（C2SP tlog-policy）',
  fresh: '与 --policy 同用：联署的最长时间，例如 10m',
  badAge: '例如 30s、10m 或 2h',
  alone: '--fresh 须与 --policy 同用。',
  none: (file: string) => `${file} 未设法定人数，不要求任何见证方，不能证明更多。`,
  otherLog: (file: string) => `${file} 未列出此日志。`,
  damaged: (file: string, line: number, fault: string) => `${file} 第 ${line} 行：${fault}`,
  faults: {
    FORM: '不符合规则文件的格式',
    KEYWORD: '行首的关键词无法识别',
    KEY: '不是此类密钥',
    TWICE: '名称、成员或密钥重复',
    UNKNOWN_NAME: '前面各行没有定义此名称',
    THRESHOLD: '组的数目须为 1 至全部成员数',
    QUORUM: '规则文件须有且只有一行法定人数',
  },
  nothing: '日志没有已见证的检查点',
  unsigned: '某项联署或日志自身的签名不成立',
  few: (by: string, without: string) => `见证方不足：已联署 ${by}；缺少 ${without}`,
  nobody: '无',
  old: (at: string) => `见证方最近一次看到它是在 ${at}`,
  other: '见证方所联署的不是这份日志',
  notAsked: '未核对：用 --policy 指定所信任的见证方',
  by: (names: string, at: string) => `${names}；自 ${at} 起已足数`,
  cosigned: '联署方',
  covered: (size: number) => `${size} 条`,
  covers: '所见范围',
};
