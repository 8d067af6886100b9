/**
 * The data path of an intake: plan the record → find its subject, with head and sheet → claim its keys → store the
 * new sheet next to the old one → append the log entry → move the head (the commit point) → remove superseded
 * data. A first sheet is stored in parallel with its entry. If the process dies before the head moves, no reader sees
 * anything of its writes.
 */

import type { IntakeRecord } from '../../shared/contract/routes/intake.ts';
import type { Problem } from '../../shared/errors.ts';
import { gathered } from '../../shared/store/gather.ts';
import { resultOf } from '../http/problem.ts';
import type { IntakeCall, RecordCheck, RecordResult } from './call.ts';
import { commitRecord } from './commit.ts';
import type { IntakeDeps } from './deps.ts';
import { appendEntries } from './entries.ts';
import { lookUp } from './find-record.ts';
import { countMissed, countStops, missedIn } from './misses.ts';
import { checkRecord } from './plan-record.ts';
import { prepareFound, storeFirst } from './prepare.ts';

/** Records that are processed in parallel. */
const CHUNK = 100;

/** @returns one result per record, in order; the result of a record that failed is its problem */
export async function intakeRecords(
  deps: IntakeDeps,
  call: IntakeCall,
  records: readonly (IntakeRecord | Problem)[],
): Promise<(RecordCheck | RecordResult | Problem)[]> {
  const work = call.request.dryRun ? checkChunk : writeChunk;
  const results: (RecordCheck | RecordResult | Problem)[] = [];
  for (let from = 0; from < records.length; from += CHUNK) {
    results.push(...(await work(deps, call, records.slice(from, from + CHUNK))));
  }
  return results;
}

async function checkChunk(
  deps: IntakeDeps,
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordCheck | Problem)[]> {
  const checked = chunk.map((record) => resultOf(checkRecord(call, record, deps.now())));
  await call.claimed;
  return Promise.all(checked);
}

async function writeChunk(
  base: IntakeDeps,
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordResult | Problem)[]> {
  const deps = together(base);
  const found = await Promise.all(chunk.map((record) => lookUp(deps, call, record)));
  await call.claimed;
  const missed = missedIn(found);
  const [counted, prepared] = await Promise.all([
    countMissed(deps, call, missed),
    Promise.all(found.map((one) => prepareFound(deps, call, one))),
  ]);
  // Keys that a concurrent writer moved meanwhile, or that lead to two subjects.
  const late = missedIn(prepared) - missed;
  const spent = counted ?? (late > 0 ? await countMissed(deps, call, late) : undefined);
  if (spent) return prepared.map((one) => (one.state === 'failed' ? one.problem : spent));
  const rows = await countStops(deps, call, prepared);
  const [unlogged, unstored] = await Promise.all([appendEntries(deps, rows), storeFirst(deps, rows)]);
  return Promise.all(
    rows.map((one) => unlogged.get(one) ?? unstored.get(one) ?? commitRecord(deps, call, one)),
  );
}

/** Looks up the records of a chunk together. */
function together(deps: IntakeDeps): IntakeDeps {
  const { tables } = deps;
  return { ...deps, tables: { ...tables, index: gathered(tables.index), keys: gathered(tables.keys) } };
}
