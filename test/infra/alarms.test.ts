/** From the functions' output to the alarms: each is raised by lines that the code wrote, and by nothing else. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { countRefusal, metered } from '../../functions/http/metrics.ts';
import { takeRetries } from '../../functions/http/problem.ts';
import { handle } from '../../functions/http/rest-event.ts';
import { writeMetrics } from '../../functions/metrics.ts';
import { reportRun as reportSequencer } from '../../functions/sequencer/run.ts';
import { reportRun as reportWatch } from '../../functions/watch/run.ts';
import { ENV } from '../../shared/env.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { isRaised } from './raised.ts';
import recorded from './rest-event.json' with { type: 'json' };
import { ofType, synthesise } from './synthesise.ts';

const stack = synthesise('prod');
const alarms = ofType(stack, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const own = new Map(
  alarms
    .filter(({ Namespace }) => Namespace === 'Fieldgate')
    .map((alarm) => [alarm.MetricName as string, alarm]),
);

let written: string[];
beforeEach(() => {
  vi.stubEnv(ENV.environment, 'prod');
  written = [];
  takeRetries();
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    written.push(String(line));
    return true;
  });
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const SEQUENCED = { sequenced: 1, size: 9, lag: 4000, faults: 0, missing: 0, failures: 0 };
const WATCHED = { leaves: 1, grave: 0, erasures: 0, behind: 0, faults: 0, uncompared: 0, failures: 0 };

/** The condition that raises each alarm of the gateway's own metrics. */
const CAUSES: Record<string, () => Promise<void> | void> = {
  Prohibited: () => answer('PROHIBITED_PURPOSE'),
  Refusals: async () => {
    for (let count = 0; count < 100; count++) countRefusal();
    await answer('OUT_OF_AREA');
  },
  IntegrityFaults: () => answer('INTEGRITY_FAULT'),
  LogUnavailable: () => answer('LOG_UNAVAILABLE'),
  KmsUnavailable: () => times(3, () => answer('KMS_UNAVAILABLE')),
  StoreUnavailable: () => times(3, () => answer('STORE_UNAVAILABLE')),
  KmsRetries: async () => writeMetrics({ KmsRetries: 50 }, { now: 1 }),
  StoreRetries: async () => writeMetrics({ StoreRetries: 50 }, { now: 1 }),
  SequencerLag: () => reportSequencer({ ...SEQUENCED, lag: 120_000 }, 1),
  IndexFaults: () => reportSequencer({ ...SEQUENCED, missing: 1 }, 1),
  ChainFaults: () => reportSequencer({ ...SEQUENCED, faults: 1 }, 1),
  GraveAlerts: () => reportWatch({ ...WATCHED, grave: 1 }, 1),
  Erasures: () => reportWatch({ ...WATCHED, erasures: 20 }, 1),
  WatchBehind: () => reportWatch({ ...WATCHED, behind: 50_000 }, 1),
  ReconcileFaults: () => reportWatch({ ...WATCHED, faults: 1 }, 1),
  ReconcileBehind: () => reportWatch({ ...WATCHED, uncompared: 3_600_000 }, 1),
};

describe('an alarm on metrics of the functions', () => {
  it('is tried here', () => {
    expect([...own.keys()].sort()).toEqual(Object.keys(CAUSES).sort());
  });

  it.each(Object.entries(CAUSES))('%s is raised by its cause', async (name, cause) => {
    await cause();
    expect(isRaised(own.get(name), written)).toBe(true);
  });

  it.each([...own.keys()])('%s is quiet in an ordinary minute', async (name) => {
    await answer(null);
    await answer('TOKEN_INVALID');
    reportSequencer(SEQUENCED, 1);
    reportWatch(WATCHED, 1);
    expect(isRaised(own.get(name), written)).toBe(false);
  });

  it('is raised by missing data of a scheduled run', () => {
    const silent = [...own].filter(([, alarm]) => isRaised(alarm, [])).map(([name]) => name);
    expect(silent.sort()).toEqual(['ReconcileBehind', 'SequencerLag', 'WatchBehind']);
  });

  it('is raised if a failed run does not know its lag', () => {
    reportSequencer({ ...SEQUENCED, lag: null }, 1);
    expect(isRaised(own.get('SequencerLag'), written)).toBe(true);
  });

  it('gets no data from a line that the console wrapped', async () => {
    await CAUSES['Prohibited']?.();
    const wrapped = written.map((message) => JSON.stringify({ level: 'INFO', message }));
    expect(isRaised(own.get('Prohibited'), wrapped)).toBe(false);
  });
});

