/** The records that a pack brings along for `npm start`, next to its offices: its folder `sample`. All are made up. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../../shared/client/connect.ts';
import type { IntakeRecord } from '../../../shared/client/wire/types.ts';
import { texts } from '../../cli/messages/language.ts';
import { StartError } from '../files.ts';
import type { Gateway } from '../gateway.ts';
import { type Parties, read } from './parties.ts';

const { pack: t } = await texts('local');

/**
 * The records that an office stores: `sample/<client id>.ndjson`, as `fieldgate intake` takes them. Their days move on with the
 * year, so that a child of a story does not grow out of it.
 */
export function recordsIn(folder: string, clientId: string): object[] {
  const file = join(folder, 'sample', `${clientId}.ndjson`);
  if (!existsSync(file)) return [];
  const thisYear = new Date().getUTCFullYear();
  const years = thisYear - (read(folder).year ?? thisYear);
  const moved = readFileSync(file, 'utf8').replace(
    /"(\d{4})(?=-\d{2}-\d{2}")/g,
    (_, year) => `"${Number(year) + years}`,
  );
  const lines = moved.split('\n');
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as object];
    } catch {
      throw new StartError(t.badLine(file, at + 1));
    }
  });
}

/**
 * Stores the records of each office with its own credentials. May be repeated: what is stored stays.
 * @returns the number of records
 * @throws StartError if the gateway refuses a record
 */
export async function loadPackSample(
  { url, agency }: Pick<Gateway, 'url' | 'agency'>,
  { agencies }: Parties,
  folder: string,
): Promise<number> {
  let loaded = 0;
  for (const { clientId } of agencies) {
    const records = recordsIn(folder, clientId);
    if (records.length === 0) continue;
    const gate = await connect({ issuer: url, clientId, key: agency(clientId).sig });
    const { collection } = await gate.catalogue();
    const { results } = await gate.intake(records as IntakeRecord[], { collection });
    for (const [at, result] of results.entries()) {
      const code = 'problem' in result ? result.problem.code : Object.values(result.refused)[0]?.code;
      if (code !== undefined && code !== 'VERSION_CONFLICT')
        throw new StartError(t.badRecord(`sample/${clientId}.ndjson`, at + 1, code));
    }
    loaded += records.length;
  }
  return loaded;
}
