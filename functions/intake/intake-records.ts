/**
 * The data path of an intake: plan the record → resolve the subject → load head and sheet → claim its keys → store the
 * new sheet next to the old one → append the log entry → move the head (the commit point) → remove superseded
 * data. A first sheet is stored in parallel with its entry. If the process dies before the head moves, no reader sees
 * anything of its writes.
 */

import type { IntakeRecord } from '../../shared/contract/routes/intake.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import { gathered } from '../../shared/store/gather.ts';
import { resultOf } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import type { IntakeCall, RecordCheck, RecordResult } from './call.ts';
import { commit } from './commit.ts';
import { type Found, findRecord } from './find-record.ts';
import {
  checkRecord,
  isFirst,
  lookUp,
  type Prepared,
  prepare,
  prepareOrRefuse,
  type Refused,
  storeSheet,
} from './prepare.ts';

/** Records that are processed in parallel. */
const CHUNK = 100;
/** Records whose entries are logged together, or not at all. Those of one chunk share an item as far as they fit. */
const LOGGED = 25;
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
    results.push(
      ...(await (call.request.dryRun ? checkChunk(call, chunk) : writeChunk(together(call), chunk))),
    );
  }
  return results;
}

/** Looks up the records of a chunk together. */
function together(call: IntakeCall): IntakeCall {
  const { tables } = call.deps;
  const gathering = { ...tables, index: gathered(tables.index), keys: gathered(tables.keys) };
  return { ...call, deps: { ...call.deps, tables: gathering } };
}

async function checkChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordCheck | Problem)[]> {
  const check = async (record: IntakeRecord) => checkRecord(call, record);
  const checked = chunk.map((record) => (record instanceof Problem ? record : resultOf(check(record))));
  await call.claimed;
  return Promise.all(checked);
}

type Looked = Found | Refused | Problem;

async function writeChunk(
  call: IntakeCall,
  chunk: readonly (IntakeRecord | Problem)[],
): Promise<(RecordResult | Problem)[]> {
  const looked: Looked[] = await Promise.all(
    chunk.map((record) => (record instanceof Problem ? record : resultOf(lookUp(call, record)))),
  );
  await call.claimed;
  const missed = looked.filter(isRefused).length;
  const [counted, ...prepared] = await Promise.all([
    resultOf(settle(call, missed)),
    ...looked.map((one) => ('resolved' in one ? resultOf(prepareOrRefuse(call, one)) : one)),
  ]);
  // Keys that a concurrent writer moved meanwhile, or that lead to two subjects.
  const late = prepared.filter(isRefused).length - missed;
  const spent = counted instanceof Problem || late === 0 ? counted : await resultOf(settle(call, late));
  if (spent instanceof Problem) return prepared.map((one) => ('entry' in one ? spent : one));
  const known = prepared.filter((one): one is Prepared | Refused => 'entry' in one);
  const [unlogged, unstored] = await Promise.all([appendEntries(call, known), storeFirst(call, known)]);
  return Promise.all(
    prepared.map((one) => {
      if (!('entry' in one)) return one;
      const problem = unlogged.get(one) ?? unstored.get(one);
      if (problem) return problem;
      if ('problem' in one) return one.problem;
      return resultOf(commitOrRepeat(call, one));
    }),
  );
}

function isRefused(one: Looked | Prepared): one is Refused {
  return 'problem' in one;
}

/**
 * The first sheet of an owner is stored in parallel with its entry: if one of them fails no head moves, and there is none
 * that the entry could contradict. The next sheets are stored before their entries, because an entry whose head never
 * moves looks like a head that was rolled back.
 * @returns the problem of each record whose sheet is not known to be stored
 */
async function storeFirst(
  { deps }: IntakeCall,
  known: readonly (Prepared | Refused)[],
): Promise<Map<Prepared | Refused, Problem>> {
  const unstored = new Map<Prepared | Refused, Problem>();
  const first = known.filter((one): one is Prepared => 'move' in one && isFirst(one));
  const stored = first.map(async (one) => {
    const problem = await resultOf(storeSheet(deps, one));
    if (problem instanceof Problem) unstored.set(one, problem);
  });
  await Promise.all(stored);
  return unstored;
}

/** @returns the problem of each record whose entry is not known to be durable */
async function appendEntries(
  { deps }: IntakeCall,
  looked: readonly (Prepared | Refused)[],
): Promise<Map<Prepared | Refused, Problem>> {
  const unlogged = new Map<Prepared | Refused, Problem>();
  const groups = Array.from({ length: Math.ceil(looked.length / LOGGED) }, async (_, i) => {
    const group = looked.slice(i * LOGGED, (i + 1) * LOGGED);
    const receipts = await resultOf(deps.log.append(group.map(({ entry }) => entry)));
    if (!Array.isArray(receipts)) for (const one of group) unlogged.set(one, receipts);
  });
  await Promise.all(groups);
  return unlogged;
}

/** Before any entry. @throws Problem BUDGET_SPENT */
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

async function commitOrRepeat(call: IntakeCall, first: Prepared): Promise<RecordResult> {
  let prepared = first;
  for (let attempt = 1; !(await commit(call.deps, prepared)); attempt++) {
    if (attempt === ATTEMPTS) throw new Problem('CONFLICT', { detail: intakeTexts.sheetContended });
    prepared = await prepare(call, await findRecord(call, prepared.plan));
    if (isFirst(prepared)) await storeSheet(call.deps, prepared);
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
