/**
 * Puts records in: resolve the subject → load head and sheet → put the new sheet beside the old → append
 * the log entry → move the head (the commit point) → remove what is superseded. A process that dies before
 * the head moves has written nothing that anybody reads.
 */

import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { dropIndex } from '../../shared/records/subject/index-entries.ts';
import { moveHead } from '../../shared/records/subject/key-items.ts';
import { deleteSheet } from '../../shared/records/subject/sheets.ts';
import type { IntakeRecord } from '../http/contract/intake.ts';
import { resultOf } from '../http/problem.ts';
import type { IntakeCall, Written } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { checkRecord, type Prepared, prepare } from './prepare.ts';
import { forgetErased } from './resolve.ts';

/** Records worked on at once, and logged as one item. */
const CHUNK = 25;
/** How often a record is made anew because another writer moved the head first. */
const ATTEMPTS = 8;

/** @returns one result a record, in order; a record that failed has the problem that it met, alone */
export async function intakeRecords(
  call: IntakeCall,
  records: readonly (IntakeRecord | Problem)[],
): Promise<(Written | Problem)[]> {
  const results: (Written | Problem)[] = [];
  for (let from = 0; from < records.length; from += CHUNK) {
    const chunk = records.slice(from, from + CHUNK);
    results.push(...(call.request.dryRun ? await checkChunk(call, chunk) : await writeChunk(call, chunk)));
  }
  return results;
}

function checkChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(Written | Problem)[]> {
  return Promise.all(
    chunk.map((record) => (record instanceof Problem ? record : resultOf(checkRecord(call, record)))),
  );
}

async function writeChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(Written | Problem)[]> {
  const prepared = await Promise.all(
    chunk.map((record) => (record instanceof Problem ? record : resultOf(prepare(call, record)))),
  );
  const ready = prepared.filter((one): one is Prepared => 'move' in one);
  const receipts = await resultOf(call.deps.log.append(ready.map((one) => one.entry)));
  return Promise.all(
    prepared.map((one, i) => {
      if (!('move' in one)) return one;
      if (!Array.isArray(receipts)) return receipts;
      return resultOf(commitOrRepeat(call, chunk[i] as IntakeRecord, one));
    }),
  );
}

async function commitOrRepeat(call: IntakeCall, record: IntakeRecord, first: Prepared): Promise<Written> {
  let prepared = first;
  for (let attempt = 1; !(await commit(call.deps, prepared)); attempt++) {
    if (attempt === ATTEMPTS)
      throw new Problem('CONFLICT', { detail: 'Other writers keep changing this sheet; try again.' });
    prepared = await prepare(call, record);
    await call.deps.log.append([prepared.entry]);
  }
  const { plan, move } = prepared;
  const references = await referencesOf(
    call.deps.kms,
    call.deps.env.referenceKey,
    call.session.caller.clientId,
  );
  return {
    ref: references.toRef(move.subject),
    sheetVersion: move.head.version,
    created: move.head.version === 1,
    written: [...plan.fields.keys()],
    warnings: plan.warnings,
    refused: plan.refused,
  };
}

/**
 * Moves the head, then removes what nothing names any more.
 * @returns whether this write is now the current sheet; if not, another writer was first and the write must be
 * made anew from what is there now
 * @throws Problem REFUSED when the subject was erased since the write was prepared: it must not make a new one
 */
export async function commit(deps: IntakeDeps, { move, before }: Prepared): Promise<boolean> {
  const { tables } = deps;
  const { subject, owner } = move;
  const moved = await moveHead(tables.keys, move);
  const superseded = moved ? before?.head.digest : move.head.digest;
  // The write stands or has failed already; what clean-up leaves behind is unreadable and found by maintenance.
  await Promise.allSettled([
    ...(superseded ? [deleteSheet(tables.sheets, subject, owner, superseded)] : []),
    ...(moved ? move.dropIndexes.map((index) => dropIndex(tables.index, index, subject)) : []),
  ]);
  if (!moved && (await forgetErased(deps, subject, move.addIndexes.keys()))) throw new Problem('REFUSED');
  return moved;
}
