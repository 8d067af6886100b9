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
/** The actions of an office that only receives, and of one that only writes. */
const READER = ['release', 'casework'];
const WRITER = ['intake', 'casework'];
/** An outside body verifies, and sees its tasks of deletion. */
const OUTSIDE = ['verify', 'casework'];

/** An office of the county, of one department or, as an outside body, of none. */
function office(
  [clientId, en, zh]: [string, string, string],
  department: string | null,
  roles: string | string[],
  purposes: string[],
  actions = SOURCE,
  rest: Partial<SampleAgency> = {},
): SampleAgency {
  const departments = department === null ? [] : [department];
  const rights = { departments, roles: [roles].flat(), areas: COUNTY, purposes, actions };
  return { clientId, name: { en, zh }, ...rights, ...rest };
}

export const SAMPLE_AGENCIES: readonly SampleAgency[] = [
  office(
    ['mca-county', 'County civil affairs bureau', '县民政局'],
    'MCA',
    ['county-civil-affairs', 'township-civil-affairs'],
    ['W1', 'W2', 'W3', 'W4', 'E1', 'R1', 'A1'],
    SOURCE,
    { byPeople: ['A1'] },
  ),
  office(
    ['welfare-home', 'County children’s welfare home', '县儿童福利院'],
    'MCA',
    'welfare-institution',
    ['W4', 'E1'],
    READER,
    { institution: INSTITUTIONS.welfare.id, byPeople: ['W4'] },
  ),
  office(
    ['mca-neighbour', 'Civil affairs bureau of the neighbouring county', '邻县民政局'],
    'MCA',
    ['county-civil-affairs', 'township-civil-affairs'],
    ['W1', 'W2', 'W3', 'W4', 'E1', 'R1', 'A1'],
    SOURCE,
    { areas: NEIGHBOUR },
  ),
  office(['mps-county', 'County public security bureau', '县公安局'], 'MPS', 'police', ['E1', 'R1', 'J1']),
  office(['edu-county', 'County education bureau', '县教育局'], 'EDU', 'county-education', ['S1'], SOURCE, {
    byPeople: ['S1'],
  }),
  office(
    ['school-second', 'Second primary school of Qinghe', '清河县第二小学'],
    'EDU',
    'school',
    ['S1'],
    READER,
    { institution: '清河县第二小学', byPeople: ['S1'] },
  ),
  office(['health-hospital', 'County hospital', '县人民医院'], 'HEALTH', 'hospital', ['H1', 'E1']),
  office(
    ['cdpf-county', "County disabled persons' federation", '县残疾人联合会'],
    'CDPF',
    'disabled-federation',
    ['D1'],
  ),
  office(['court-county', 'County people’s court', '县人民法院'], 'COURT', 'court', ['J1']),
  office(['procuratorate-county', 'County people’s procuratorate', '县人民检察院'], 'PROC', 'procuratorate', [
    'J1',
  ]),
  office(['finance-county', 'County finance bureau', '县财政局'], 'FIN', 'treasury', [], WRITER),
  office(
    ['league-county', 'County committee of the Youth League', '共青团县委'],
    'YOUTH',
    'youth-league',
    ['F1'],
    READER,
    { activities: [{ id: 'ACT-2026-SUMMER', ends: '2030-08-31' }] },
  ),
  office(
    ['desk-county', 'Service desk for children and guardians', '县儿童服务窗口'],
    'MCA',
    'service-desk',
    ['X1'],
    READER,
  ),
  office(
    ['charity-sunrise', 'Sunrise charity foundation', '朝阳慈善基金会'],
    null,
    'charity',
    ['C1'],
    OUTSIDE,
    { byPeople: ['C1'] },
  ),
  office(
    ['charity-harbour', 'Harbour children’s charity', '港湾儿童慈善会'],
    null,
    'charity',
    ['C1'],
    OUTSIDE,
    { byPeople: ['C1'] },
  ),
  office(
    ['platform-lantern', 'Lantern help platform', '明灯个人求助平台'],
    null,
    'help-platform',
    ['C2'],
    OUTSIDE,
    { byPeople: ['C2'] },
  ),
  office(['press-office', 'County press office', '县新闻中心'], 'PROP', 'press-office', ['M1'], READER),
  office(
    ['court-press', 'Publicity office of the county court', '县人民法院宣传科'],
    'COURT',
    'judicial-publisher',
    ['M1'],
    READER,
  ),
  office(
    ['justice-county', 'County justice bureau', '县司法局'],
    'JUSTICE',
    'justice-department',
    [],
    WRITER,
  ),
  office(
    ['cyberspace-county', 'County cyberspace office', '县网信办'],
    'CAC',
    'cyberspace-office',
    ['N1'],
    READER,
  ),
  office(
    ['audit-office', 'County data security office', '县数据安全监察室'],
    'PLC',
    'auditor',
    [],
    ['audit'],
  ),
  office(
    ['steward-office', 'Office of the policy steward', '策略（安全）管理办公室'],
    null,
    'steward',
    [],
    ['steward', 'casework'],
  ),
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
  /** The offices. Default: those of the default pack's sample. */
  agencies?: readonly SampleAgency[];
}): Promise<ReadonlyMap<string, AgencyKeys>> {
  const trainedUntil = new Date(options.now + TRAINING).toISOString().slice(0, 10);
  const all = (options.agencies ?? SAMPLE_AGENCIES).map(async (agency) => {
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
