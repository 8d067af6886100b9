/** Files that CloudTrail delivers late: their records are of spans that were compared without them. */
import type { Finding } from '../../shared/log/read/reconcile.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { compare, isMissing, type Reconciling, TOLERANCE } from './compare.ts';
import { recallAll, remember } from './state.ts';
import type { TrailFile } from './trail.ts';
import type { Reading } from './unread.ts';

/** Milliseconds for which files that are delivered late are still read. */
export const LATEST = 3 * 86_400_000;
/** Part of the state that names the files that were read. */
const FILES = 'trail';

export interface Late {
  findings: Finding[];
  /** To be marked as read once the findings are in the log. */
  fresh: TrailFile[];
  /** Minutes (epoch milliseconds) of unwraps in each of these files, before the span. */
  touched: ReadonlyMap<TrailFile, ReadonlySet<number>>;
}

export const NOTHING: Late = { findings: [], fresh: [], touched: new Map() };

/** Reads files that were not read before, some of them delivered late. @param before start of the span that is compared now */
export async function compareLate(
  watch: Reconciling,
  reading: Reading,
  files: readonly TrailFile[],
  before: number,
): Promise<Late> {
  if (watch.trail.late === null) return NOTHING;
  const touched = new Map<TrailFile, Set<number>>();
  const findings: Finding[] = [];
  const older = await watch.trail.files(before - LATEST, before - TOLERANCE);
  const seen = new Set((await recallAll(watch.state, FILES)).map(({ item }) => item?.S));
  const fresh = [...older, ...files].filter((file) => !seen.has(file.name) && reading.isDue(file));
  for (const file of fresh) {
    const minutes = new Set<number>();
    for await (const record of watch.trail.read(file)) {
      const at = readUnwrap(record)?.at ?? before;
      if (at < before) minutes.add(Math.floor(at / 60_000) * 60_000);
    }
    if (minutes.size > 0) touched.set(file, minutes);
    for (const minute of minutes) {
      const to = Math.min(minute + 60_000, before);
      findings.push(...(await compare(watch, minute, to, [file])).findings);
    }
  }
  return {
    // Whether an entry lacks its unwrap is asked of its whole span.
    findings: findings.filter((one) => !isMissing(one)),
    // One that failed stays as if it was not delivered, so it is compared once it can be read.
    fresh: fresh.filter((file) => !reading.failed(file)),
    touched,
  };
}

export async function markRead({ state, now }: Reconciling, files: readonly TrailFile[]): Promise<void> {
  const expires = (now() + 2 * LATEST) / 1000;
  await Promise.all(files.map(({ name }) => remember(state, { part: FILES, item: name }, {}, expires)));
}
