import type * as english from '../en/identity.ts';

export const agencyFile = {
  nameAgency: (known) => `请指明所代表的单位：--as <单位代码>${known} 或 --agency-file <路径>。个人使用 fieldgate login 登录。`,
  badClientId: '单位代码只含字母、数字、- 和 _。',
  startFirst: '。请先启动本地网关（npm start），或给出 --agency-file <路径>',
  noFile: (path, hint) => `没有可读取的密钥文件 ${path}${hint}。`,
  notKeyFile: (path) => `${path} 不是密钥文件：须为含 clientId、issuer、sig 和 enc 的 JSON。`,
  meant: (name) => `（是否为 ${name}？）`,
  oneOf: (names) => `（可选：${names}）`,
} satisfies typeof english.agencyFile;

export const secrets = {
  noKey: (path) => `${path} 不是本程序生成的密钥。`,
} satisfies typeof english.secrets;

export const login = {
  damaged: (file) => `${file} 已损坏，请重新运行 fieldgate login。`,
  elsewhere: (issuer, url) => `您登录的是 ${issuer}，不是该地址；请运行 fieldgate login --url ${url}。`,
  expired: '登录已过期，请重新运行 fieldgate login。',
} satisfies typeof english.login;
