/** Compares KMS's own record with the log, span after span, as its files are delivered. */

import type { LogId, SubjectId } from '../../shared/ids.ts';
import { type Finding, readUnwrap, reconcile } from '../../shared/log/read/reconcile.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { findingEntry, mayOpen, UNREADABLE, unprovedEntry, unreadEntry } from '../steps/findings.ts';
import { claimsOf, dropBefore, type KeptClaims } from './claims.ts';
import { beginAt, MOST_DEATHS, noteDeaths, PATIENCE } from './deaths.ts';
import { countMacs, surplus } from './macs.ts';
import { type Alert, type Raising, raiseOnce } from './raise.ts';
import { recall, recallAll, remember, swap } from './state.ts';
import { MOST_PACKED, type Trail, type TrailFile } from './trail.ts';
import { openReading, type Reading, type UnreadFile } from './unread.ts';
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

export interface ReconciledSpan {
  matched: number;
  /** New alerts. */
  faults: number;
  /** Milliseconds of settled time that were not compared yet. */
  behind: number;
}

/** Milliseconds between an entry and its unwrap at most; CloudTrail gives whole seconds. */
const TOLERANCE = 60_000;
/** Milliseconds that are compared at once. */
const SPAN = 600_000;
/** Milliseconds of the shortest span. */
const LEAST = 60_000;
/** Compressed bytes of the trail's files that one run reads: about half a million records. */
const MOST_BYTES = 40_000_000;
/** Milliseconds after which log and record are complete, if the record is delivered at once. */
const SETTLE = TOLERANCE + 5_000;
/** Milliseconds that settle at once if the record is delivered late. */
const BLOCK = 300_000;
/** Milliseconds for which files that are delivered late are still read. */
const LATEST = 3 * 86_400_000;

const CURSOR = { part: 'cursor', item: 'reconcile' };
/** Part of the state that names the files that were read. */
const FILES = 'trail';

/** A span to come. Times are epoch milliseconds. */
interface Next {
  from: number;
  settled: number;
  /** Runs that died at this place. */
  died: number;
}

/**
 * Compares at most one span, after the previous one. The first call only stores the start: now.
 * @throws Error while a file of the span cannot be read and was not given up
 */
export async function reconcileNext(watch: Reconciling): Promise<ReconciledSpan> {
  const settled = settledAt(watch);
  const before = (await recall(watch.state, CURSOR))?.['at']?.S ?? null;
  if (before === null) {
    await swap(watch.state, CURSOR, 'at', null, String(settled));
    return { matched: 0, faults: 0, behind: 0 };
  }
  const from = Number(before);
  if (settled <= from) return { matched: 0, faults: 0, behind: 0 };
  const died = await beginAt(watch.state, from);
  try {
    const run = died < MOST_DEATHS ? compareNext : passOver;
    return await run(watch, { from, settled, died });
  } catch (error) {
    // The run reports a failure itself, and it says nothing about the size of the span.
    await noteDeaths(watch.state, from, died);
    throw error;
  }
}

async function compareNext(watch: Reconciling, { from, settled, died }: Next): Promise<ReconciledSpan> {
  const latest = Math.min(settled, from + Math.max(LEAST, SPAN / 2 ** died));
  const to = await endOfSpan(watch, from, latest);
  const reading = await openReading(watch, 2 * LATEST);
  const { counts, trail } = countMacs(reading.trail, { from, to });
  const reader = { ...watch, trail };
  const { matched, findings, files } = await compare(reader, from, to);
  if (await reading.waitsFor(files)) throw new Error('a file of the trail cannot be read; it is tried again');
  const late = died > PATIENCE ? NOTHING : await compareLate(reader, reading, files, from);
  const unread = await reading.givenUp();
  const pack = await watch.pack();
  const lacking = files.filter(reading.failed).length;
  const { raised } = await raiseOnce(watch, 'reconcile', [
    ...unread.map((file) => unreadAlert(file, watch.trail.late, pack)),
    ...(await surplus(watch.store, counts, { from, to }, pack)),
    ...alertsOf([...findings, ...late.findings], pack, `${from}-${to}`, lacking),
  ]);
  await reading.close(unread);
  await markRead(watch, late.fresh);
  await moveOn(watch, from, to);
  // The next span is as busy, until the comparison has caught up.
  if (died > 0 && to < settled) await noteDeaths(watch.state, to, Math.min(died, PATIENCE));
  return { matched, faults: raised, behind: settled - to };
}

/** Leaves out the shortest span that no run ended, and says so in the log. */
async function passOver(watch: Reconciling, { from, settled, died }: Next): Promise<ReconciledSpan> {
  const to = Math.min(settled, from + LEAST);
  const pack = await watch.pack();
  const entry = unprovedEntry({ tries: died, from, to }, pack);
  const alert = { key: `${UNREADABLE} ${from}-${to}`, grave: isGrave(UNREADABLE, pack), entry };
  const { raised } = await raiseOnce(watch, 'reconcile', [alert]);
  await moveOn(watch, from, to);
  await noteDeaths(watch.state, to, PATIENCE);
  return { matched: 0, faults: raised, behind: settled - to };
}

async function moveOn({ state, kept }: Reconciling, from: number, to: number): Promise<void> {
  if (!(await swap(state, CURSOR, 'at', String(from), String(to))))
    throw new Error('another watch is running');
  dropBefore(kept, to - TOLERANCE);
}

