import { LOCAL_ID } from '../../../shared/contract/routes/common.ts';
import { Problem } from '../../../shared/errors.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import { renewIndex } from '../../../shared/keys/blind-index.ts';
import { keyVersions } from '../../../shared/keys/kms.ts';
import { type LeakToken, leakTokensOf, memberOf } from '../../../shared/keys/leak-tokens.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import {
  claimIndex,
  dropIndex,
  type NewLead,
  ownIndex,
  readIndex,
} from '../../../shared/records/subject/index-entries.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { replaceIndexes } from '../../../shared/records/subject/key-states.ts';
import { addLeak, dropLeak, dropUnused } from '../../../shared/records/subject/leak-index.ts';
import { putSheet, querySheets } from '../../../shared/records/subject/sheets.ts';
import { namedIn } from '../../../shared/records/subject/trail.ts';
import { contend, LOST } from '../../../shared/store/contend.ts';
import type { Table } from '../../../shared/store/table.ts';
import { pack } from '../../session/policy.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { entryAbout, liveItem } from '../find-subject.ts';
import type { JobRun } from '../job-run.ts';

const ATTEMPTS = 16;

/**
 * Moves the subject's blind index values to the newest version of the index key. KMS makes each new value from
 * the older one, so no match key is read. The new value leads to the subject before the old one is removed, so
 * look-ups find the subject at any time.
 * @returns whether there was anything to do
 */
export async function reindexSubject(run: JobRun, subject: SubjectId): Promise<boolean> {
  const { deps, actor } = run;
  const { tables } = deps;
  return contend(ATTEMPTS, async () => {
    const item = await liveItem(deps, subject);
    if (!item) return false;
    const renewed = await renewAll(run, item);
    if (renewed.size === 0) return renewLeaks(deps, subject);
    await deps.log.append([
      { ...entryAbout(actor, item, 'process', allOwners(pack)), kind: 'maintenance', outcome: 'reindexed' },
    ]);
    for (const [old, index] of renewed) {
      const lead = await readIndex(tables.index, old);
      // A match key that the subject does not have by right leads elsewhere. The item lists it for the sweep alone.
      const to = lead?.subject ?? subject;
      if (namedIn(item, to) === subject && to !== subject) continue;
      const { provisional = false } = lead ?? {};
      if (await claimFor(tables.index, index, { subject: to, provisional, now: deps.now() })) continue;
      if (!provisional) throw new Problem('CONFLICT');
    }
    if (await replaceIndexes(tables.keys, item, renewed)) {
      // After a crash from here on, a sweep removes the old values, which no key item names.
      const own = [subject, ...(item.undo ? [item.undo.alias] : [])];
      for (const one of own)
        await Promise.all([...renewed.keys()].map((old) => dropIndex(tables.index, old, one)));
      await renewLeaks(deps, subject);
      return true;
    }
    return LOST;
  });
}

/** A firm lead takes over a provisional one. @returns whether the index value leads to the subject now */
async function claimFor(table: Table, index: string, lead: NewLead): Promise<boolean> {
  const over = await readIndex(table, index);
  if (over?.subject === lead.subject && (lead.provisional || !over.provisional)) return true;
  if (over && (lead.provisional || !over.provisional)) return false;
  return (await claimIndex(table, index, lead, over)) !== null;
}

/** Old index value to new value, for all that are not of the newest version. */
async function renewAll({ deps }: JobRun, { indexes }: KeyItem): Promise<Map<string, string>> {
  const newest = `${keyVersions(deps.env.indexKey).length}.`;
  const old = [...indexes].filter(([index]) => !index.startsWith(newest));
  const agencies = new Set(old.map(([, { scope }]) => scope));
  const pairs = old
    .filter(([, { field, scope }]) => scope === '' || field === LOCAL_ID)
    .map(async ([index, { scope }]) => {
      const value = await renewIndex(deps.kms, deps.env.indexKey, index);
      // What agencies claimed for themselves follows from the key's own value.
      const own = [...agencies].filter((agency) => scope === '' && indexes.has(ownIndex(index, agency)));
      return [
        [index, value] as const,
        ...own.map((agency) => [ownIndex(index, agency), ownIndex(value, agency)] as const),
      ];
    });
  return new Map((await Promise.all(pairs)).flat());
}

/**
 * Moves the tokens of the subject's sheets to the newest version of their key, each from the older token. A sheet
 * that is superseded meanwhile stays as an orphan, which a sweep removes.
 * @returns whether there was anything to do
 */
async function renewLeaks({ kms, env, tables, now }: MaintenanceDeps, subject: SubjectId): Promise<boolean> {
  const tokens = leakTokensOf(kms, env.leakKey);
  let done = false;
  for (const sheet of await querySheets(tables.sheets, subject)) {
    const leaks = new Map<string, string[]>();
    const moves: { old: LeakToken; next: LeakToken }[] = [];
    const { hide, show } = await tokens.sheet(subject);
    const renewed = async (hidden: string) => {
      const old = show(hidden);
      const next = await tokens.renew(old);
      if (next.name !== old.name) moves.push({ old, next });
      return hide(next);
    };
    for (const [field, hidden] of sheet.leaks) leaks.set(field, await Promise.all(hidden.map(renewed)));
    if (moves.length === 0) continue;
    const member = (token: LeakToken) => ({ sealed: memberOf(token, subject), owner: sheet.owner });
    await Promise.all(moves.map(({ next }) => addLeak(tables.index, next.name, member(next))));
    await putSheet(tables.sheets, subject, { ...sheet, leaks }, now());
    await Promise.all(
      moves.map(async ({ old }) => {
        await dropLeak(tables.index, old.name, member(old));
        await dropUnused(tables.index, old.name);
      }),
    );
    done = true;
  }
  return done;
}
