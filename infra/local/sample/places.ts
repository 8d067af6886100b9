/** A made-up county and its neighbour: no real place has the codes 990001 and 990002. */
import type { Random } from './random.ts';

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

/** Institutions of the county by what they do. */
export const INSTITUTIONS = {
  welfare: { id: 'WI-990001-01', name: '清河县儿童福利院', address: '云平市清河县城关镇文昌路66号' },
  rescue: { id: 'RP-990001-01', name: '清河县未成年人救助保护中心', address: '云平市清河县城关镇滨河路18号' },
  shelter: { id: 'SH-990001-02', name: '清河县反家暴庇护所', address: '云平市清河县城关镇建设街9号附2' },
} as const;
