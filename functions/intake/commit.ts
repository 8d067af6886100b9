import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import { dropIndex } from '../../shared/records/subject/index-entries.ts';
import { moveHead, stepOf } from '../../shared/records/subject/key-items.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { deleteSheet } from '../../shared/records/subject/sheets.ts';
import { keepsSheet } from '../../shared/records/subject/trail.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { resultOf } from '../http/problem.ts';
import { droppedFiles } from '../steps/file-keys.ts';
import { dropLeaks } from '../steps/leaks.ts';
import type { Failed, IntakeCall, Prepared, RecordResult, Refused } from './call.ts';
import { dropErasedKeys } from './claim.ts';
import type { IntakeDeps } from './deps.ts';
import { forgetFiles } from './files.ts';
import { findRecord } from './find-record.ts';
import { checkOf } from './plan-record.ts';
import { isFirst, prepare, storeSheet } from './prepare.ts';

/** How often a record is prepared if concurrent writers move the head first. */
const ATTEMPTS = 8;

/** The write, committed; of a record that has ended, its problem. */
export async function commitRecord(
  deps: IntakeDeps,
  call: IntakeCall,
  one: Prepared | Refused | Failed,
): Promise<RecordResult | Problem> {
  return one.state === 'prepared' ? resultOf(commitOrRepeat(deps, call, one)) : one.problem;
}

async function commitOrRepeat(deps: IntakeDeps, call: IntakeCall, first: Prepared): Promise<RecordResult> {
  let prepared = first;
  const once = async (lost: number) => {
    if (lost > 0) {
      prepared = await prepare(deps, call, await findRecord(deps, call, prepared.plan));
      if (isFirst(prepared)) await storeSheet(deps, prepared);
      await deps.log.append([prepared.entry]);
    }
    return (await commit(deps, prepared)) || LOST;
  };
  try {
    await contend(ATTEMPTS, once, contended(intakeTexts.sheetContended));
  } catch (error) {
    await forgetOfErased(deps, first);
    throw error;
  }
  const { plan, move } = prepared;
  const references = await referencesOf(deps.kms, deps.env.referenceKey, call.session.caller.clientId);
  const { version } = move.head;
  return {
    ref: references.toRef(move.subject),
    sheetVersion: version,
    created: version === 1,
    ...checkOf(plan),
  };
}

/** A record that was erased before it took these files never opens them, and no other can. */
async function forgetOfErased(deps: IntakeDeps, { move, uploads }: Prepared): Promise<void> {
  if (uploads.length === 0 || (await readState(deps.tables.keys, move.subject)).state !== 'erased') return;
  await forgetFiles(
    deps,
    uploads.map(({ file }) => file),
  );
}

/**
 * Moves the head, then removes data that no head names any more.
 * @returns whether this write is now the current sheet; if not, a concurrent writer was first and the record
 * must be prepared again from the new state
 * @throws Problem REFUSED if the subject was erased since the write was prepared: the write must not create
 * it again
 */
async function commit(deps: IntakeDeps, { move, before, sheet }: Prepared): Promise<boolean> {
  const { tables } = deps;
  const { subject, owner } = move;
  const moved = await moveHead(tables.keys, move);
  const kept = moved && keepsSheet(stepOf(move));
  const superseded = moved ? before?.head.digest : move.head.digest;
  // The write is committed or has failed by now. Data that the clean-up leaves behind is unreadable, and
  // maintenance removes it.
  await Promise.allSettled([
    ...(superseded && !kept ? [deleteSheet(tables.sheets, subject, owner, superseded)] : []),
    ...(moved ? [dropLeaks(deps, { subject, owner }, before?.leaks, sheet.leaks)] : []),
    ...(moved ? [forgetFiles(deps, droppedFiles(move))] : []),
    ...(moved ? move.dropIndexes.map((index) => dropIndex(tables.index, index, move.named ?? subject)) : []),
  ]);
  if (!moved && (await dropErasedKeys(deps, subject, move.addIndexes.keys()))) throw new Problem('REFUSED');
  return moved;
}
