/**
 * `npm run gameday`: faults of a stack in operation. For each, what the caller is answered, which alarm is raised, that an
 * officer can still freeze, and that work goes on when the fault is over. docs/operate/runbook.md has the steps.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { reportRun as reportSequencer } from '../../functions/sequencer/run.ts';
import { WATCH_ENV, watchApp } from '../../functions/watch/app.ts';
import { reportRun as reportWatch, runWatch } from '../../functions/watch/run.ts';
import { pick } from '../../infra/local/settings.ts';
import { readClassKeys } from '../../shared/env.ts';
import { gameDay } from './gate.ts';

const day = await gameDay();
const { gateway } = day;
const MANY = 1_000_000;

/** Lines that a scheduled run writes to its log. */
function written(report: () => void): void {
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    day.wrote(String(line));
    return true;
  });
  report();
  spy.mockRestore();
}

async function canFreeze(): Promise<void> {
  expect((await day.freeze()).status).toBe(200);
}

async function publicFile(path: string): Promise<Uint8Array | null> {
  const answer = await fetch(`${gateway.url}/log/${path}`);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
}

beforeEach(() => {
  gateway.faults.clear();
  day.raised();
});

it('on an ordinary day a release is answered and no alarm is raised', async () => {
  await canFreeze();
  expect(await day.release()).toMatchObject({ status: 200 });
  expect(day.raised()).toEqual([]);
});

describe('a key is disabled', () => {
  it('of a class: its fields are withheld, with a word to ask later, and no other class suffers', async () => {
    const key = readClassKeys(gateway.env.classKeys).get('identity-name') ?? expect.fail('no class');
    gateway.ring.setState(key, 'Disabled');
    const answer = await day.release();
    expect(answer.status).toBe(200);
    expect(answer.json.results[0].withheld.name).toMatchObject({ code: 'CLASS_UNAVAILABLE' });
    await canFreeze();
    gateway.ring.setState(key, 'Enabled');
    expect((await day.release()).status).toBe(200);
  });

  it('of the gateway: callers may repeat, the alarm of KMS is raised, and nothing is opened', async () => {
    const key = gateway.env.tokenKey;
    gateway.ring.setState(key, 'Disabled');
    const before = gateway.trail.length;
    for (let n = 0; n < 3; n++)
      await expect(day.release()).rejects.toThrow(/temporarily_unavailable|503|KMS/);
    expect(day.raised()).toContain('KmsUnavailable');
    expect(gateway.trail.slice(before).filter(({ eventName }) => eventName === 'Decrypt')).toEqual([]);
    // An officer who has a token already can use it; no caller gets a new one, to freeze or to release.
    await canFreeze();
    gateway.ring.setState(key, 'Enabled');
    expect((await day.release()).status).toBe(200);
  });

  it('of the blind index: 503 for everything by a number, and the alarm of KMS is raised', async () => {
    const key = gateway.env.indexKey;
    gateway.ring.setState(key, 'PendingDeletion');
    for (let n = 0; n < 3; n++)
      expect(await day.release()).toMatchObject({ status: 503, json: { code: 'KMS_UNAVAILABLE' } });
    expect(day.raised()).toContain('KmsUnavailable');
    await canFreeze();
    gateway.ring.setState(key, 'Enabled');
    expect((await day.release()).status).toBe(200);
  });
});

it('a table is throttled: 503 for what needs it, the alarm of the store is raised, and a freeze needs another', async () => {
  const table = gateway.env.sheetsTable;
  gateway.faults.add({ service: 'store', kind: 'throttle', times: MANY, table });
  for (let n = 0; n < 3; n++)
    expect(await day.release()).toMatchObject({ status: 503, json: { code: 'STORE_UNAVAILABLE' } });
  expect(day.raised()).toContain('StoreUnavailable');
  await canFreeze();
  gateway.faults.clear();
  expect((await day.release()).status).toBe(200);
});

it('the log takes no entry: nothing is opened, the alarm of the log is raised, and a freeze waits as releases do', async () => {
  gateway.faults.add({ service: 'log', kind: 'error', times: MANY, operation: 'PutItem' });
  const before = gateway.trail.length;
  expect(await day.release()).toMatchObject({ status: 503, json: { code: 'LOG_UNAVAILABLE' } });
  expect(gateway.trail.slice(before).filter(({ eventName }) => eventName === 'Decrypt')).toEqual([]);
  expect(day.raised()).toContain('LogUnavailable');
  // Of the same officer the freeze of before would be found again.
  const frozen = await day.freeze('shen.yi');
  expect([frozen.status, frozen.json.code]).toEqual([503, 'LOG_UNAVAILABLE']);
  gateway.faults.clear();
  await canFreeze();
  expect((await day.release()).status).toBe(200);
});

it('the sequencer is dead: releases go on, its silence raises an alarm, and later every entry is in the tree', async () => {
  const { json } = await day.release();
  const { entry } = json.results[0].receipt;
  const proof = () =>
    day.calls.call('audit-office', { actions: ['audit'] }, 'GET', `/v1/log/proofs/inclusion?entry=${entry}`);
  expect((await proof()).status).toBe(409);
  expect(day.raised(['SequencerLag'])).toEqual(['SequencerLag']);
  await canFreeze();
  const step = await gateway.sequencer.step();
  written(() =>
    reportSequencer(
      {
        sequenced: step.sequenced,
        size: step.checkpoint.size,
        lag: 1000,
        faults: 0,
        missing: 0,
        failures: 0,
      },
      1,
    ),
  );
  expect(day.raised(['SequencerLag', 'ChainFaults', 'IndexFaults'])).toEqual([]);
  expect((await proof()).status).toBe(200);
});

it('the trail is late: its missing records raise an alarm, and when they arrive nothing is left over', async () => {
  let delivered = true;
  let damaged = false;
  const env = pick(gateway.env, WATCH_ENV, 'watch');
  const now = () => Date.now() + day.clock.moved;
  const watcher = watchApp(
    withTables({
      ...{ env, kms: gateway.kms, dynamo: gateway.dynamo, now },
      tree: { read: publicFile },
      trail: {
        late: null,
        files: async () => (delivered ? [{ name: 'all', at: now() }] : []),
        async *read() {
          if (damaged) throw new SyntaxError('damaged');
          yield* gateway.trail;
        },
      },
    }),
  );
  const look = async () => {
    const run = await runWatch(watcher, { now, until: now() + 60_000 });
    written(() => reportWatch(run, 1));
    return run;
  };
  await look();
  delivered = false;
  expect((await day.release()).status).toBe(200);
  await gateway.sequencer.step();
  day.clock.moved += 20 * 60_000;
  expect(await look()).toMatchObject({ failures: 0 });
  expect(day.raised(['ReconcileFaults', 'GraveAlerts'])).toContain('ReconcileFaults');
  await canFreeze();
  delivered = true;
  day.clock.moved += 20 * 60_000;
  await look();
  expect(day.raised(['ReconcileFaults'])).toEqual([]);
  // A file that is damaged for good stops nothing: the third try tells it, and the comparison goes on.
  damaged = true;
  day.clock.moved += 20 * 60_000;
  expect([(await look()).failures, (await look()).failures]).toEqual([1, 1]);
  expect(day.raised(['ReconcileFaults'])).toEqual([]);
  expect(await look()).toMatchObject({ failures: 0, uncompared: 0 });
  expect(day.raised(['ReconcileFaults'])).toContain('ReconcileFaults');
  await canFreeze();
});
