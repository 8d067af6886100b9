/** Names that a pack uses and does not define, by what they name. */

const THINGS: Readonly<Record<string, string>> = {
  field: '信息项',
  rule: '条款',
  shape: '形式',
  purpose: '用途',
  task: '待办',
  'kind of task': '待办种类',
  department: '部门',
  predicate: '是否判断',
  'prohibited use': '禁止用途',
  reason: '理由',
  act: '操作',
  'lawful basis': '合法性基础',
  'obligation or reason': '义务或理由',
  role: '角色',
  obligation: '义务',
  kind: '事由种类',
  mask: '脱敏方式',
  input: '输入项',
  verdict: '裁定',
  class: '数据类',
  generalisation: '概括方式',
  list: '名录',
  right: '权利',
  grade: '等级',
  dimension: '维度',
  giver: '表示人',
  inquirer: '查询人',
};

export const missingNames = Object.entries(THINGS).flatMap(([english, chinese]): [string, string][] => [
  [`there is no ${english} "{}": add it to {}, or write "{}"`, `没有${chinese} "{1}"：请添加到 {2}，或改写为 "{3}"`],
  [`there is no ${english} "{}": write "{}"`, `没有${chinese} "{1}"：请改写为 "{2}"`],
  [`there is no ${english} "{}": add it to {}`, `没有${chinese} "{1}"：请添加到 {2}`],
  [`there is no ${english} "{}"`, `没有${chinese} "{1}"`],
]);
