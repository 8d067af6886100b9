import type * as english from '../en/sidecar.ts';

export const about = {
  'GET /whoami': '本单位的登记信息和剩余限额；给出 `officer` 时，也包括该经办人的',
  'GET /catalogue': '用途、信息项，以及本单位可以得到的每个信息项的形式',
  'GET /schema': '记录的格式定义，每个信息项的形式、示例和可取的值',
  'GET /programmes': '策略中的项目，以及本单位可核验者当日的余额（`left`）',
  'POST /find': '本单位对某人的编号，按其号码查找；记入日志',
  'POST /intake': '存入或更改本部门的信息项；记录数不限，不超过 64 MB',
  'POST /release': '某一用途对所列人员允许的信息项，已解封。202 表示已向来源部门提交申请：批准后凭其编号领取',
  'POST /verify': '某人是否符合项目条件，并给出可以留存的证明',
  'POST /release-list': '同 /release，任意多人，按用途的上限分批请求：每人一行，`row` 为其序号',
  'POST /verify-list': '核验任意多人，每人的写法与核验的 `subject` 相同：每人一行，`row` 为其序号',
  'POST /lists/{id}': '由网关自行核验多人。编号为 16 个随机字节的 base64url：同一名单可以再次提交',
  'GET /lists/{id}': '已提交名单的进度：`open`（进行中）、`done`（完成），或因 `code` 而 `stopped`（停止）',
  'GET /lists/{id}/results': '名单一部分（50 行）的结果，`part` 从 0 起',
  'POST /lists/{id}/end': '结束一份已提交的名单，并删除其各行和结果',
  'POST /receipt': '对回执的完整检验；`wait` 为等待日志收录该条目的毫秒数',
  'POST /requests': '对须经批准的信息项提交申请',
  'POST /requests/{id}/collect': '领取一项申请中已批准的信息项，人员的顺序与申请相同：每一百人一行，`from` 为起始序号。已领取的不再给出',
  'GET /log': '日志的一页，供安全审计员使用；将 `next` 作为 `cursor` 传入',
} satisfies typeof english.about;

export const refused = {
  browser: '不接受浏览器的请求。',
  secret: '边车程序的口令缺失或者不对。',
  route: '没有这条路由；GET / 列出全部路由。',
  type: '正文须为 application/json。',
  large: '正文须带 `Content-Length`，最多 64 MB。',
  object: '正文须为 JSON 对象。',
  members: (all) => `成员为：${all}。`,
  noMembers: '没有成员。',
  missing: (name) => `缺少 ${name}。`,
  wrongType: (name, type) => `${name} 的类型须为 ${type}。`,
  unknown: '有未知成员。',
  near: (name) => `有未知成员；是否指 ${name}？`,
} satisfies typeof english.refused;

export const openapi = {
  title: 'Fieldgate 网关的边车程序',
  what: '以普通 JSON 为本机程序提供服务。令牌、证明、封装和回执由其内部处理。答复即网关的答复，网关自己的说明在其 /openapi.json。',
  answer: '答复',
  filed: '没有提供任何信息：须先经来源部门批准。这是已提交的申请',
  lines: '每行一个 JSON 对象，随到随出。最后一行是 `{"done": n}` 或 `{"problem": …}`；没有最后一行即表示名单中断',
  problem: '带有 `code` 的问题说明；无法连接网关或其答复无效时为 502',
  subject: '一个人：按本单位编号 `ref`，或按须全部相符的匹配键',
} satisfies typeof english.openapi;
