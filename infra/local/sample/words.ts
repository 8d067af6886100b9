/** Names of made-up people. Nobody is meant. */
import type { Random } from './random.ts';

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
/** Some of the double surnames, which masking must know to keep whole. */
const COMPOUND_SURNAMES = ['欧阳', '司马', '诸葛', '上官', '皇甫', '令狐', '尉迟', '慕容', '夏侯', '东方'];
const FIRST = [...'子梓雨思佳欣宇浩俊嘉明文志晓小春海建国玉天一可若诗心雅安永立新景家启承泽沐'];
const BOYS = [...'轩涵宸杰豪辰博宁航磊伟强军峰鹏飞龙平刚毅然凯阳晨哲瀚林'];
const GIRLS = [...'怡萱彤琪颖婷媛静娜芳丽兰梅燕霞雪莹慧月悦瑶妍晴宁洁薇'];
/** Personal and father's name, as written with the middle dot. */
const DOTTED_BOYS = ['艾力', '买买提', '吐尔逊', '阿卜杜拉', '库尔班', '扎西', '多吉'];
const DOTTED_GIRLS = ['古丽', '阿依古丽', '米娜瓦尔', '热依汗', '卓玛', '央金'];
const DOTTED_FATHERS = ['艾合买提', '玉素甫', '热合曼', '达吾提', '依明', '才让'];

export type Sex = '1' | '2';
export type NameKind = 'common' | 'compound' | 'one-character' | 'dotted';

export interface PersonName {
  /** Empty for a name without one. */
  surname: string;
  full: string;
}

/** A surname and a given name of two characters, sometimes one. */
export function makeName(random: Random, sex: Sex, kind: NameKind = 'common'): PersonName {
  if (kind === 'dotted') {
    const own = random.pick(sex === '1' ? DOTTED_BOYS : DOTTED_GIRLS);
    return { surname: '', full: `${own}·${random.pick(DOTTED_FATHERS)}` };
  }
  const surname = random.pick(kind === 'compound' ? COMPOUND_SURNAMES : SURNAMES);
  return { surname, full: surname + givenName(random, sex, kind === 'one-character') };
}

/** A name with a given surname, as children and siblings have their parents'. */
export function makeRelative(random: Random, sex: Sex, surname: string): PersonName {
  if (surname === '') return makeName(random, sex, 'dotted');
  return { surname, full: surname + givenName(random, sex, random.chance(0.12)) };
}

function givenName(random: Random, sex: Sex, one: boolean): string {
  const last = random.pick(sex === '1' ? BOYS : GIRLS);
  if (one) return last;
  return random.pick(FIRST) + last;
}
