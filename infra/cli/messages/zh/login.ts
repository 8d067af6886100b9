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
  done: (who, office, clientId, may, until, path) =>
    `您是${office}（${clientId}）的 ${who}，可进行：${may}。\n有效期至 ${until}；令牌存于 ${path}。\n`,
  notGateway: (url) => `${url} 未表明自己是该地址的网关。`,
  noPeople: '该网关没有个人登录；请用 --as 代表单位。',
} satisfies typeof english.login;

export const whoami = {
  left: (left, limit) => `剩余 ${left}，共 ${limit}`,
  officer: '一并显示该经办人的剩余限额',
} satisfies typeof english.whoami;
