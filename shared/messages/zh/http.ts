import type { http as English } from '../http.ts';
import type { Like } from '../texts.ts';

export const http: Like<typeof English> = {
  notUtf8: '正文不是 UTF-8',
  parameterRepeated: '查询参数重复',
  unknownMember: '未知的成员',
  headersTooLarge: '全部请求头合计不超过 16 KB',
  notHttp: '这不是 HTTP 请求',
  noSuchAddress: '没有这个地址',
  foreignName: '本地网关只以环回地址的名称和启动时指定的名称应答',
  foreignPage: '其他网站的页面不能这样做，请打开网关自己的控制台',
  wholeNumber: '应为整数',
  atLeastOne: '至少为 1',
  languageTag: '应为语言标签',
  divisionCode: '应为行政区划代码',
  date: '应为日期',
  eitherKeys: 'jwks 与 jwksUri 只填一项',
  clientId: '应为单位标识（client id）',
  clientIdReserved: '该单位标识为保留值',
  object: '应为对象',
  memberName: '成员名为 1 至 64 个字符',
  noControls: '不得含有控制字符',
  reference: '应为本单位编号',
  entry: '应为日志条目的编号',
  eitherRefOrMatch: '请用 ref 或 match 之一指明当事人',
  oneOfThree: '请用 ref、match、code 之一指明当事人',
  partsOfRows: (n: number) => `每部分 ${n} 行，最后一部分为其余各行`,
  instant: '应为 RFC 3339 格式的 UTC 时间',
  noSuchTime: '没有这个时间',
  cursor: '应为前一页给出的翻页标记',
  positiveNumber: '应为正整数',
  digestBase64url: '应为 base64url 格式的 SHA-256 摘要值',
  digestHex: '应为小写十六进制的 SHA-256 摘要值',
  wordWithoutSpaces: '应为不含空格的词',
  freezeTarget: '请指明一项：当事人、单位（及其人员）、用途或者数据类',
  subjectsOrTicket: '应填当事人（subjects）或者凭单（ticket）',
  fromBeforeUntil: 'from 应早于 until',
  consentAlone: '只填 consent，或者填 purpose 及 agency、facts、fields',
  deskCode: '应为窗口出具的一次性码',
  codeOfLetters: '应为由大写字母组成的代码',
  sourceName: '应为由小写字母、数字和连字符组成的名称，连续数字不得超过八位',
  version: '应为版本号',
  notJson: '不是有效的 JSON',
  memberTwice: '成员重复出现',
  numberOutOfRange: '数字超出范围',
  loneSurrogate: '文本含有不成对的代理码元',
  sendType: (types: readonly string[]) => `请以 UTF-8、不压缩的 ${types.join(' 或 ')} 发送`,
  bodyBytes: (most: number) => `正文最多 ${most} 字节`,
  fieldBytes: (most: number) => `一个信息项最多 ${most} 字节`,
  atMost: (most: number) => `最大为 ${most}`,
  atMostItems: (most: number) => `最多 ${most} 项`,
  atMostMembers: (most: number) => `最多 ${most} 个成员`,
  members: (least: number) => `至少应有 ${least} 个成员`,
  nested: (levels: number) => `嵌套超过 ${levels} 层`,
  required: '必填',
  expected: (what: string) => (what === '' ? '应为其他值' : `应为${inChinese(what)}`),
  length: (what: string) => `长度应${inChinese(what)}`,
  fails: (check: string) => CHECKS.get(check) ?? `不符合 ${check}`,
};

/** What a schema expects, in its notation: words of types become words, codes and numbers stay. */
function inChinese(expected: string): string {
  return expected
    .replace(/\b(?:string|number|boolean|Array|Object|object|null|never)\b(?!")/g, (type) => TYPES.get(type) ?? type)
    .replace(/^>=?\s*/, '不小于 ')
    .replace(/^<=?\s*/, '不大于 ');
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', '文本'],
  ['number', '数字'],
  ['boolean', '布尔值'],
  ['Array', '列表'],
  ['Object', '对象'],
  ['object', '对象'],
  ['null', '空值'],
  ['never', '无此项'],
]);

const CHECKS: ReadonlyMap<string, string> = new Map([
  ['regex', '格式不对'],
  ['integer', '应为整数'],
  ['min_value', '数值过小'],
  ['max_value', '数值过大'],
  ['check', '不符合要求'],
  ['url', '应为网址'],
  ['iso_date', '应为日期'],
]);
