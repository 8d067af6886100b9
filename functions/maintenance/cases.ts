/** The cases about one person alone that close with what happens to the record, and open again. Every step may be repeated. */

import { getAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, type EntryId } from '../../shared/ids.ts';
import type { Disclosure } from '../../shared/log/read/walk.ts';
import { type CaseRecord, type CaseStep, isLive } from '../../shared/policy/decide/cases.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { CASE, type Claim, putCase, readCase } from '../../shared/records/casework/cases.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { touchesCounty } from '../steps/reach.ts';
import type { MaintenanceDeps } from './deps.ts';

/** Those that the person belongs to: a person has one of an agency and purpose. */
async function* casesAbout(
  { tables: { casework } }: MaintenanceDeps,
  { subject }: KeyItem,
): AsyncGenerator<CaseRecord> {
  for (const { kind, document } of await queryCasework(casework, subject)) {
    const found = kind === CASE ? await readCase<CaseRecord>(casework, (document as Claim).case) : null;
    if (found && found.people.length <= 1) yield found;
  }
}

/** Closes those that are over now. */
export async function closeCases(
  deps: MaintenanceDeps,
  item: KeyItem,
  { at, agency, person, entry }: CaseStep,
  isOver: (one: CaseRecord) => boolean | Promise<boolean>,
): Promise<void> {
  for await (const found of casesAbout(deps, item)) {
    if (!isLive(found, deps.now()) || !(await isOver(found))) continue;
    const closed = { at, agency, person, entry };
    // If another writer was first, the office changes its case itself; a release asks for more than a case.
    await putCase(
      deps.tables.casework,
      { ...found, version: found.version + 1, state: 'closed', closed },
      found,
    );
  }
}

/**
 * Opens again what was closed by this entry, with the window that it had, unless another case took its place, or the person
 * has gone to another county meanwhile.
 */
export async function openCasesAgain(
  deps: MaintenanceDeps,
  pack: Pack,
  item: KeyItem,
  entry: EntryId,
  log: () => Promise<unknown>,
): Promise<void> {
  for await (const found of casesAbout(deps, item)) {
    const { closed, ...rest } = found;
    if (closed?.entry !== entry || (await isLeft(deps, pack, found, item.county))) continue;
    await log();
    const state = found.confirmed ? 'open' : 'waiting';
    await putCase(deps.tables.casework, { ...rest, version: found.version + 1, state }, found);
  }
}

/** Whether the recipient no longer reaches the person under this purpose. */
export async function isLeft(
  { tables, now }: MaintenanceDeps,
  { purposes }: Pack,
  { agency, purpose }: Pick<Disclosure, 'agency' | 'purpose'>,
  county: string | null,
): Promise<boolean> {
  if (purposes.get(purpose)?.area === 'any') return false;
  const office = await getAgency(tables.agencies, asClientId(agency), now());
  return office !== null && !touchesCounty(office.areas, county ?? '');
}
