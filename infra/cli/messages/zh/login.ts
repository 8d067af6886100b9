import type * as english from '../en/login.ts';

export const callback = {
  elsewhere: '网关将登录转到了另一台计算机。',
  close: '可以关闭此窗口，回到终端。\n',
  nothing: '此处没有内容。\n',
  portUsed: (port) => `本机端口 ${port} 已被占用。`,
  late: '五分钟内未完成登录。',
} satisfies typeof english.callback;

export const login = {
  name: '本地网关的示例人员，例如 zhang.wei',
  again: '即使签发者仍认得本人，也要求重新登录：用于须新近登录的操作',
  needed: (person) => `此项操作须由 ${person} 重新登录。\n`,
  otherPerson: (person) => `登录的不是 ${person}。未作任何处理，此处的登录仍是 ${person}。`,
  noBrowser: '只显示地址',
  out: '已退出登录。\n',
  wasOut: '没有人登录。\n',
  here: (address) => `请在此登录：\n  ${address}\n`,
  refused: '登录被拒绝或中断。',
  notLocal: '只有本机的网关可以按姓名登录；请不要写姓名。',
  noPerson: (name) => `网关没有示例人员 ${name}。fieldgate login 打开的页面列出全部人员。`,
  done: (who, office, clientId, may, until, path) => `您是${office}（${clientId}）的 ${who}，可进行：${may}。\n有效期至 ${until}；令牌存于 ${path}。\n`,
  notGateway: (url) => `${url} 未表明自己是该地址的网关。`,
  noPeople: '该网关没有个人登录；请用 --as 代表单位。',
} satisfies typeof english.login;

export const context = {
  name: '今后优先使用其登录的人员',
  notLoggedIn: (name) => `${name} 在此处没有登录：fieldgate login。`,
  several: (name) => `${name} 有多个登录：请加上 --url <地址> 或 --as <单位代码>。`,
  nobody: '没有人登录：fieldgate login。\n',
  person: '人员',
  office: '单位',
  gateway: '网关',
  until: '有效期至',
  keysOf: '持有密钥的单位',
} satisfies typeof english.context;

export const doctor = {
  step: '环节',
  seen: '所见',
  todo: '如何处理',
  names: {
    key: '密钥文件',
    login: '登录',
    address: '地址',
    proxy: '代理',
    host: '主机名',
    tls: '证书',
    gateway: '网关',
    clock: '时钟',
    rights: '权限',
  },
  none: '无',
  noKey: '请指明单位：--as <单位标识>，或 --agency-file <路径>。',
  noLogin: '如由个人操作：fieldgate login。',
  noAddress: '请指明网关：--url <地址>。单位的密钥文件中也有地址。',
  until: (person, clientId, at) => `${person}（${clientId}），至 ${at}`,
  notAsked: '据文件所载，未向网关查证',
  certificate: (by, until) => `由 ${by} 签发，有效至 ${until}`,
  ready: '有应答，密钥、存储和日志均可达',
  ahead: (seconds) => (Math.abs(seconds) <= 1 ? '与本机相同' : `网关${seconds > 0 ? '快' : '慢'} ${Math.abs(seconds)} 秒`),
  setClock: '请以时间服务器校准本机时钟：令牌和证明都含时间。',
  may: (clientId, actions, purposes) => `${clientId}：${actions}；${purposes}`,
  noPurpose: '没有可用的用途，因此得不到任何信息项：由两名策略管理员以 fieldgate agency change 增加。',
  both: (what, hint) => `${what}。${hint}`,
  unknown: '请连同所用命令一并报告。',
} satisfies typeof english.doctor;

export const whoami = {
  left: (left, limit) => `剩余 ${left}，共 ${limit}`,
  officer: '一并显示该经办人的剩余限额',
} satisfies typeof english.whoami;
