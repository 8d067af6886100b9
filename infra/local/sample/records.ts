/** The records of each agency: one for each child with a sheet of its department. */

import type { Fields, IntakeRecord } from '../../../shared/client/wire/types.ts';
import { type Child, childrenOf, type SampleOptions } from './child.ts';
import { civilAffairs } from './sheets-civil-affairs.ts';
import { courts, police, procuratorate } from './sheets-justice.ts';
import { disabledFederation, education, health } from './sheets-services.ts';
import { COUNTY, NEIGHBOUR } from './words.ts';

interface Source {
  clientId: string;
  /** Prefix of the department's own keys. */
  prefix: string;
  area: string;
  /** The sheet; `null` if the department has no data about the child. */
  sheet(child: Child, today: string): Fields | null;
}

/** In loading order: civil affairs first, because its division code determines the child's county. */
const SOURCES: readonly Source[] = [
  { clientId: 'mca-county', prefix: 'MCA', area: COUNTY, sheet: civilAffairs },
  { clientId: 'mca-neighbour', prefix: 'MCA2', area: NEIGHBOUR, sheet: civilAffairs },
  { clientId: 'mps-county', prefix: 'HJ', area: COUNTY, sheet: police },
  { clientId: 'edu-county', prefix: 'XJ', area: COUNTY, sheet: education },
  { clientId: 'health-hospital', prefix: 'YY', area: COUNTY, sheet: health },
  { clientId: 'cdpf-county', prefix: 'CL', area: COUNTY, sheet: disabledFederation },
  { clientId: 'court-county', prefix: 'FY', area: COUNTY, sheet: courts },
  { clientId: 'procuratorate-county', prefix: 'JC', area: COUNTY, sheet: procuratorate },
];

/** Client ids of the agencies with sample records, in loading order. */
export const SAMPLE_SOURCES: readonly string[] = SOURCES.map(({ clientId }) => clientId);

/**
 * The records of one agency, in order of the children. With `ifVersion: 0` a second load of the same record
 * does nothing. A foundling has no number to match by, so only its own department's key identifies it.
 *
 * @throws Error for an agency without sample records.
 */
export function* recordsOf(clientId: string, options: SampleOptions): Generator<IntakeRecord> {
  const source = SOURCES.find((one) => one.clientId === clientId);
  if (!source) throw new Error(`${clientId} puts no sample records in`);
  for (const child of childrenOf(options)) {
    const fields = sheetOf(source, child, options.today);
    if (fields === null) continue;
    const localId = `${source.prefix}-${String(child.index + 1).padStart(6, '0')}`;
    const number = child.idNumber === null ? {} : { id_number: child.idNumber };
    yield { match: { ...number, local_id: localId }, ifVersion: 0, fields };
  }
}

/** The number of all agencies' records, each child made once. */
export function countRecords(options: SampleOptions): number {
  let count = 0;
  for (const child of childrenOf(options))
    for (const source of SOURCES)
      if (sheetOf(source, { ...child, random: child.random.copy() }, options.today)) count++;
  return count;
}

function sheetOf(source: Source, child: Child, today: string): Fields | null {
  return child.area === source.area ? source.sheet(child, today) : null;
}
