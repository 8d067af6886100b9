/**
 * The data path of an intake: plan the record → resolve the subject → load head and sheet → store the new
 * sheet next to the old one → append the log entry → move the head (the commit point) → remove superseded
 * data. If the process dies before the head moves, no reader sees anything of its writes.
 */

import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';

import type { IntakeRecord } from '../http/contract/intake.ts';
import { resultOf } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import type { IntakeCall, RecordCheck, RecordResult } from './call.ts';
import { commit } from './commit.ts';
import { checkRecord, type Prepared, prepare, prepareOrRefuse, type Refused } from './prepare.ts';

/** Records that are processed in parallel, and logged as one item. */
const CHUNK = 25;
/** How often a record is prepared if concurrent writers move the head first. */
const ATTEMPTS = 8;

/** @returns one result per record, in order; the result of a record that failed is its problem */
export async function intakeRecords(
  call: IntakeCall,
  records: readonly (IntakeRecord | Problem)[],
): Promise<(RecordCheck | RecordResult | Problem)[]> {
  const results: (RecordCheck | RecordResult | Problem)[] = [];
  for (let from = 0; from < records.length; from += CHUNK) {
    const chunk = records.slice(from, from + CHUNK);
    results.push(...(await (call.request.dryRun ? checkChunk : writeChunk)(call, chunk)));
  }
  return results;
}

function checkChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordCheck | Problem)[]> {
  const check = async (record: IntakeRecord) => checkRecord(call, record);
  return Promise.all(chunk.map((record) => (record instanceof Problem ? record : resultOf(check(record)))));
}

async function writeChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordResult | Problem)[]> {
  const prepared = await Promise.all(
    chunk.map((record) => (record instanceof Problem ? record : resultOf(prepareOrRefuse(call, record)))),
  );
  const looked = prepared.filter((one): one is Prepared | Refused => 'entry' in one);
  const spent = await resultOf(settle(call, looked.filter((one) => 'problem' in one).length));
  if (spent instanceof Problem) return prepared.map((one) => ('entry' in one ? spent : one));
  const receipts = await resultOf(call.deps.log.append(looked.map((one) => one.entry)));
  return Promise.all(
    prepared.map((one, i) => {
      if (!('entry' in one)) return one;
      if (!Array.isArray(receipts)) return receipts;
      if ('problem' in one) return one.problem;
      return resultOf(commitOrRepeat(call, chunk[i] as IntakeRecord, one));
    }),
  );
}

/** Before anything is written. @throws Problem BUDGET_SPENT */
async function settle({ deps, pack, session }: IntakeCall, missed: number): Promise<void> {
  const { officer } = session.grant;
  const asker = askerOf({ deps, session, now: deps.now() }, { officer });
  await settleMisses(asker, missed, () => ({
    operation: 'store',
    handler: handlerOf(session),
    owners: [...session.caller.departments],
    collection: pack.collection,
    policy: policyOf(pack),
    words: { ...defined({ officer }), ...evidenceWord(session) },
  }));
}

async function commitOrRepeat(
  call: IntakeCall,
  record: IntakeRecord,
  first: Prepared,
): Promise<RecordResult> {
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
