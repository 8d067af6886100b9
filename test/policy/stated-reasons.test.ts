/** Reasons as officers write them: lawful ones pass, and none of a prohibited use passes without a person. */
import { expect, it } from 'vitest';
import { screen } from '../../shared/policy/decide/screen.ts';
import { isAlertOnly, toWeigh } from '../../shared/policy/decide/weigh.ts';
import type { Ask, Caller } from '../../shared/policy/types.ts';
import { callerFor, NOW, children as pack } from './support.ts';

const ask = (purpose: string, reason: string, more: Partial<Ask> = {}): Ask => ({
  ...{ purpose, collection: pack.collection, subjects: 1, officer: 'li', case: 'C-1', reason },
  ...more,
});
const caller: Caller = {
  ...{ clientId: 'x', departments: [], roles: [], areas: [], purposes: [], trainedUntil: null },
} as never;
const stops = (one: Ask) =>
  !isAlertOnly(pack, one) && JSON.stringify(screen(pack, caller, one, 0)).includes('REASON_NEEDS_REVIEW');

it.each([
  ['W1', '核实低保家庭儿童冬季补助发放情况'],
  ['H1', '血液样本贴标签后送检，需核对姓名'],
  ['H1', 'lung function measured with a 流量计 before surgery'],
  ['E1', '有人正在直播殴打孩子，需马上出警'],
  ['N1', '网上出现泄露儿童照片的短视频，需核查'],
  ['J1', '犯罪嫌疑人以募捐名义诈骗，需查明被害人'],
  ['S1', '核对上直播课的学生名册，发放平板电脑'],
  ['S1', '学生画像课（美术）补贴'],
  ['S1', '排序题考试补助'],
  ['S1', '自画像比赛材料费补助'],
  ['W3', '广告牌倒塌伤及儿童，走访家庭'],
  ['W1', '核对医疗保险参保情况'],
  ['S1', '校车接送安排'],
  ['S1', '书法社排练场地补助'],
])('%s with a lawful reason goes on: %s', (purpose, reason) => {
  expect(stops(ask(purpose, reason))).toBe(false);
});

it.each([
  '商业保险推销',
  '给企业挑选资助对象',
  '上热搜',
  '朋友圈转发求助',
  '贫困生信息表上墙',
  '请企业冠名的材料',
  '网贷公司核对家庭',
  '给孩子安排直播带货',
  '为抖音账号吸粉圈粉',
  '准备水滴筹的求助文案',
  'material for a donation appeal page',
  '在抖音发布视频',
  '提供给保险公司',
  '转给爱心企业选人',
  '发到家长群',
  '给银行做授信',
  '训练人工智能模型',
  '排一下谁家最穷',
  'for a GoFundMe page',
  'for our sponsors to choose from',
  'train a model',
  'zhibo daihuo',
  'ZHÍBŌ dàihuò',
  'z h i b o',
  'LIVE-STREAM selling',
  'ｌｉｖｅｓｔｒｅａｍ',
  'cr0wdfund1ng for the family',
  'аdvеrtising of the foundation',
  '募.捐.倡.议.书',
  '籌 款 活 動',
  '短視頻拍摄',
  '公众号引流用',
  '做用户画像',
  '给困难家庭贴标签',
  '卖惨文案',
  '贫困生名单排名公示',
  '按困难程度排序',
  '全校问题儿童黑名单',
  '困难学生名单张榜',
  'rank the children by hardship',
  'sort pupils by poverty',
  'list children by family income for the notice board',
  'paiming biao',
])('a person weighs: %s', (reason) => {
  const one = ask('W1', reason);
  expect(toWeigh(pack, one)).toBe('REASON_NEEDS_REVIEW');
  expect(stops(one)).toBe(true);
});

it('leaves an innocent phrase out, and scans what stands around it', () => {
  expect(stops(ask('H1', '药品标签直播带货'))).toBe(true);
  // No word arises where a phrase was.
  expect(stops(ask('H1', '直药品标签播'))).toBe(false);
});

it('of a word in case, activity or instrument likewise', () => {
  for (const name of ['case', 'activity', 'instrument'] as const)
    expect(stops(ask('S1', 'subsidy', { [name]: '直播带货-1' }))).toBe(true);
});

it('alerts if a body that is not designated asks for checks of help platforms', () => {
  expect(screen(pack, caller, ask('C2', 'check of an appeal'), 0)).toMatchObject({
    code: 'BODY_UNLISTED',
    rule: 'A15.1',
  });
  expect(pack.alerts.get('BODY_UNLISTED')).toMatchObject({ severity: 'high', when: { look: 'refusal' } });
  expect(screen(pack, caller, ask('C1', 'check of a grant'), 0)).toMatchObject({
    code: 'PURPOSE_NOT_FOR_ROLE',
  });
});

it.each([
  ['S1', 'winter subsidy, grade 5', null],
  ['S1', 'Winter Subsidy', null],
  ['S1', 'subsidy', null],
  ['S1', '冬季补助，五年级', null],
  ['S1', '核对学籍', null],
  ['S1', 'a list for the winter subsidy', 'REASON_UNLISTED'],
  ['S1', 'home visit', 'REASON_UNLISTED'],
  ['W3', 'home visit', null],
  ['W3', '看一看', 'REASON_UNLISTED'],
  ['S1', 'winter subsidy, with a livestream', 'REASON_NEEDS_REVIEW'],
  // No reason at all has a fault of its own, and some purposes leave theirs open.
  ['S1', ' ', null],
  ['X1', 'asks at the desk', null],
  ['E1', 'anything', null],
] as const)('%s for "%s" is %s', (purpose, reason, weighed) => {
  expect(toWeigh(pack, ask(purpose, reason))).toBe(weighed);
});

it('holds nothing up in attested danger', () => {
  expect(toWeigh(pack, ask('H1', 'unconscious at the door', { imminentDangerAttested: true }))).toBe(null);
  expect(toWeigh(pack, ask('H1', 'unconscious at the door'))).toBe('REASON_UNLISTED');
  // A purpose without a ground of danger is no way around its list.
  expect(toWeigh(pack, ask('W1', 'at once', { imminentDangerAttested: true }))).toBe('REASON_UNLISTED');
});

it('asks the list of who may have the purpose at all, and not again of one whom a person has cleared', () => {
  const one = ask('S1', 'as the head said', { authenticated: true, appointed: true });
  expect(screen(pack, caller, one, 0)).toMatchObject({ code: 'PURPOSE_NOT_FOR_ROLE' });
  const school = callerFor(pack, 'S1');
  expect(screen(pack, school, one, NOW)).toMatchObject({ code: 'REASON_UNLISTED', rule: 'A15.3' });
  expect(screen(pack, school, { ...one, cleared: true }, NOW)).toMatchObject({ ok: true });
});