describe('an alarm on metrics of AWS', () => {
  const isFaults = ({ AlarmDescription }: { AlarmDescription: string }) => /5xx/.test(AlarmDescription);
  const others = alarms.filter((one) => one.Namespace !== 'Fieldgate' && !isFaults(one));

  it('counts faults of the API by their part of all requests, without what a closed gateway answers', async () => {
    const faults = alarms.find(isFaults) ?? expect.fail();
    const raised = (all: Record<string, number>) => measured(faults, all) >= faults['Threshold'];
    expect(raised({ faults: 5, closed: 0, requests: 40 })).toBe(true);
    expect(raised({ faults: 4, closed: 0, requests: 4 })).toBe(false);
    expect(raised({ faults: 9, closed: 0, requests: 1_000 })).toBe(false);
    expect(raised({ faults: 500, closed: 500, requests: 500 })).toBe(false);
    expect(raised({ faults: 510, closed: 500, requests: 510 })).toBe(true);
    await answer('MAINTENANCE');
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ Maintenance: 1, status: 503 });
  });

  it.each(others.map((alarm) => [alarm.AlarmDescription as string, alarm]))('%s', (_, alarm) => {
    expect(measured(alarm, 0)).toBeLessThan(alarm['Threshold']);
    expect(measured(alarm, 100_000)).toBeGreaterThanOrEqual(alarm['Threshold']);
  });
});

it('a schedule that starts no run raises an alarm, and a run that starts and does not end raises another', () => {
  const nameOf = ({ Dimensions: [one] }: { Dimensions: { Name: string; Value: { Ref: string } }[] }) =>
    one?.Value.Ref.replace(/Function[0-9A-F]{8}$/, '');
  const started = alarms.filter(({ MetricName }) => MetricName === 'AsyncEventsReceived');
  expect(started.map(nameOf).sort()).toEqual(['casework', 'maintenance', 'verify']);
  for (const one of started) {
    expect(one).toMatchObject({ Namespace: 'AWS/Lambda', Statistic: 'Sum', TreatMissingData: 'breaching' });
    expect([one.Threshold, one.ComparisonOperator]).toEqual([1, 'LessThanThreshold']);
  }
  const metrics = alarms
    .flatMap(({ Metrics = [] }) => Metrics)
    .flatMap((one) => one.MetricStat?.Metric ?? []);
  const failing = metrics.filter(({ MetricName }) => MetricName === 'Errors').map(nameOf);
  expect(failing).toEqual(expect.arrayContaining([...started.map(nameOf), 'sequencer', 'watch']));
});

async function answer(code: string | null): Promise<void> {
  const app = createApp();
  app.get('/', (c) => {
    if (code !== null) throw new Problem(code as ProblemCode);
    return c.text('');
  });
  await metered('release', handle(app))(
    { ...recorded, path: '/', httpMethod: 'GET', body: null } as never,
    {} as never,
  );
}

async function times(count: number, work: () => Promise<void>): Promise<void> {
  for (let i = 0; i < count; i++) await work();
}

/** What an alarm compares when each of its metrics has this value, of a quota of 10,000. */
function measured(alarm: Record<string, unknown>, each: number | Readonly<Record<string, number>>): number {
  if (alarm['MetricName']) return Number(each);
  const metrics = alarm['Metrics'] as { Id: string; Expression?: string }[];
  const expression = metrics.find((one) => one.Expression)?.Expression ?? '';
  const text = expression
    .replace(/SERVICE_QUOTA\(\w+\)/g, '10000')
    .replace(/\b[a-z]\w*\b/g, (id) => String(typeof each === 'number' ? each : each[id]));
  expect(text).toMatch(/^(?:[\d+*/. ()>,-]|IF|FILL)+$/);
  const functions = 'const FILL = (one) => one; const IF = (is, then, other) => (is ? then : other);';
  return Number(new Function(`${functions} return ${text}`)());
}