/**
 * The instant up to which log and record are complete. What is delivered late settles in blocks, because each comparison
 * lists the files of four days.
 */
function settledAt({ trail, now }: Reconciling): number {
  if (trail.late === null) return now() - SETTLE;
  return Math.floor((now() - 2 * trail.late) / BLOCK) * BLOCK;
}

/** The end of a span that one run can read. A busy span is halved, down to a minute. */
async function endOfSpan({ trail }: Reconciling, from: number, latest: number): Promise<number> {
  const reach = TOLERANCE + 2 * (trail.late ?? 0);
  // A file that is too large for CloudTrail's is not read.
  const all = await trail.files(from - TOLERANCE, latest + reach);
  const files = all.filter(({ bytes = 0 }) => bytes <= MOST_PACKED);
  for (let to = latest; ; to = from + Math.max(LEAST, (to - from) / 2)) {
    const bytes = files.filter(({ at }) => at < to + reach).reduce((sum, file) => sum + (file.bytes ?? 0), 0);
    if (bytes <= MOST_BYTES || to - from <= LEAST) return to;
  }
}

/** All findings of a span, with the files that were read for it. @param also further files to read */
async function compare(
  watch: Reconciling,
  from: number,
  to: number,
  also: readonly TrailFile[] = [],
): Promise<{ matched: number; findings: Finding[]; files: TrailFile[] }> {
  const reach = { from: from - TOLERANCE, to: to + TOLERANCE };
  const files = await watch.trail.files(reach.from, reach.to + 2 * (watch.trail.late ?? 0));
  const claims = await claimsOf(watch.store, watch.kept, reach);
  const all = { matched: 0, findings: [] as Finding[], files };
  for await (const { unwraps, has } of unwrapsOf(watch.trail, [...files, ...also], reach)) {
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

const NOTHING: { findings: Finding[]; fresh: TrailFile[] } = { findings: [], fresh: [] };

/**
 * Reads files that were not read before, some of them delivered late, for records of spans that were compared without
 * them.
 * @returns findings, and the files to mark as read once the findings are in the log
 */
async function compareLate(
  watch: Reconciling,
  reading: Reading,
  files: readonly TrailFile[],
  before: number,
): Promise<{ findings: Finding[]; fresh: TrailFile[] }> {
  if (watch.trail.late === null) return NOTHING;
  const older = await watch.trail.files(before - LATEST, before - TOLERANCE);
  const seen = new Set((await recallAll(watch.state, FILES)).map(({ item }) => item?.S));
  const fresh = [...older, ...files].filter((file) => !seen.has(file.name) && reading.isDue(file));
  const findings: Finding[] = [];
  for (const file of fresh) {
    const minutes = new Set<number>();
    for await (const record of watch.trail.read(file)) {
      const at = readUnwrap(record)?.at ?? before;
      if (at < before) minutes.add(Math.floor(at / 60_000) * 60_000);
    }
    for (const minute of minutes) {
      const to = Math.min(minute + 60_000, before);
      findings.push(...(await compare(watch, minute, to, [file])).findings);
    }
  }
  // An unwrap that was missing was reported when its span was compared; now its record is there.
  return {
    findings: findings.filter(({ code }) => code !== 'ENTRY_WITHOUT_UNWRAP'),
    // One that failed stays as if it was not delivered, so it is compared once it can be read.
    fresh: fresh.filter((file) => !reading.failed(file)),
  };
}

async function markRead(watch: Reconciling, files: readonly TrailFile[]): Promise<void> {
  const expires = (watch.now() + 2 * LATEST) / 1000;
  await Promise.all(files.map(({ name }) => remember(watch.state, { part: FILES, item: name }, {}, expires)));
}

/** Alerts of one code that are raised one by one; more than that become a single alert with a count. */
const SINGLY = 50;

/** @param lacking files of the span that could not be read, so that a missing unwrap proves nothing */
function alertsOf(findings: readonly Finding[], pack: Pack, span: string, lacking: number): Alert[] {
  return [...Map.groupBy(findings, ({ code }) => code)].flatMap(([code, some]) => {
    const grave = isGrave(code, pack);
    const unproved = lacking > 0 && code === 'ENTRY_WITHOUT_UNWRAP';
    if (some.length <= SINGLY && !unproved) {
      return some.map((finding) => ({
        key: `${code} ${finding.unwrap?.event ?? finding.entry} ${finding.key}`,
        grave,
        entry: findingEntry(finding, pack),
      }));
    }
    const entry = findingEntry(some[0] as Finding, pack);
    const named = some.slice(0, 20).map(({ unwrap, entry: id }) => unwrap?.event ?? id);
    const why = unproved ? `unproved without ${lacking} unread files of the trail: ` : '';
    const words = { ...entry.words, finding: `${some.length} times: ${why}${named.join(' ')} …` };
    return [{ key: `${code} ${span}`, grave, entry: { ...entry, words } }];
  });
}

/** @param late milliseconds within which most records are in a file; `null`: it is of a day */
function unreadAlert(file: UnreadFile, late: number | null, pack: Pack): Alert {
  const from = late === null ? file.at : file.at - 2 * late;
  return {
    key: `${UNREADABLE} ${file.name}`,
    grave: isGrave(UNREADABLE, pack),
    entry: unreadEntry({ ...file, from, to: late === null ? null : file.at }, pack),
  };
}

const isGrave = (code: string, pack: Pack) => pack.alerts.get(code)?.severity !== 'medium';
