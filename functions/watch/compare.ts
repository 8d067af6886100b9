/** Compares KMS's own record of a span with the log. */
import type { LogId, SubjectId } from '../../shared/ids.ts';
import { type Finding, reconcile } from '../../shared/log/read/reconcile.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { mayOpen } from '../steps/findings.ts';
import { claimsOf, type KeptClaims } from './claims.ts';
import type { Raising } from './raise.ts';
import type { Trail, TrailFile } from './trail.ts';
import { unwrapsOf } from './unwraps.ts';

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
