/** Compares KMS's own record of a span with the log. */

import type { LogId, SubjectId } from '../../shared/ids.ts';
import { partOf } from '../../shared/log/read/part-of.ts';
import { type Finding, reconcile, type Unwrap } from '../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { mayOpen } from '../../shared/policy/pack/may-open.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { claimsOf, type KeptClaims } from './claims.ts';
import type { Raising } from './raise.ts';
import type { Trail, TrailFile } from './trail.ts';

export interface Reconciling extends Raising {
  trail: Trail;
  /** Roles that may unwrap data keys. */
  roles: ReadonlySet<string>;
  kept: KeptClaims;
  pack(): Promise<Pack>;
  /** Subjects to their ids in the log; subjects that were erased or merged are left out. */
  logIds(subjects: Iterable<SubjectId>): Promise<ReadonlyMap<SubjectId, LogId>>;
}

/** Milliseconds between an entry and its unwrap at most; CloudTrail gives whole seconds. */
export const TOLERANCE = 60_000;

export const isMissing = ({ code }: Finding) => code === 'ENTRY_WITHOUT_UNWRAP';

/** All findings of a span, with the files that were read for it. @param also further files to read */
export async function compare(
  watch: Reconciling,
  from: number,
  to: number,
  also: readonly TrailFile[] = [],
): Promise<{ matched: number; findings: Finding[]; files: TrailFile[] }> {
  const reach = { from: from - TOLERANCE, to: to + TOLERANCE };
  const files = await watch.trail.files(reach.from, reach.to + 2 * (watch.trail.late ?? 0));
  const claims = await claimsOf(watch.store, watch.kept, reach);
  const all = { matched: 0, findings: [] as Finding[], files };
  const read = new Map([...files, ...also].map((file) => [file.name, file]));
  for await (const { unwraps, has } of unwrapsOf(watch.trail, [...read.values()], reach)) {
    const options = {
      from,
      to,
      tolerance: TOLERANCE,
      roles: watch.roles,
      mayOpen: mayOpen(await watch.pack()),
    };
    const some = claims.map((claim) => ({ ...claim, keys: claim.keys.filter(has) }));
    const logIds = await watch.logIds(unwraps.map(({ subject }) => subject));
    const { matched, findings } = reconcile(unwraps, some, { ...options, logIds });
    all.matched += matched;
    all.findings.push(...findings);
  }
  return all;
}

/** Unwraps that are held at once. 150,000 took 404 MB of memory, entries and all. */
const MOST = 50_000;

interface Part {
  unwraps: Unwrap[];
  /** Whether unwraps of this key belong to this part. */
  has(key: string): boolean;
}

/**
 * Yields all unwraps in the files within the span: at once, or if there are too many, in parts by their keys.
 * The files are read again for each part. All unwraps of a key are in one part, so each part can be compared
 * by itself.
 */
export async function* unwrapsOf(
  trail: Trail,
  files: readonly TrailFile[],
  reach: { from: number; to: number },
  most = MOST,
): AsyncGenerator<Part> {
  let first: Unwrap[] = [];
  let count = 0;
  for await (const unwrap of within(trail, files, reach)) {
    count += 1;
    if (count <= most) first.push(unwrap);
    else first = [];
  }
  if (count <= most) {
    yield { unwraps: first, has: () => true };
    return;
  }
  const parts = Math.ceil(count / most) + 1;
  for (let part = 0; part < parts; part++) {
    const has = (key: string) => partOf(key, parts) === part;
    const unwraps: Unwrap[] = [];
    for await (const unwrap of within(trail, files, reach)) if (has(unwrap.key)) unwraps.push(unwrap);
    yield { unwraps, has };
  }
}

async function* within(
  trail: Trail,
  files: readonly TrailFile[],
  { from, to }: { from: number; to: number },
): AsyncGenerator<Unwrap> {
  for (const file of files) {
    for await (const record of trail.read(file, from)) {
      const unwrap = readUnwrap(record);
      if (unwrap && unwrap.at >= from && unwrap.at < to) yield unwrap;
    }
  }
}
