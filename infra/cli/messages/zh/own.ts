import type * as english from '../en/own.ts';

export const columns = {
  none: (path: string) => `${path} 没有列。`,
  which: (path: string, names: string) => `${path} 中的哪一个？请加 # 和其中之一：${names}`,
  unknown: (path: string) => `${path} 不是表格（CSV）、JSON Schema、OpenAPI 文档或同步用的对应表。`,
} satisfies typeof english.columns;

export const reasons = {
  health: '有健康方面的字词；起步的用途都不显示',
  harm: '有侵害或者犯罪方面的字词；起步的用途都不显示',
  identity: '由名称或 18 位数字看是身份号码；可用它查找个人',
  phone: '由名称或 11 位数字看是电话',
  address: '住址或可以找到本人的地点',
  money: '金额或者账户',
  birth: '出生日期，关于年龄的决定要读取；以文本存放时，对应表要写 `days`',
  area: '地区，决定哪些单位可以申请',
  person: '姓名；其他单位只看到首字',
  number: '本部门自己的编号；可用它查找个人',
  closed: '值很少而各有多行：以表中现有的值为封闭列表',
  other: '从名称和值看不出更多',
  missing: '表中没有而决定需要：请由查询给出',
} satisfies typeof english.reasons;

const fill = (words: string) => `「${words}」`;

export const pack: typeof english.pack = {
  fields: '由自己的数据表生成。每个类别和级别都是建议，并附理由；「」中的文字请自行填写。',
  ageBand: '年龄段',
  replaced: [
    [/^# 一个用来起步的小策略包.*$/m, '# 自己数据表的策略包。「」中的文字请自行填写，其余见 docs/write-a-pack.md。'],
    [/公共图书馆读者/g, fill('数据表中的人')],
    [/公共图书馆/g, fill('本部门')],
    [/教育部门/g, fill('申请的部门')],
    [/图书馆员/g, fill('本部门经办人')],
    [/label: 教师/g, `label: ${fill('申请的经办人')}`],
    [/图书馆法（2020年）/g, fill('所依据的法律')],
    [/label: 借阅/g, `label: ${fill('本部门的工作')}`],
    [/title: 借阅/g, `title: ${'本部门的工作'}`],
    [/label: 学校参观/g, `label: ${fill('对方部门的用途')}`],
    [/# 学校在参观.*$/m, '# 其他部门以本人同意为前提查询。'],
    [/借阅期间。?/g, fill('期限')],
    [/借阅情况由谁知悉，由读者决定。/g, '其他人是否知悉，由本人决定。'],
    [/图书馆办理借阅所需。/g, fill('本部门为何需要')],
    [/图书馆工作人员会看到逾期情况。/g, fill('本部门经办人会看到什么')],
    [/学校须知道谁可以参加。/g, fill('对方部门为何需要')],
    [/学校会得知是否有逾期。/g, fill('对方部门会得知什么')],
    [/各图书馆的服务台。/g, fill('本部门的窗口')],
    [/学校不得获知读者证号。/g, '其他部门只能获知姓名和年龄。'],
    [/学校不得读取/g, '其他部门不得读取'],
    [/读者同意之前，学校/g, '本人同意之前，其他部门'],
    [/其他用途或者学校的同意/g, '其他用途或者单位的同意'],
    [/辖区外读者/g, '辖区外个人'],
    [/对读者信息/g, '对个人信息'],
    [/读者本人|读者/g, '本人'],
    [/北区图书馆/g, '本部门单位'],
    [/第一小学/g, '对方单位'],
  ],
};
