import type {
  flows as flowsEnglish,
  inquiry as inquiryEnglish,
  simulate as simulateEnglish,
  sources as sourcesEnglish,
  writers as writersEnglish,
} from '../en/audit.ts';

export const flows = {
  title: '各部门数据去向（按用途）',
  hint: '每次提供按所含数据的部门各计一次。',
  from: '来源部门',
  to: '接收单位',
  entries: '条目',
  anyPurpose: '全部用途',
  none: '该时段没有提供任何数据。',
  recipients: '接收单位',
  owners: '被使用数据的部门',
  officers: '经办人（全部条目）',
} satisfies typeof flowsEnglish;

export const inquiry = {
  hint: '请输入日志中的对象编号（见条目）或本单位编号。每次查询都会作为该对象的条目记入日志。',
  by: '查找方式',
  byId: '日志编号',
  look: '查询',
  all: (n) => `共${n}条，已全部显示。`,
  atLeast: (n) => `已读取${n}条，最新在前`,
  older: '读取更早的条目',
  toTheEnd: '全部读取',
  itself: '本次查询也已作为该对象的条目记入日志。',
  none: '没有涉及该对象的条目。',
  timeline: '该对象的条目时间线',
  shapes: '● 已答复 · ■ 已拒绝或报警',
  gateway: '网关',
  mark: (office, purpose, when, n, refused) =>
    `${office}，${purpose === '' ? '' : `${purpose}，`}${when}：${n}条${refused ? '，已拒绝' : ''}`,
  recipients: '哪些单位获得了该对象的数据',
  nobody: '没有单位获得。',
  first: '首次',
  last: '最近',
  times: '次数',
  entries: '全部条目',
} satisfies typeof inquiryEnglish;

export const writers = {
  hint: '网关各组件使用各自的密钥写入日志，期限有限，且只能写入证书所列类型。',
  keys: '写入者密钥',
  part: '组件',
  writer: '写入者',
  key: '公钥',
  from: '起始',
  span: '有效期',
  states: { current: '使用中', over: '已到期', revoked: '已吊销' },
  revoke: '吊销泄露的密钥（须两名安全审计员）',
  jobs: '密钥与记录维护',
  noJobs: '最近31天没有变更密钥或记录的任务。',
} satisfies typeof writersEnglish;

export const sources = {
  hint: '各单位以 fieldgate sync 从数据库同步信息项。此处显示各数据源最近一次同步：只有数目和代码，不含任何一行的内容。',
  none: '尚无数据源上报过同步。',
  source: '数据源',
  state: '状态',
  last: '最近一次',
  good: '最近成功',
  rows: '行数',
  faults: '问题',
  never: '从未',
  fine: '成功',
  silent: (since) => `自 ${since} 起中断`,
  failed: (why) => `失败：${why}`,
  failures: {
    DATABASE: '数据库没有应答，或者拒绝了查询',
    MAPPING: '对应表、列或状态文件夹有误',
    BUDGET_SPENT: '当日额度已用完',
  },
  wrong: { FORM: '形式不符', TWICE: '键重复', NO_KEY: '没有键' },
  every: (minutes) => `每 ${minutes} 分钟`,
  byHand: '手工',
  seconds: (n) => `${n} 秒`,
  counts: {
    read: '读取',
    added: '新增',
    changed: '变更',
    gone: '消失',
    same: '未变',
    failed: '被拒',
    left: '消失而保留',
  },
} satisfies typeof sourcesEnglish;

export const simulate = {
  title: '可获得什么？',
  nobody: '模拟：未查询任何人，未提供任何信息。',
  own: '本单位',
  allFields: '该用途的全部信息项',
  oneMore: '再加一项',
  fact: '关于此人的事实',
  ofPerson: (field) => `若此人有：${field}`,
  value: '值',
  given: '将予以答复。',
  refused: '将被拒绝。',
} satisfies typeof simulateEnglish;
