/** Compares KMS's own record with the log, span after span, as its files are delivered. */

import type { Table } from '../../shared/store/table.ts';
import { dropBefore } from './claims.ts';
import { compare, isMissing, type Reconciling, TOLERANCE } from './compare.ts';
import { dueAfter, followLacking, MISSING, NONE, noteLacking } from './lacking.ts';
import { compareLate, LATEST, markRead, NOTHING } from './late.ts';
import { countMacs, surplus } from './macs.ts';
import { raiseOnce } from './raise.ts';
import { recall, remember, swap } from './state.ts';
import { MOST_PACKED, type TrailFile } from './trail.ts';
import {
  alertsOf,
  lateAlert,
  settlementsOf,
  spanKey,
  unprovedAlert,
  unreadAlert,
  unreadableKey,
} from './trail-alerts.ts';
import { openReading } from './unread.ts';

export interface ReconciledSpan {
  matched: number;
  /** New alerts. */
  faults: number;
  /** Milliseconds of settled time that were not compared yet. */
  behind: number;
  /** The record is late as a whole: another call at once would find the same. */
  waits?: true;
}

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

const CURSOR = { part: 'cursor', item: 'reconcile' };

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
    const span = await run(watch, { from, settled, died });
    // A run that waits did not die, and the next one begins at the same place.
    if (span.waits) await noteDeaths(watch.state, from, died);
    return span;
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
  const pack = await watch.pack();
  const lacking = files.filter(reading.failed).length;
  const missing = findings.filter(isMissing);
  const wrong = findings.filter((one) => !isMissing(one));
  const span = spanKey({ from, to });
  const heard = missing.length === 0 || lacking > 0 ? to : await heardSince(watch, files, to);
  if (heard === null) {
    const overdue = settled - to > MISSING ? [lateAlert(from, pack)] : [];
    const { raised } = await raiseOnce(watch, 'reconcile', [...alertsOf(wrong, pack, span), ...overdue]);
    return { matched: 0, faults: raised, behind: settled - from, waits: true };
  }
  const late = died > PATIENCE ? NOTHING : await compareLate(reader, reading, files, from);
  const unread = await reading.givenUp();
  // At once if the record is complete by now, or if an alert already says which file it lacks.
  const isDue = dueAfter(watch.trail) === 0 || lacking > 0;
  const { raised } = await raiseOnce(watch, 'reconcile', [
    ...unread.map((file) => unreadAlert(file, watch.trail.late, pack)),
    ...(await surplus(watch.store, counts, { from, to }, pack)),
    ...alertsOf([...wrong, ...late.findings], pack, span),
    ...(isDue ? alertsOf(missing, pack, span, lacking) : []),
  ]);
  if (missing.length > 0 && watch.trail.late !== null)
    // With the key of the one alert that tells them as unproved.
    await noteLacking(watch.state, {
      from,
      to,
      heard,
      files: [],
      told: isDue ? [`ENTRY_WITHOUT_UNWRAP ${span}`] : [],
    });
  const followed = died > PATIENCE ? NONE : await followLacking(reader, late.touched, to);
  const settledNow = [
    ...reading.mended().map(unreadableKey),
    ...(settled - to > MISSING ? [lateAlert(from, pack).key] : []),
    ...followed.settled,
  ];
  const more = await raiseOnce(watch, 'reconcile', followed.alerts);
  // An end is no fault, and rings no alarm.
  await raiseOnce(watch, 'reconcile', await settlementsOf(watch.state, settledNow, pack));
  await followed.keep();
  await reading.close(unread);
  await markRead(watch, late.fresh);
  await moveOn(watch, from, to);
  // The next span is as busy, until the comparison has caught up.
  if (died > 0 && to < settled) await noteDeaths(watch.state, to, Math.min(died, PATIENCE));
  return { matched, faults: raised + more.raised, behind: settled - to };
}

/** Leaves out the shortest span that no run ended, and says so in the log. */
async function passOver(watch: Reconciling, { from, settled, died }: Next): Promise<ReconciledSpan> {
  const to = Math.min(settled, from + LEAST);
  const pack = await watch.pack();
  const { raised } = await raiseOnce(watch, 'reconcile', [unprovedAlert({ tries: died, from, to }, pack)]);
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

/**
 * When the first file was delivered since the end of the span; `null`: KMS's record is late as a whole. What is called missing
 * then would be no more than late.
 */
async function heardSince(
  { trail, now }: Reconciling,
  files: readonly TrailFile[],
  to: number,
): Promise<number | null> {
  if (trail.late === null) return to;
  const [first] = [...files.filter(({ at }) => at >= to), ...(await trail.files(to, now()))];
  return first?.at ?? null;
}

/**
 * Runs that began to compare a span and neither ended nor failed: their time or memory was used up. Each one makes the next span
 * shorter. After some the shortest is passed over, with an alert: one span must not hide what all later ones would prove.
 */
const PLACE = { part: 'cursor', item: 'span' };
/** Deaths at one place after which its shortest span is passed over. */
const MOST_DEATHS = 10;
/** Deaths after which a span is the shortest, and late files wait for a calmer one. */
const PATIENCE = 4;

/** Counts a run that begins at this place. @returns how many died there */
async function beginAt(state: Table, from: number): Promise<number> {
  const known = await recall(state, PLACE);
  const died = known?.['from']?.S === String(from) ? Number(known['runs']?.N) : 0;
  await noteDeaths(state, from, died + 1);
  return died;
}

/** Says how many runs died at a place, before one begins there. */
function noteDeaths(state: Table, from: number, died: number): Promise<void> {
  return remember(state, PLACE, { from: { S: String(from) }, runs: { N: String(died) } });
}
