/**
 * What follows from several answers, between which the world changes. A caller who may not know of a change sees the
 * same whether it is about the child of its calls or about another one: also which ids are equal, by the order of their
 * first appearance.
 */

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { KEPT } from '../../../functions/steps/offices.ts';
import { dropIndex } from '../../../shared/records/subject/index-entries.ts';
import { readKeyItem } from '../../../shared/records/subject/key-items.ts';
import { putTombstone } from '../../../shared/records/subject/key-states.ts';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { liftReviewLimit } from '../../support/lifted.ts';
import { SCENE } from '../scenes/scene.ts';
import { Harness } from './harness.ts';
import { differences, idsInOrder, type Observation } from './observe.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { type Asked, PAIRS, SEQUENCES } from './sequences.ts';
import { held } from './still.ts';
import { type Child, childOf, mark, register, type World, writerOf } from './worlds.ts';

vi.mock('../../../functions/http/deadline.ts', async (original) =>
  (await import('./still.ts')).stillDeadlines(original as never),
);
vi.mock('../../../functions/session/rates.ts', async () => (await import('./still.ts')).stillRates());
vi.mock('../../../functions/steps/freezes.ts', async (original) =>
  (await import('./still.ts')).stillFreezes(original as never),
);

const clock = { now: Date.parse('2026-11-26T08:00:00Z') };
let gateway: TestGateway;
let harness: Harness;
let writer: ReturnType<typeof writerOf>;

beforeAll(async () => {
  liftReviewLimit();
  KEPT.ms = Number.POSITIVE_INFINITY;
  if (pack.approvals) Object.assign(pack.approvals, { open: 1e6 });
  gateway = await testGateway({ now: () => clock.now, agencies: SCENE.agencies });
  harness = new Harness(gateway, gateway.call, clock, held);
  writer = writerOf(gateway, gateway.call);
}, 60_000);
afterAll(() => gateway.close());

/** A change of the world about a child, from the world in which it begins. */
interface Change {
  from: 'nowhere' | 'plain';
  happens(child: Child): Promise<void>;
}

const idOf = ({ match }: Child) => match[SCENE.number] ?? '';

async function made(world: 'nowhere' | 'plain'): Promise<Child> {
  const id = SCENE.fresh('own');
  if (world === 'plain') await enter(id);
  return childOf(gateway, id, writer.subjects.get(id));
}

async function enter(id: string): Promise<void> {
  // No call shares its instant, by which the log is read.
  clock.now += 1;
  await register(writer.put, [{ world: 'plain', id }]);
  await mark(gateway, 'plain', writer.subjects.get(id) ?? '');
}

const ENTERS: Change = { from: 'nowhere', happens: (child) => enter(idOf(child)) };
const LEAVES: Change = {
  from: 'plain',
  async happens({ subject }) {
    clock.now += 1;
    const { keys, index } = gateway.tables;
    const item = await readKeyItem(keys, subject);
    if (!item) throw new Error('no record');
    await putTombstone(keys, item, new Date(clock.now).toISOString());
    for (const one of item.indexes.keys()) await dropIndex(index, one, subject);
  },
};
const becomes = (world: World): Change => ({
  from: 'plain',
  happens: ({ subject }) => mark(gateway, world, subject),
});

/** The changes that a row hides: between worlds that must look alike to its caller. */
function changesOf({ route, alike }: Row): [string, Change][] {
  const group = alike.find((worlds) => worlds.includes('plain')) ?? [];
  const mark = (['conflict', 'disputed', 'decoy'] as const).find((one) => group.includes(one));
  const changes: [string, Change][] = [];
  if (group.includes('nowhere')) changes.push(['enters', ENTERS]);
  // A writer has lost its own sheet with the record.
  if (group.includes('nowhere') && !route.endsWith('/intake')) changes.push(['leaves', LEAVES]);
  if (mark) changes.push([`is marked: ${mark}`, becomes(mark)]);
  return changes;
}

interface Steps {
  before?: readonly Asked[];
  after: readonly Asked[];
}

/**
 * @param steps of a caller, about a child and another one, who is the same child the first time
 * @returns how the answers differ from those when the change, or the second name, is another child's
 */
async function compared(
  change: Change | null,
  steps: (child: Child, named: Child) => Promise<Steps> | Steps,
): Promise<string[]> {
  const run = async (isOther: boolean): Promise<Observation[]> => {
    const from = change?.from ?? 'plain';
    const [child, other] = [await made(from), await made(from)];
    const one = isOther ? other : child;
    const { before = [], after } = await steps(child, one);
    const naming = idsInOrder();
    const seen: Observation[] = [];
    const ask = async (all: readonly Asked[]) => {
      for (const { method, ...call } of all) seen.push(await harness.ask(method, call, naming));
    };
    await ask(before);
    await change?.happens(one);
    await ask(after);
    return seen;
  };
  // The first calls fill caches of tokens, sessions and keys.
  await run(true);
  const [first, second] = [await run(false), await run(true)];
  await harness.readLater();
  for (const { status } of first) expect([400, 500]).not.toContain(status);
  return first.flatMap((one, i) => differences(one, second[i] as Observation).map((text) => `${i} ${text}`));
}

const rows = ROWS.flatMap((row, i) =>
  row.route.includes('/:id')
    ? []
    : changesOf(row).map(([name, change]) => ({ i, row, route: row.route, name, change })),
);
it.each(rows)('$i $route hides that the child $name', async ({ row, change }) => {
  const [method = ''] = row.route.split(' ');
  const found = await compared(change, async (child) => {
    const call = async () => [{ method, ...(await row.call(child)) }];
    return { before: await call(), after: await call() };
  });
  const told = (one: string) => row.except?.some((part) => one.slice(2).startsWith(`${part}:`));
  expect(found.filter((one) => !told(one))).toEqual([]);
});

/** The rows of an office that hide a change, one after the other: what one of its calls does, another may show. */
const offices = new Map<string, typeof rows>();
for (const one of rows) {
  const { agency } = await one.row.call({ ...childOf({} as never, SCENE.fresh('own')), ref: async () => '' });
  const title = `${agency} together hide that the child ${one.name}`;
  offices.set(title, [...(offices.get(title) ?? []), one]);
}
it.each([...offices])('all calls of %s', async (_, all) => {
  const { change } = all[0] ?? expect.fail();
  const found = await compared(change, async (child) => {
    const calls: Asked[] = [];
    for (const { row } of all) {
      const [method = ''] = row.route.split(' ');
      calls.push({ method, ...(await row.call(child)) });
    }
    return { before: calls, after: [...calls, ...calls.toReversed()] };
  });
  const parts = all.flatMap(({ row }) => row.except ?? []);
  const told = (one: string) => parts.some((part) => one.split(' ')[1] === `${part}:`);
  expect(found.filter((one) => !told(one))).toEqual([]);
});

const changed = SEQUENCES.flatMap((one) =>
  Object.entries({ enters: ENTERS, leaves: LEAVES }).map(([name, change]) => ({ ...one, name, change })),
);
it.each(changed)('$what hides that the child $name', async ({ steps, change }) => {
  expect(await compared(change, steps)).toEqual([]);
});

it.each(PAIRS)('$what hides that two names are of one child', async ({ steps }) => {
  expect(await compared(null, steps)).toEqual([]);
});
