/**
 * Puts records in: resolve the subject → load head and sheet → put the new sheet beside the old → append
 * the log entry → move the head (the commit point) → remove what is superseded. A process that dies before
 * the head moves has written nothing that anybody reads.
 */

import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { IntakeRecord } from '../http/contract/intake.ts';
import { settle } from '../http/settle.ts';
import type { Session } from '../session/authenticate.ts';
import type { IntakeDeps } from './app.ts';
import { commit } from './commit.ts';
import { checkRecord } from './dry-run.ts';
import type { RecordPlan } from './plan-record.ts';
import { type Prepared, prepare } from './prepare.ts';

export interface IntakeRequest {
  collection: string;
  /** Whether a record whose subject is unknown makes one. */
  create: boolean;
  dryRun: boolean;
}

export interface Written {
  /** Absent in a dry run. */
  ref?: string;
  sheetVersion: number;
  /** Whether this is the department's first sheet of the subject. */
  created: boolean;
  written: string[];
  warnings: RecordPlan['warnings'];
  refused: RecordPlan['refused'];
}

/** What one call works with. */
export interface IntakeCall {
  deps: IntakeDeps;
  pack: Pack;
  session: Session;
  request: IntakeRequest;
}

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
    chunk.map((record) => (record instanceof Problem ? record : settle(checkRecord(call, record)))),
  );
}

async function writeChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(Written | Problem)[]> {
  const prepared = await Promise.all(
    chunk.map((record) => (record instanceof Problem ? record : settle(prepare(call, record)))),
  );
  const ready = prepared.filter((one): one is Prepared => 'move' in one);
  const receipts = await settle(call.deps.log.append(ready.map((one) => one.entry)));
  return Promise.all(
    prepared.map((one, i) => {
      if (!('move' in one)) return one;
      if (!Array.isArray(receipts)) return receipts;
      return settle(commitOrRepeat(call, chunk[i] as IntakeRecord, one));
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
