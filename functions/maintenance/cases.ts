/** The cases about one person alone that close with what happens to the record, and open again. Every step may be repeated. */

import type { EntryId } from '../../shared/ids.ts';
import { type CaseRecord, type CaseStep, isLive } from '../../shared/policy/decide/cases.ts';
import { CASE, type Claim, putCase, readCase } from '../../shared/records/casework/cases.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
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

/** Opens again what was closed by this entry, with the window that it had, unless another case took its place. */
export async function openCasesAgain(
  deps: MaintenanceDeps,
  item: KeyItem,
  entry: EntryId,
  log: () => Promise<unknown>,
): Promise<void> {
  for await (const found of casesAbout(deps, item)) {
    const { closed, ...rest } = found;
    if (closed?.entry !== entry) continue;
    await log();
    const state = found.confirmed ? 'open' : 'waiting';
    await putCase(deps.tables.casework, { ...rest, version: found.version + 1, state }, found);
  }
}
