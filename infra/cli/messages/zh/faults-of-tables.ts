/** The second half of what the compiler says, of tables that a pack may have besides. */
export const faultsOfTables: readonly (readonly [english: string, chinese: string])[] = [
  ['more than the {} characters that a code of {} may have', '超过 {2} 的代码可有的 {1} 个字符'],
  ['write a value, a list of values, or one of {}', '请写一个值、一列值，或下列之一：{1}'],
  ['{} is released, not verified', '{1} 以提供办理，不作核验'],
  ['{} needs no consent', '{1} 不需要同意'],
  ['"{}" may not ask for {}', '"{1}" 不得申请 {2}'],
  ['it ends before it begins', '结束早于开始'],
  ['name the field: "{} of …"', '请写明信息项：`{1} of …`'],
  ['the purpose answers no "{}"', '此用途不答复 "{1}"'],
  ['it reveals "{}"{}', '会透露 "{1}"'],
  // 保存期限
  ['a period needs an end', '期限须有终点'],
  ['`ended` does not say what the end of the {} is', '`ended` 没有写明 {1} 何时终止'],
  ['"{}" is erased only with the whole record', '"{1}" 仅随整份记录删除'],
  ['"{}" has no end: add it to a period or to `withRecord`', '"{1}" 没有终点：请列入某一期限或 `withRecord`'],
  ['"{}" has two places', '"{1}" 列了两处'],
  ['it shows values: say when the recipient deletes them', '会提供信息：请写明接收方何时删除'],
  ['a purpose without `lasts` has no such time', '没有 `lasts` 的用途没有此期限'],
  ['it is not for activities', '不是用于活动的用途'],
  ['it has no cases', '没有案件'],
  ['a duty without a condition on facts does not end', '没有事实条件的职责不会终止'],
  ['only an inquiry gives values to the person', '只有查询向本人提供信息'],
  ['only statistics give counts', '只有统计提供计数'],
  [
    'no kind of task asks for the deletion with a proof (`ends: {}`)',
    '没有要求以证明删除的待办（`ends: {1}`）',
  ],
  // 表示人、校验、文字、区域
  [
    'one giver is the person whom records are about: add `is: person` to it',
    '须有一个表示人是档案本人：请为其添加 `is: person`',
  ],
  ['one giver is the recipient, and not several', '接收方只能是一个表示人'],
  [
    'there is no giver "{}": add `{}: { label: … }` to `givers`',
    '没有表示人 "{1}"：请在 `givers` 中添加 `{2}: { label: … }`',
  ],
  ['"{}" is no value of the input "{}": write {}', '"{1}" 不是输入 "{2}" 的值，可写 {3}'],
  ['"{}" is no value of the input "{}"', '"{1}" 不是输入 "{2}" 的值'],
  [
    'equal givers decide for the person: add `is: responsible` to the giver "{}"',
    '权利相同的表示人代本人决定：请为表示人 "{1}" 添加 `is: responsible`',
  ],
  [
    'the recipient proves what it processed: name the giver with `is: recipient`',
    '由接收方证明其处理：请写 `is: recipient` 的表示人',
  ],
  [
    'a recipient reports errors: add a giver with `is: recipient`',
    '由接收方报告错误：请添加 `is: recipient` 的表示人',
  ],
  [
    '"{}" is no code of the field {}, and has no areas under it',
    '"{1}" 不是信息项 {2} 的代码，其下也没有区域',
  ],
  ['the area "{}" lies under itself', '区域 "{1}" 位于自身之下'],
  [
    'these codes begin with the code of their area, so they need no list',
    '这些代码以所属区域的代码开头，不需要列出',
  ],
  [
    'mod-11 needs the weights of the digits: add `weights: {}`',
    '`mod-11` 需要各位数字的权数：请添加 `weights: {1}`',
  ],
  ['a pattern is missing: add `pattern: {}`', '缺少格式：请添加 `pattern: {1}`'],
  [
    'a comparison names the other field and the part: add `with: <field>, part: whole`',
    '比对须写明另一信息项和部分：请添加 `with: <field>, part: whole`',
  ],
  [
    '"{}" is no resident number: only parts of one are compared',
    '"{1}" 不是居民身份证号码：只比对其中的部分',
  ],
  ['{} is written without spaces: add `unspaced: [{}]`', '该文字书写不用空格：请添加 `unspaced: [{2}]`'],
  // 查询答复
  [
    '"{}" redacts, so the pack must say what is shown: casework.inquiries.guarded.shows',
    '"{1}" 略去内容，策略包须写明显示哪些：casework.inquiries.guarded.shows',
  ],
  ['"{}" redacts, and the inquirer would know it by its obligations', '"{1}" 略去内容，其义务会让查询人知悉'],
  [
    '"{}" is the inquiry itself, which every answer lists: add it to purposes',
    '"{1}" 是查询本身，每份答复都会列出：请加入 `purposes`',
  ],
  ['{} shows nobody "{}"', '{1} 不向任何人显示 "{2}"'],
  ['what {} says of "{}" depends on a field that is not shown', '{1} 对 "{2}" 的答复取决于不显示的信息项'],
  [
    '"{}" is made for every answer, so its absence tells: add it to fields',
    '"{1}" 在每份答复中生成，缺少即会暴露：请加入 `fields`',
  ],
  [
    'every record that a desk reaches has "{}", so its absence tells: add it',
    '窗口能查到的档案都有 "{1}"，缺少即会暴露：请加入',
  ],
  [
    '"{}" says whether the person is endangered, so it can\'t be shown',
    '"{1}" 表明该人是否面临危险，因此不能显示',
  ],
  ['the inquiry does not open "{}": give it a cell there', '查询用途不打开 "{1}"：请在其中为它设置一格'],
  [
    '"{}" is no member of what an inquirer\'s document is compared with',
    '"{1}" 不是与查询人证件比对的内容的成员',
  ],
];
