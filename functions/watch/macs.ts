/**
 * Compares how often each function let KMS compute a MAC with what the log says it did. A look-up by a number and each form of a
 * text is a MAC, so a function that was taken over and tries values makes far more of them than its entries explain.
 * KMS's record names role and key, and nothing of what the MAC is over. So numbers are compared, by role and by the kinds of the
 * entries that the function's own writers signed: what other functions did explains nothing.
 */

import type { Kind } from '../../shared/entry-kinds.ts';
import { WRITERS, type Writer } from '../../shared/env.ts';
import { hourOf, parseCombination, readHours } from '../../shared/log/read/hours.ts';
import type { LogStore } from '../../shared/log/read/read.ts';
import { readMac } from '../../shared/log/read/trail-records.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { raised } from '../steps/findings.ts';
import type { Alert } from './raise.ts';
import type { Trail } from './trail.ts';

const CODE = 'MACS_WITHOUT_ENTRY';
/** MACs of a span that no entry explains: references of agencies, one each and process, and calls that failed. */
const FREE = 5_000;
/** MACs that an entry explains at most: a person's match keys under each version of the index key, a person's marks. What names several people has an entry for each. */
const EACH = 10;
/** The same of kinds with more: the forms of a record's texts, the givers of a person's consents. */
const MORE: ReadonlyMap<string, number> = new Map<Kind, number>([
  ['intake', 100],
  ['incident', 100],
  ['writer', 0],
]);
/** The same of a leak check, which looks up each form in its texts. */
const CHECK = 20_000;
/** It renews the index of all people within an hour, by one entry, and opens fields anyway: its unwraps are compared. */
const UNCOUNTED: ReadonlySet<Writer> = new Set(['maintenance']);

/** A trail that counts the MACs of the span by function, each file the first time it is read. */
export function countMacs(trail: Trail, { from, to }: { from: number; to: number }) {
  const counts = new Map<Writer, number>();
  const begun = new Set<string>();
  async function* read(...[file, since]: Parameters<Trail['read']>) {
    const isFresh = !begun.has(file.name);
    begun.add(file.name);
    for await (const record of trail.read(file, since)) {
      const mac = isFresh ? readMac(record) : null;
      const fn = mac && mac.at >= from && mac.at < to ? functionOf(mac.role) : undefined;
      if (fn) counts.set(fn, (counts.get(fn) ?? 0) + 1);
      yield record;
    }
  }
  return { counts, trail: { ...trail, read } };
}

/** Roles are called `fieldgate-<function>` locally, and `<stack>-<function>Role<hash>` in AWS. */
function functionOf(role: string): Writer | undefined {
  return WRITERS.find((fn) => role === `fieldgate-${fn}` || role.includes(`-${fn}Role`));
}

/** An alert for each function whose count does not follow from the entries of the hours of the span. */
export async function surplus(
  store: LogStore,
  counts: ReadonlyMap<Writer, number>,
  { from, to }: { from: number; to: number },
  pack: Pack,
): Promise<Alert[]> {
  const many = [...counts].filter(([fn, count]) => count > FREE && !UNCOUNTED.has(fn));
  if (many.length === 0) return [];
  const span = [from, to].map((at) => new Date(at).toISOString()) as [string, string];
  const hours = await readHours(store, hourOf(span[0]), hourOf(span[1]));
  const entries = [...hours.values()].flatMap(({ counts }) =>
    [...counts].map(([name, n]) => ({ ...parseCombination(name), n })),
  );
  return many.flatMap(([fn, count]) => {
    const explained = entries.reduce((sum, { by, kind, purpose, n }) => {
      if (by !== fn) return sum;
      const isCheck = fn === 'insight' && pack.purposes.get(purpose ?? '')?.route === 'leak-checks';
      return sum + n * (isCheck && kind === 'decision' ? CHECK : (MORE.get(kind) ?? EACH));
    }, FREE);
    if (count <= explained) return [];
    const finding = `${count} MACs by ${fn}, of which its entries explain ${explained} at most, from ${span.join(' to ')}`;
    const key = `${CODE} ${fn} ${span.join(' ')}`;
    return [{ key, grave: true, entry: raised(CODE, finding, pack) }];
  });
}
