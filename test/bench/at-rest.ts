/**
 * What the stack costs in a month without a request, in US dollars at list prices of us-east-1: resources and metrics are
 * counted in the template of production, calls and capacity units in passes over a local gateway whose tree stands
 * still. Prints the table of docs/operate/cost.md; test/infra/at-rest.test.ts holds its sum.
 *
 * npx node test/bench/at-rest.ts
 */
import { pathToFileURL } from 'node:url';
import { withTables } from '../../functions/deps.ts';
import { openMaintenance } from '../../functions/maintenance/app.ts';
import { sequencerApp } from '../../functions/sequencer/app.ts';
import { runSequencer } from '../../functions/sequencer/run.ts';
import { watchApp } from '../../functions/watch/app.ts';
import { runWatch } from '../../functions/watch/run.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { envOf } from '../../infra/local/settings.ts';
import { ofType, synthesise } from '../infra/synthesise.ts';
import { testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { countDynamo, countedTree } from './counted.ts';

const PRICE = {
  key: 1,
  acl: 5,
  rule: 1,
  alarm: 0.1,
  dashboard: 3,
  metric: 0.3,
  gbSecond: 13.3334e-6,
  run: 0.2e-6,
};
const CALL = {
  read: 0.125e-6,
  write: 0.625e-6,
  get: 0.4e-6,
  list: 5e-6,
  gb: 0.25,
  recovery: 0.2,
  lines: 0.5,
  unwrap: 3e-6,
};
const MINUTES = 43_800;
/** Minutes for which DynamoDB keeps the key of a table for a caller in memory; KMS charges also for that of AWS. */
const TABLE_KEY = 5;
const DAY = 86_400_000;
/** Milliseconds of one call to a service, and of all else in a run. Calls are taken as if none were concurrent. */
const TIME = { call: 10, run: 100 };
/** Bytes of the lines of one run: Lambda's two, and the one of metrics. */
const LINES = 900;

interface Counts {
  calls: number;
  reads: number;
  writes: number;
  gets: number;
  lists: number;
}

/** Cost of each part, by its name in the document. */
export async function atRest(): Promise<Map<string, number>> {
  const runs = await countedRuns();
  const sum = (part: (run: Counts) => number) =>
    [...runs.values()].reduce((all, { counts, each }) => all + part(counts) * (MINUTES / each), 0);
  const lambda = (name: string) => {
    const { counts, each, gb } = runs.get(name) as Counted;
    const seconds = (TIME.run + counts.calls * TIME.call) / 1000;
    return (MINUTES / each) * (seconds * gb * PRICE.gbSecond + PRICE.run);
  };
  const number = (type: string) => ofType(prod, type).length;
  const alarms = ofType(prod, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const metrics = alarms.reduce((all, one) => all + metricsOf(one), 0);
  // Only these are written in a minute without a request: their silence raises their alarms.
  const written = alarms.filter(
    (one) => one.Namespace === 'Fieldgate' && one.TreatMissingData === 'breaching',
  );
  const rules = ofType(prod, 'AWS::WAFv2::WebACL').reduce(
    (all, [, one]) => all + one.Properties.Rules.length,
    0,
  );
  return new Map([
    ['keys', number('AWS::KMS::Key') * PRICE.key],
    ['firewall', PRICE.acl + rules * PRICE.rule],
    ['alarms', metrics * PRICE.alarm],
    ['dashboard', number('AWS::CloudWatch::Dashboard') * PRICE.dashboard],
    ['metrics', written.length * PRICE.metric],
    ['sequencer', lambda('sequencer')],
    ['watch', lambda('watch')],
    ['other schedules', ['casework', 'maintenance', 'verify'].reduce((all, one) => all + lambda(one), 0)],
    [
      'reads',
      sum(
        ({ reads, writes, gets, lists }) =>
          reads * CALL.read + writes * CALL.write + gets * CALL.get + lists * CALL.list,
      ),
    ],
    [
      'keys of tables',
      [...runs.values()].reduce(
        (all, { tables, each }) =>
          all + (tables.size / WINDOWS) * (MINUTES / Math.max(each, TABLE_KEY)) * CALL.unwrap,
        0,
      ),
    ],
    ['log lines', (sum(() => LINES) / 1e9) * CALL.lines],
    ['records', 0.83 * (CALL.gb + CALL.recovery)],
    ['log', 2.4 * (CALL.gb + CALL.recovery)],
  ]);
}

const prod = synthesise('prod', {
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:duty',
  domain: { name: 'gate.example', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/one' },
});

function metricsOf(alarm: { MetricName?: string; Metrics?: { MetricStat?: object }[] }): number {
  return alarm.MetricName ? 1 : (alarm.Metrics ?? []).filter(({ MetricStat }) => MetricStat).length;
}

interface Counted {
  counts: Counts;
  /** The tables that it calls, each once a window in which DynamoDB asks for their key once. */
  tables: Set<string>;
  /** Minutes between runs. */
  each: number;
  gb: number;
}

/** One run of each scheduled function over a log of more than a bundle, with nothing to do. */
async function countedRuns(): Promise<Map<string, Counted>> {
  let counts: Counts = none();
  let tables = new Set<string>();
  let window = 0;
  const called = (kind: 'gets' | 'lists') => {
    counts.calls += 1;
    counts[kind] += 1;
  };
  const restore = countDynamo((write, units, named) => {
    for (const name of named) tables.add(`${name} ${window}`);
    counts.calls += 1;
    counts[write ? 'writes' : 'reads'] += units;
  });
  let clock = Date.parse('2026-11-27T08:00:00.000Z');
  const now = () => clock;
  const gateway = await testGateway({ now });
  try {
    const { env, kms, dynamo } = gateway;
    const deps = withTables({ env, kms, dynamo, now });
    const tree = countedTree(openLogFolder(null), () => called('gets'));
    const trail = {
      late: 15 * 60_000,
      // One list for each day, as of the folders in S3.
      files: async (from: number, to: number) => {
        for (let day = Math.floor(from / DAY); day * DAY < to; day++) called('lists');
        return [];
      },
      read: async function* () {},
    };
    const sequencer = sequencerApp({ ...deps, tree });
    const watcher = watchApp({ ...deps, env: envOf(env, 'watch'), tree: tree.files, trail });
    const maintenance = openMaintenance({ ...deps, files: gateway.files, env: envOf(env, 'maintenance') });
    const match = { id_number: freshNumber() };
    for (let entry = 0; entry < 270; entry++)
      await gateway.put('mca-county', { match, fields: { guardianship_status: 'normal' } });
    const sleep = async (ms: number) => {
      clock += ms;
    };
    const step = () => runSequencer(sequencer, { now, until: clock + 58_000, every: 4000, sleep });
    const look = () => runWatch(watcher, { now, until: clock + 50_000 });
    const work: Record<string, [() => Promise<unknown>, number, number]> = {
      sequencer: [step, 1, 0.5],
      watch: [look, 1, 0.5],
      casework: [() => gateway.casework.pass(), 1, 1769 / 1024],
      maintenance: [() => maintenance.work(() => true), 1, 1769 / 1024],
      verify: [() => gateway.verifier.recheck(), 15, 1],
    };
    const found = new Map<string, Counted>();
    for (const [name, [, each, gb]] of Object.entries(work))
      found.set(name, { counts: none(), tables: new Set(), each, gb });
    for (let minute = -BEFORE; minute < MEASURED; minute++) {
      for (const [name, [run]] of Object.entries(work)) {
        const of = found.get(name) as Counted;
        counts = minute < 0 ? none() : of.counts;
        tables = minute < 0 ? new Set() : of.tables;
        window = Math.floor(minute / TABLE_KEY);
        await run();
      }
      clock = (Math.floor(clock / 60_000) + 1) * 60_000;
    }
    for (const { counts: all } of found.values())
      for (const kind of Object.keys(all) as (keyof Counts)[]) all[kind] /= MEASURED;
    return found;
  } finally {
    await gateway.close();
    restore();
  }
}

/** Minutes until all has followed the tree, the comparison with KMS's record too. */
const BEFORE = 45;
/** A multiple of the minutes between checks of the index, and of those between spans of the comparison. */
const MEASURED = 60;
const WINDOWS = MEASURED / TABLE_KEY;

function none(): Counts {
  return { calls: 0, reads: 0, writes: 0, gets: 0, lists: 0 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const parts = await atRest();
  console.table(Object.fromEntries([...parts].map(([name, dollars]) => [name, dollars.toFixed(2)])));
  const all = [...parts.values()].reduce((sum, one) => sum + one, 0);
  console.log(`${all.toFixed(2)}, of which the dashboard is free in an account with at most two others`);
}
