/** The offices of the sample county 990001 and its neighbour, and their rights. */

import {
  lockAgency,
  type NewAgency,
  putAgency,
  readAgency,
} from '../../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Table } from '../../../shared/store/table.ts';
import { type AgencyKeys, agencyKeys, publicHalf } from '../state/agency-keys.ts';
import { INSTITUTIONS } from './words.ts';

export type SampleAgency = Omit<NewAgency, 'jwks' | 'trainedUntil' | 'suspended'>;

const COUNTY = ['990001'];
const NEIGHBOUR = ['990002'];
/** The actions of an office whose department holds records. */
const SOURCE = ['intake', 'release', 'casework'];
/** An outside body verifies, and sees its tasks of deletion. */
const OUTSIDE = ['verify', 'casework'];

export const SAMPLE_AGENCIES: readonly SampleAgency[] = [
  {
    clientId: 'mca-county',
    name: 'County civil affairs bureau',
    zh: '县民政局',
    departments: ['MCA'],
    roles: ['county-civil-affairs', 'township-civil-affairs'],
    areas: COUNTY,
    purposes: ['W1', 'W2', 'W3', 'W4', 'E1', 'R1', 'A1'],
    actions: SOURCE,
  },
  {
    clientId: 'welfare-home',
    name: 'County children’s welfare home',
    zh: '县儿童福利院',
    departments: ['MCA'],
    roles: ['welfare-institution'],
    areas: COUNTY,
    purposes: ['W4', 'E1'],
    actions: ['release', 'casework'],
    institution: INSTITUTIONS.welfare.id,
  },
  {
    clientId: 'mca-neighbour',
    name: 'Civil affairs bureau of the neighbouring county',
    zh: '邻县民政局',
    departments: ['MCA'],
    roles: ['county-civil-affairs', 'township-civil-affairs'],
    areas: NEIGHBOUR,
    purposes: ['W1', 'W2', 'W3', 'W4', 'E1', 'R1', 'A1'],
    actions: SOURCE,
  },
  {
    clientId: 'mps-county',
    name: 'County public security bureau',
    zh: '县公安局',
    departments: ['MPS'],
    roles: ['police'],
    areas: COUNTY,
    purposes: ['E1', 'R1', 'J1'],
    actions: SOURCE,
  },
  {
    clientId: 'edu-county',
    name: 'County education bureau',
    zh: '县教育局',
    departments: ['EDU'],
    roles: ['county-education'],
    areas: COUNTY,
    purposes: ['S1'],
    actions: SOURCE,
  },
  {
    clientId: 'school-second',
    name: 'Second primary school of Qinghe',
    zh: '清河县第二小学',
    departments: ['EDU'],
    roles: ['school'],
    areas: COUNTY,
    purposes: ['S1'],
    actions: ['release', 'casework'],
    institution: '清河县第二小学',
  },
  {
    clientId: 'health-hospital',
    name: 'County hospital',
    zh: '县人民医院',
    departments: ['HEALTH'],
    roles: ['hospital'],
    areas: COUNTY,
    purposes: ['H1', 'E1'],
    actions: SOURCE,
  },
  {
    clientId: 'cdpf-county',
    name: "County disabled persons' federation",
    zh: '县残疾人联合会',
    departments: ['CDPF'],
    roles: ['disabled-federation'],
    areas: COUNTY,
    purposes: ['D1'],
    actions: SOURCE,
  },
  {
    clientId: 'court-county',
    name: 'County people’s court',
    zh: '县人民法院',
    departments: ['COURT'],
    roles: ['court'],
    areas: COUNTY,
    purposes: ['J1'],
    actions: SOURCE,
  },
  {
    clientId: 'procuratorate-county',
    name: 'County people’s procuratorate',
    zh: '县人民检察院',
    departments: ['PROC'],
    roles: ['procuratorate'],
    areas: COUNTY,
    purposes: ['J1'],
    actions: SOURCE,
  },
  {
    clientId: 'finance-county',
    name: 'County finance bureau',
    zh: '县财政局',
    departments: ['FIN'],
    roles: ['treasury'],
    areas: COUNTY,
    purposes: [],
    actions: ['intake', 'casework'],
  },
  {
    clientId: 'league-county',
    name: 'County committee of the Youth League',
    zh: '共青团县委',
    departments: ['YOUTH'],
    roles: ['youth-league'],
    areas: COUNTY,
    purposes: ['F1'],
    actions: ['release', 'casework'],
    activities: [{ id: 'ACT-2026-SUMMER', ends: '2030-08-31' }],
  },
  {
    clientId: 'desk-county',
    name: 'Service desk for children and guardians',
    zh: '县儿童服务窗口',
    departments: ['MCA'],
    roles: ['service-desk'],
    areas: COUNTY,
    purposes: ['X1'],
    actions: ['release', 'casework'],
  },
  {
    clientId: 'charity-sunrise',
    name: 'Sunrise charity foundation',
    zh: '朝阳慈善基金会',
    departments: [],
    roles: ['charity'],
    areas: COUNTY,
    purposes: ['C1'],
    actions: OUTSIDE,
  },
  {
    clientId: 'charity-harbour',
    name: 'Harbour children’s charity',
    zh: '港湾儿童慈善会',
    departments: [],
    roles: ['charity'],
    areas: COUNTY,
    purposes: ['C1'],
    actions: OUTSIDE,
  },
  {
    clientId: 'platform-lantern',
    name: 'Lantern help platform',
    zh: '明灯个人求助平台',
    departments: [],
    roles: ['help-platform'],
    areas: COUNTY,
    purposes: ['C2'],
    actions: OUTSIDE,
  },
  {
    clientId: 'press-office',
    name: 'County press office',
    zh: '县新闻中心',
    departments: ['PROP'],
    roles: ['press-office'],
    areas: COUNTY,
    purposes: ['M1'],
    actions: ['release', 'casework'],
  },
  {
    clientId: 'court-press',
    name: 'Publicity office of the county court',
    zh: '县人民法院宣传科',
    departments: ['COURT'],
    roles: ['judicial-publisher'],
    areas: COUNTY,
    purposes: ['M1'],
    actions: ['release', 'casework'],
  },
  {
    clientId: 'justice-county',
    name: 'County justice bureau',
    zh: '县司法局',
    departments: ['JUSTICE'],
    roles: ['justice-department'],
    areas: COUNTY,
    purposes: [],
    actions: ['intake', 'casework'],
  },
  {
    clientId: 'cyberspace-county',
    name: 'County cyberspace office',
    zh: '县网信办',
    departments: ['CAC'],
    roles: ['cyberspace-office'],
    areas: COUNTY,
    purposes: ['N1'],
    actions: ['release', 'casework'],
  },
  {
    clientId: 'audit-office',
    name: 'County data security office',
    zh: '县数据安全监察室',
    departments: ['PLC'],
    roles: ['auditor'],
    areas: COUNTY,
    purposes: [],
    actions: ['audit'],
  },
  {
    clientId: 'steward-office',
    name: 'Office of the policy steward',
    zh: '政策管理办公室',
    departments: [],
    roles: ['steward'],
    areas: COUNTY,
    purposes: [],
    actions: ['steward', 'casework'],
  },
];

