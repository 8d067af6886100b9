/** Names of made-up people. No real person is meant. */
import type { Random } from './random.ts';

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
/** Some double surnames, which masking must keep whole. */
const COMPOUND_SURNAMES = ['欧阳', '司马', '诸葛', '上官', '皇甫', '令狐', '尉迟', '慕容', '夏侯', '东方'];
const FIRST = [...'子梓雨思佳欣宇浩俊嘉明文志晓小春海建国玉天一可若诗心雅安永立新景家启承泽沐'];
const BOYS = [...'轩涵宸杰豪辰博宁航磊伟强军峰鹏飞龙平刚毅然凯阳晨哲瀚林'];
const GIRLS = [...'怡萱彤琪颖婷媛静娜芳丽兰梅燕霞雪莹慧月悦瑶妍晴宁洁薇'];
/** Personal name and father's name, written with the middle dot. */
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

/** A name with a given surname: children and siblings have that of their parents. */
export function makeRelative(random: Random, sex: Sex, surname: string): PersonName {
  if (surname === '') return makeName(random, sex, 'dotted');
  return { surname, full: surname + givenName(random, sex, random.chance(0.12)) };
}

function givenName(random: Random, sex: Sex, one: boolean): string {
  const last = random.pick(sex === '1' ? BOYS : GIRLS);
  if (one) return last;
  return random.pick(FIRST) + last;
}

/* A made-up county and its neighbour: no real place has the codes 990001 and 990002. */

export const COUNTY = '990001';
export const NEIGHBOUR = '990002';

interface County {
  name: string;
  towns: readonly string[];
}

const COUNTIES: ReadonlyMap<string, County> = new Map([
  [COUNTY, { name: '云平市清河县', towns: ['城关镇', '柳林镇', '双桥镇', '石门乡', '青山乡', '白水镇'] }],
  [NEIGHBOUR, { name: '云平市东岭县', towns: ['东岭镇', '三河镇', '竹园乡'] }],
]);
const VILLAGES = ['向阳村', '团结村', '河口村', '杨家沟村', '大湾村', '新民社区', '桃园村', '井头村'];
const STREETS = ['人民路', '建设街', '文昌路', '滨河路', '解放街'];

export interface Home {
  /** 12 digits: county, town, village. */
  division: string;
  county: string;
  town: string;
  address: string;
}

/** A household's home somewhere in the county. */
export function makeHome(random: Random, area: string): Home {
  const county = COUNTIES.get(area) as County;
  const town = random.whole(0, county.towns.length - 1);
  const village = random.whole(0, VILLAGES.length - 1);
  const townName = county.towns[town] as string;
  const place = `${county.name}${townName}${VILLAGES[village]}`;
  const house = random.chance(0.3)
    ? `${random.pick(STREETS)}${random.whole(1, 180)}号${random.whole(1, 6)}单元${random.whole(101, 606)}室`
    : `${random.whole(1, 9)}组${random.whole(1, 96)}号`;
  const division = `${area}${String(town + 1).padStart(3, '0')}${String(200 + village)}`;
  return { division, county: county.name, town: townName, address: place + house };
}

/** Institutions of the county by their function. */
export const INSTITUTIONS = {
  welfare: {
    id: 'WI-990001-01',
    name: '清河县儿童福利院',
    address: '云平市清河县城关镇文昌路66号',
    /** Of its certificate; synthetic, as the county is. */
    code: '12990001MB00000019',
  },
  rescue: { id: 'RP-990001-01', name: '清河县未成年人救助保护中心', address: '云平市清河县城关镇滨河路18号' },
  shelter: { id: 'SH-990001-02', name: '清河县反家暴庇护所', address: '云平市清河县城关镇建设街9号附2' },
} as const;

/** A made-up reference to a file kept by its owner. */
export function fileReference(random: Random): string {
  let hex = '';
  for (let at = 0; at < 64; at++) hex += random.whole(0, 15).toString(16);
  return `file:sha256-${hex}`;
}
