import type * as english from '../en/policy.ts';

export const policy = {
  check: {
    what: '检查策略包及其编译文件；用 --write 编译',
    folder: 'YAML 所在文件夹',
    write: '写出编译后的策略包和编辑器模式',
  },
  init: { what: '写出一个带注释、可直接编译的小策略包', folder: '新文件夹' },
  matrix: '提供矩阵：P 原文，M 脱敏，G 概括，B 是否判断，T 假名，2 须第二人',
  acts: '操作表：可操作者、须具备的人员、所透露的信息；--json：每类调用者',
  retention: {
    what: '保存期限表：按信息项和用途列出何时终止；--markdown：成文',
    markdown: '以 Markdown 表格输出',
  },
  diff: '两个策略包之间改变的每一格和每一条款',
  explain: {
    what: '对某一调用者、用途和对象的结果及理由',
    purpose: '用途代码',
    role: '调用者的角色（多个则重复）',
    area: '调用者的辖区',
    institution: '调用者所属场所在档案中的名称',
    division: '对象所在的县级区划；默认为调用者的第一个辖区',
    fact: '关于对象的一项事实，值为 JSON 或文字',
    consent: '对该调用者和用途的同意：guardian=given、guardian:mother=given',
    attested: '已声明存在紧迫危险',
    at: '以该日为准作出决定',
    basis: '请求所写明的合法性基础',
  },
  rule: { what: '答复所列的一条规则及其法律条文', rule: '规则编号，例如 A8.1' },
  versions: '已发布的版本和现行版本',
  publish: { what: '发布策略包使其生效（须两名策略管理员发布同一内容）', officer: '发布的经办人' },
} satisfies typeof english.policy;

export const init: typeof english.init = {
  exists: (folder: string) => `${folder} 已存在`,
  made: (folder: string) =>
    `${folder} 中已有策略包。请从 pack.yaml 读起，然后：\n  npx fieldgate pack check ${folder} --write\n  PACK=${folder} npm start\n`,
};

export const files = {
  notCompiled: '尚无：加 --write 生成',
  same: '即此版本',
  other: '为另一版本：请加 --write 运行',
  compiled: '编译文件',
  ends: '到期',
  ending: (name: string, until: string) => `${name}：最后一日 ${until}`,
  head: {
    act: '操作',
    who: '何人',
    person: '个人',
    second: '第二人',
    reveals: '透露',
    limits: '限制',
    own: '仅可对本单位相关人员',
    any: '也可对辖区内其他人员',
  },
  acts: (table: string, hash: string) => `${table}\n操作表哈希  ${hash}\n`,
  waits: (hours: number, except: string) => `随后等待 ${hours} 小时${except}`,
  except: (names: string) => `（${names} 除外）`,
  holder: (days: number) => `持有满 ${days} 天`,
  within: (days: number) => `${days} 天内`,
  any: '任何',
  fresh: {
    always: '须新近登录',
    oversight: '涉及监督权时须新近登录',
    restricted: '涉及受限类别时须新近登录',
  },
  persons: { none: '', claimed: '单位申报', authenticated: '已登录' },
  seconds: { 'other-person': '另一人', 'other-line': '另一条线的人' },
  as: (roles: string) => `角色 ${roles}`,
  of: (departments: string) => `部门 ${departments}`,
  forPurposes: (purposes: string) => `用途 ${purposes}`,
  aboutThings: (what: string) => `对象 ${what}`,
  if: (needs: string) => `条件 ${needs}`,
  and: '\n、',
  erased: '删除',
  recipientDeletes: '接收方删除',
  task: '待办',
  noChange: '没有变化。\n',
  before: '之前',
  after: '之后',
  deployFirst: '须先部署',
  nameFolder: '请指明策略包的文件夹；fieldgate pack init 可新建一个。',
  noPack: (path: string) => `${path} 没有策略包`,
  faults: (list: string) => `策略包有误：\n${list}`,
} satisfies typeof english.files;

export const rule = {
  noRule: (name: string) => `策略包没有规则 ${name}`,
  rule: '规则',
  article: '条文',
  law: '法律',
  wording: '法律原文',
  paraphrase: '策略包编者的转述',
} satisfies typeof english.rule;

export const explain = {
  badAt: '--at 为 2026-03-01 这样的日期',
  holds: '成立',
  fails: '不成立',
  verdict: '裁定',
  released: '提供',
  why: '理由',
  noField: (field: string) => `策略包没有信息项 ${field}`,
  notPair: (text: string) => `"${text}" 没有写成“名称=值”`,
} satisfies typeof english.explain;
