/**
 * Whether an operation costs the same as the data grows: processor microseconds of the gateway's process at each size,
 * and the exponent that fits them (0: flat, 1: in proportion). The child that is asked for is the same at each size.
 *
 *     npm run bench flat
 *     SIZES=100,1000,10000 npm run bench flat
 */
import { performance } from 'node:perf_hooks';
import { asClientId, asEntryId, asSubjectId } from '../../shared/ids.ts';
import { putCasework, putFreeze } from '../../shared/records/casework/casework.ts';
import { OUTCOME } from '../../shared/records/casework/statuses.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { makeWorld, type World } from '../verify/world.ts';
import { growthTable } from './growth.ts';

const SIZES = (process.env['SIZES'] ?? '100,1000').split(',').map(Number);
/** Batches of children, and writes of casework that are put there directly. */
const BATCH = 100;

const S1 = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };

export async function benchFlat(): Promise<void> {
  const world = await makeWorld();
  const child = await world.ready();
  const { take, print } = growthTable();
  await grow(SIZES, async (from, to) => {
    for (let at = from; at < to; at += BATCH) {
      await load(world, Math.min(BATCH, to - at));
      // As slowly as the limits of an agency demand.
      world.later(1000);
    }
    await take('intake of a child, by children', to, () => load(world, 1));
    await take('release by match, by children', to, () => release(world, { match: child.match }));
    await take('verification, by children', to, () => world.ask('charity-sunrise', { match: child.match }));
    await take('newest 50 entries, by children', to, () => world.gateway.audit('/v1/log/entries?limit=50'));
  });
  await grow(SIZES, async (from, to) => {
    for (let at = from; at < to; at++) await freeze(world, at);
    await take('release by match, by freezes in force', to, () => release(world, { match: child.match }));
  });
  await grow([1, 50, 500], async (from, to) => {
    for (let at = from; at < to; at++) await outcome(world, child.subject, at);
    await take('release by match, by outcomes of the child', to, () =>
      release(world, { match: child.match }),
    );
  });
  print();
  await world.gateway.close();
}

async function grow(sizes: readonly number[], step: (from: number, to: number) => Promise<void>) {
  for (const [i, size] of sizes.entries()) await step(sizes[i - 1] ?? 0, size);
}

async function load({ gateway }: World, length: number): Promise<void> {
  const records = Array.from({ length }, () => {
    const id = freshNumber(BORN);
    return { match: { id_number: id }, fields: { name: nameOf(id), id_number: id, sex: '1' } };
  });
  await gateway.put('mps-county', ...records);
}

/** Few have the same: all people whose texts hold a value stand in one item of the index. */
function nameOf(id: string): string {
  const given = Number(id.slice(-8, -1)) % (SIGNS * SIGNS);
  return `张${String.fromCodePoint(FIRST_SIGN + Math.floor(given / SIGNS), FIRST_SIGN + (given % SIGNS))}`;
}

const SIGNS = 300;
const FIRST_SIGN = 0x4e00;

async function release({ gateway }: World, subject: object): Promise<void> {
  const body = { subjects: [subject], fields: ['name', 'schooling_status'] };
  const { status, text } = await gateway.call('edu-county', S1, 'POST', '/v1/releases', body);
  if (status !== 200 || text.includes('refused')) throw new Error(text);
}

async function freeze({ gateway, now }: World, at: number): Promise<void> {
  const id = `bench-${at}`;
  const target = { kind: 'officer', agency: asClientId('other-office'), person: `person ${at}` } as const;
  const by = asClientId('steward-office');
  await putFreeze(gateway.tables.casework, {
    ...{ id, target, at: new Date(now()).toISOString(), by: by as string, entry: asEntryId(`bench-${at}-0`) },
  });
}

async function outcome({ gateway }: World, subject: string, at: number): Promise<void> {
  const document = {
    ...{ programme: `programme-${at}`, purpose: 'C1', recipient: `charity-${at}`, outcome: 'NOT_CONFIRMED' },
    ...{ policy: 'p'.repeat(43), basis: 'b'.repeat(43), until: Math.floor(performance.now() / 1000) },
  };
  const item = { kind: OUTCOME, id: `programme-${at}.charity-${at}`, document };
  await putCasework(gateway.tables.casework, asSubjectId(subject), item);
}