/* The sample agencies, registered as by a steward. */

/** How long their training records are valid, in milliseconds: eleven months. */
const TRAINING = 335 * 86_400_000;

/**
 * Makes keys for agencies without any, and registers every agency whose record does not hold the keys of its
 * file. Other records are not changed, so a restart undoes no suspension and no steward's change.
 * @param folder of the key files, or `null` to keep the keys in memory only.
 */
export async function registerAgencies(options: {
  folder: string | null;
  issuer: string;
  table: Table;
  now: number;
}): Promise<ReadonlyMap<string, AgencyKeys>> {
  const trainedUntil = new Date(options.now + TRAINING).toISOString().slice(0, 10);
  const all = SAMPLE_AGENCIES.map(async (agency) => {
    const keys = await agencyKeys(options.folder, agency.clientId, options.issuer);
    const known = await readAgency(options.table, asClientId(agency.clientId));
    const held = known?.agency.jwks?.keys.map(({ kid }) => kid) ?? [];
    if (held.includes(keys.sig.kid as string)) return [agency.clientId, keys] as const;
    await putAgency(options.table, {
      ...agency,
      jwks: { keys: [publicHalf(keys.sig), publicHalf(keys.enc)] as never },
      trainedUntil,
      suspended: known?.agency.suspended === true && known.agency.locked !== true,
    });
    if (known?.agency.locked) await lockAgency(options.table, asClientId(agency.clientId));
    return [agency.clientId, keys] as const;
  });
  return new Map(await Promise.all(all));
}
