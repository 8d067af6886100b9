/**
 * Departments that report one new child at once, under random schedules of the store's calls: late, made twice, without
 * an answer. `FIELDGATE_SCHEDULES` sets how many.
 */
import { setImmediate } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { asClientId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { intake } from '../maintenance/direct.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const gateway = await fileGateway();
const SCHEDULES = Number(process.env['FIELDGATE_SCHEDULES'] ?? 24);

/** Lehmer's generator, so that a schedule can be run again. */
const chances = (seed: number) => {
  let state = seed * 7_919 + 1;
  return (n: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
};

/** A store whose calls wait until the schedule lets one of them go. */
function scheduled(chance: (n: number) => number) {
  const waiting: (() => void)[] = [];
  const turn = () => new Promise<void>((go) => void waiting.push(go));
  let open = true;
  const drive = async () => {
    while (open || waiting.length > 0) {
      for (let i = 0; i < 2; i++) await setImmediate();
      waiting.splice(chance(waiting.length || 1), 1)[0]?.();
    }
  };
  const send = async (command: { constructor: { name: string } }) => {
    await turn();
    const write = /^(Put|Update|Delete)/.test(command.constructor.name);
    const fate = write ? chance(12) : 9;
    // It arrives a second time later, or for the first time after its caller has given up.
    if (fate < 2)
      void turn()
        .then(turn)
        .then(turn)
        .then(() => gateway.dynamo.send(command as never))
        .catch(() => {});
    if (fate === 1 || fate === 2) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    const answer = await gateway.dynamo.send(command as never);
    if (fate === 3) throw Object.assign(new Error('answer lost'), { name: 'TimeoutError' });
    await turn();
    return answer;
  };
  const end = () => {
    open = false;
  };
  return { dynamo: { send } as unknown as DynamoDBClient, drive, end };
}

const WRITERS: [string, (id: string) => object][] = [
  ['mps-county', (id_number) => ({ match: { id_number }, fields: { name: '张三', id_number } })],
  ['mca-county', (id_number) => ({ match: { id_number }, fields: { division_code: '990001001' } })],
  ['edu-county', (id_number) => ({ match: { id_number }, fields: { schooling_status: 'primary' } })],
];

async function subjectOf(agency: string, ref: string): Promise<string> {
  const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
  return references.toSubject(ref) ?? expect.fail();
}

/** @returns the subjects that were acknowledged */
async function run(seed: number): Promise<Set<string>> {
  const chance = chances(seed);
  const { dynamo, drive, end } = scheduled(chance);
  const id = freshNumber();
  const told = new Set<string>();
  const local = `L-${id}`;
  const writers = [...WRITERS, WRITERS[chance(3)] as (typeof WRITERS)[number]];
  const acts = writers.map(async ([agency, of], i) => {
    const record = of(id) as { match: object };
    // Of two writes of one agency, one may also name the child by the agency's own number.
    const named =
      i === 3 && chance(2) === 0 ? { ...record, match: { ...record.match, local_id: local } } : record;
    for (let left = 3; left > 0; left--) {
      const result = await intake(gateway, dynamo, agency, named).catch((error) => error);
      if (result?.ref === undefined) continue;
      told.add(await subjectOf(agency, result.ref));
      return;
    }
  });
  const driven = drive();
  await Promise.all(acts);
  end();
  await driven;
  // A later write meets the same record.
  for (const [agency, of] of WRITERS) {
    const result = await intake(gateway, gateway.dynamo, agency, of(id));
    if (result && 'ref' in result) told.add(await subjectOf(agency, result.ref));
  }
  return told;
}

it('one child that several departments report at once becomes one record, under any schedule', async () => {
  const split: number[] = [];
  for (let seed = 1; seed <= SCHEDULES; seed++) if ((await run(seed)).size !== 1) split.push(seed);
  expect(split).toEqual([]);
}, 600_000);
