/**
 * On one machine no person waits for the pass of the day to see what a write leads to: who is asked again, which case is over. A
 * person about whom something was written that may end a consent, a case or the help has a pass soon.
 */

import type { LogId, SubjectId } from '../../../shared/ids.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { OPEN_MS } from '../../../shared/log/read/index-rows.ts';
import type { LogStore } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { factsOfGone } from '../../../shared/policy/decide/retention.ts';
import { fieldsOfResponsible } from '../../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { readKeyItem } from '../../../shared/records/subject/key-items.ts';
import { scanKeyItems } from '../../../shared/records/subject/key-states.ts';
import type { Table } from '../../../shared/store/table.ts';

/** What people say. Of what departments write, it depends on the fields. */
const SAID: readonly string[] = ['approval', 'consent', 'merge', 'request'];

interface Watched {
  env: Record<'logTable' | 'wordsTable' | 'logIndexTable', string>;
  dynamo: LogStore['dynamo'];
  tables: { keys: Table };
  now(): number;
}

/** @returns a look at what was written since the last one; the first leaves what is older to the pass of the day. It says how many had a pass */
export function passSoon(
  { env, dynamo, tables: { keys }, now }: Watched,
  pack: Pack,
  retain: (subject: SubjectId) => Promise<unknown>,
): () => Promise<number> {
  const { logTable: table, wordsTable, logIndexTable: indexTable } = env;
  const log: LogStore = { dynamo, table, wordsTable, indexTable };
  const birth = pack.consent.evidence.birth?.field ?? '';
  const fields = new Set([birth, ...factsOfGone(pack), ...fieldsOfResponsible(pack.consent.evidence)]);
  const matters = ({ kind, fields: written = {} }: Entry) =>
    SAID.includes(kind) ||
    (kind === 'intake' &&
      Object.values(written).some((of) => Object.keys(of).some((one) => fields.has(one))));
  let since: number | null = null;
  let handled = new Set<string>();
  return async () => {
    const to = now();
    const seen = new Set<string>();
    const about = new Set<LogId>();
    // An append may still be in progress, so the last minutes are read again.
    const span = { from: (since ?? to) - OPEN_MS, to: to + 1 };
    for await (const { id, entry } of walkEntries(log, span, {})) {
      seen.add(id);
      if (entry?.subject && !handled.has(id) && matters(entry)) about.add(entry.subject);
    }
    const people = since === null || about.size === 0 ? [] : await named(keys, about);
    for (const subject of people) await retain(subject);
    since = to;
    handled = seen;
    return people.length;
  };
}

/** Those to whom a log id belongs, also one that they had before a merge. */
async function named(keys: Table, about: ReadonlySet<LogId>): Promise<SubjectId[]> {
  const found: SubjectId[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof scanKeyItems>> = await scanKeyItems(keys, after, 100);
    for (const { subject } of page.items.filter(({ state }) => state === 'live')) {
      const item = await readKeyItem(keys, subject);
      if (item && [item.logId, ...item.joined.values()].some((one) => about.has(one))) found.push(subject);
    }
    after = page.next;
  } while (after !== null);
  return found;
}
