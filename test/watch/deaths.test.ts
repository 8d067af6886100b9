/** Spans that no run can compare in its time or memory: they become shorter, and the shortest is passed over with an alert. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { watchApp } from '../../functions/watch/app.ts';
import type { Trail } from '../../functions/watch/trail.ts';
import { envOf } from '../../infra/local/settings.ts';
import { openRig, type Rig } from '../audit/rig.ts';
import { told, unwrap } from './cloudtrail.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-25T02:00:00Z');
let rig: Rig;
let watch: ReturnType<typeof watchApp>;
/** Milliseconds of a span that a run survives. */
let most: number;
/** Whether the files are listed. */
let listed: boolean;
/** Records, each in a file of its own. */
let records: ReturnType<typeof unwrap>[];
/** Instant of a file whose reading no run survives. */
let deadly: number | null;
/** Ends the run at hand. */
let kill: () => void;

const at = (record: { eventTime: string }) => Date.parse(record.eventTime);

/** The call never returns, as if the instance were gone. */
function die(): Promise<never> {
  kill();
  return new Promise<never>(() => {});
}

/** Each file has one record. */
const trail: Trail = {
  late: null,
  async files(from, to) {
    if (!listed) throw new Error('no');
    if (to - from > most + 2 * MINUTE) return die();
    return records
      .map((record, i) => ({ name: `file-${i}`, at: at(record), bytes: 1 }))
      .filter((file) => file.at >= from && file.at < to);
  },
  async *read(file) {
    if (file.at === deadly) await die();
    yield* records.filter((record) => at(record) === file.at);
  },
};

beforeEach(async () => {
  [most, listed, records, deadly] = [Number.POSITIVE_INFINITY, true, [], null];
  rig = await openRig();
  rig.clock.now = START;
  const env = { ...envOf(rig.env, 'watch'), unwrapRoles: 'fieldgate-verify' };
  watch = watchApp(withTables({ ...rig.deps, env, trail }));
  await watch.reconcile();
});
afterEach(() => rig.close());

type Ended = Awaited<ReturnType<typeof watch.reconcile>> | 'died' | 'failed';

function run(): Promise<Ended> {
  const killed = new Promise<'died'>((resolve) => {
    kill = () => resolve('died');
  });
  return Promise.race([watch.reconcile().catch(() => 'failed' as const), killed]);
}

const died = (runs: Ended[]) => runs.map((one) => (typeof one === 'string' ? one : 'ended'));
async function runs(count: number): Promise<Ended[]> {
  const all: Ended[] = [];
  for (let i = 0; i < count; i++) all.push(await run());
  return all;
}

it('is shorter after each run that died, and stays so until the comparison has caught up', async () => {
  rig.clock.now = START + 30 * MINUTE;
  most = 3 * MINUTE;
  const stranger = unwrap(START + MINUTE, { role: 'Admin' });
  records.push(stranger);
  expect(died(await runs(4))).toEqual(['died', 'died', 'ended', 'ended']);
  expect(await told(rig, START)).toEqual([expect.stringContaining(`event ${stranger.eventID}`)]);
});

it('that no run survives at its shortest is passed over after ten deaths, and those after it are compared', async () => {
  const [lost, later] = [unwrap(START, { role: 'Admin' }), unwrap(START + 2 * MINUTE, { role: 'Admin' })];
  records.push(lost, later);
  deadly = START;
  rig.clock.now = START + 5 * MINUTE;
  expect(died(await runs(10))).toEqual(Array(10).fill('died'));
  expect(await told(rig, START)).toEqual([]);
  expect(await run()).toMatchObject({ matched: 0, faults: 1 });
  expect(await told(rig, START)).toEqual([
    'TRAIL_UNREADABLE: no run ended in 10 tries; unproved: all records from 2026-11-25T01:58:55.000Z to 2026-11-25T01:59:55.000Z',
  ]);
  // The file is in reach of two more minutes. They die sooner, since the place is known to be deadly.
  const rest = died(await runs(18));
  expect(rest.filter((one) => one === 'died').length).toBe(12);
  const [found, ...passed] = (await told(rig, START)).sort();
  expect(found).toContain(`FOREIGN_PRINCIPAL: event ${later.eventID}`);
  expect(passed).toEqual(Array(3).fill(expect.stringContaining('TRAIL_UNREADABLE: no run ended')));
});

it('is not passed over because runs fail: a failure is no death', async () => {
  rig.clock.now = START + 30 * MINUTE;
  listed = false;
  expect(died(await runs(15))).toEqual(Array(15).fill('failed'));
  listed = true;
  records.push(unwrap(START + MINUTE, { role: 'Admin' }));
  // The span is as long as ever.
  expect(await run()).toMatchObject({ matched: 0, faults: 1, behind: expect.any(Number) });
  expect((await told(rig, START)).map((one) => one.split(':')[0])).toEqual(['FOREIGN_PRINCIPAL']);
});
