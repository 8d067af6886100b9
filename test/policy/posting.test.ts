/** Lists for posting: by headings and by the form of values, with no look-up. */
import { expect, it } from 'vitest';
import { columnFindings } from '../../shared/policy/check/posting.ts';
import { children as pack } from './support.ts';

const kinds = (heading: string, ...values: string[]) =>
  columnFindings(pack, heading, values).map(({ kind }) => kind);

it.each([
  ['身份证号', 'id-number'],
  ['公民 身份号码', 'id-number'],
  ['Student No.', 'id-number'],
  ['家庭住址', 'address'],
  ['联系方式', 'phone'],
  ['出生年月', 'birth-date'],
  ['银行卡号', 'account'],
  ['困境类型', 'hardship'],
  ['Guardian', 'hardship'],
  ['备注', 'reason'],
  ['孤儿姓名', 'hardship'],
  ['受助孤儿', 'hardship'],
  ['事实无人抚养儿童', 'hardship'],
  ['艾滋病', 'hardship'],
  ['服刑人员子女', 'hardship'],
  ['贫困生', 'hardship'],
  ['特困学生', 'hardship'],
  ['留守儿童', 'hardship'],
  ['单亲家庭学生', 'hardship'],
  ['父母离异情况', 'hardship'],
  ['困难学生', 'hardship'],
  ['救助金额', 'hardship'],
  ['帮扶对象', 'hardship'],
  ['低保户', 'hardship'],
  ['残疾学生', 'hardship'],
  ['Orphans', 'hardship'],
  ['Needy pupils', 'hardship'],
  ['poverty level', 'hardship'],
  ['建档立卡', 'hardship'],
  ['助学金', 'hardship'],
  ['补助金额', 'hardship'],
  ['资助对象', 'hardship'],
  ['慰问金', 'hardship'],
  ['诊断', 'hardship'],
  ['Low income', 'hardship'],
  ['Subsidy', 'hardship'],
  ['孤残儿童', 'hardship'],
  ['Tel.', 'phone'],
  ['home_tel', 'phone'],
  ['Notes', 'reason'],
  ['低边家庭', 'hardship'],
  ['送养儿童', 'hardship'],
  ['营养餐受益学生', 'hardship'],
  ['类别', 'hardship'],
  ['身份證號碼', 'id-number'],
  ['邮箱', 'phone'],
  ['家长', 'hardship'],
  ['抚养情况', 'hardship'],
  ['享受政策', 'hardship'],
  ['其他情况', 'reason'],
])('the heading %s is not for posting', (heading, kind) => {
  expect(kinds(heading)).toContain(kind);
});

it.each([
  ['99000120130506001X', 'id-number'],
  ['G99000120130506001X', 'id-number'],
  ['幸福小区3栋2单元501', 'address'],
  ['lina@example.cn', 'phone'],
  ['二〇一三年五月六日', 'birth-date'],
  ['留守', 'hardship'],
  ['肢体二级', 'hardship'],
  ['990001 20130506 001x', 'id-number'],
  ['９９０００１２０１３０５０６００１X', 'id-number'],
  ['柳树镇幸福村3组12号', 'address'],
  ['139 1234 5678', 'phone'],
  ['139-1234-5678', 'phone'],
  ['2013-05-06', 'birth-date'],
  ['2013年5月6日', 'birth-date'],
  ['20130506', 'birth-date'],
  ['6222 0202 0011 2233 440', 'account'],
  ['孤儿', 'hardship'],
  ['父亲服刑', 'hardship'],
])('the value %s is found under an innocent heading', (value, kind) => {
  expect(kinds('第二列', '合格', value)).toContain(kind);
});

it.each([
  ['序号', '1', '2', '300'],
  ['姓名', '张**', '李**'],
  ['班级', '三年级二班'],
  ['项目', '春蕾奖学金', '阅读之星'],
  ['金额', '1200', '800.50'],
  ['学生姓名'],
  ['性别'],
  ['年级'],
  ['名次'],
  ['得分'],
  ['跳远成绩'],
  ['奖项'],
  ['比赛项目'],
  ['指导老师'],
  ['教室'],
  ['运动会号码'],
  ['社团'],
  ['Team'],
  ['Score'],
  ['Prize'],
  ['Grade'],
  ['Telescope group'],
  ['Notebook'],
  ['考号'],
  ['集合地点'],
  ['图书目录'],
  ['兴趣班类别'],
  ['困难度'],
  ['作文《我的父亲》'],
])('the column %s may be posted', (heading, ...values) => {
  expect(kinds(heading, ...values)).toEqual([]);
});

it('counts the values and repeats none of them', () => {
  const found = columnFindings(pack, '列', ['13912345678', '13812345678', '合格']);
  expect(found).toEqual([{ kind: 'phone', by: 'values', values: 2 }]);
});
