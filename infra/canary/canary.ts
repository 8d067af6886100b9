/**
 * `npm run canary -- --agency-file canary.json [--every 300] [--region … [--environment prod]]`: the journey of the smoke test from outside of the
 * account, again and again. It prints a line for each and, with `--region`, counts the good ones as the metric
 * `CanaryReleases`, whose silence raises an alarm. A value is never printed.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Stage, travel } from './journey.ts';
import { readPlan } from './plan.ts';
import { ofFile, PLAN, WAIT } from './smoke.ts';

export interface Flight {
  good: boolean;
  milliseconds: number;
  /** `null`, or the stage that failed and its code. */
  failed: string | null;
}

export function flightOf(stages: readonly Stage[]): Flight {
  const bad = stages.find(({ fault }) => fault !== null);
  return {
    good: bad === undefined,
    milliseconds: stages.reduce((sum, one) => sum + one.milliseconds, 0),
    failed: bad ? `${bad.name}: ${bad.fault}` : null,
  };
}

/** Counts a good flight where the alarm of the environment's stack looks. */
export function count(aws: (...words: string[]) => void, environment: string, { good }: Flight): void {
  const data = `MetricName=CanaryReleases,Value=${good ? 1 : 0},Dimensions=[{Name=environment,Value=${environment}}]`;
  aws('cloudwatch', 'put-metric-data', '--namespace', 'Fieldgate', '--metric-data', data);
}

const USAGE = `canary --agency-file FILE [--plan FILE] [--every SECONDS] [--region REGION [--environment prod]]

A record of a person who does not exist goes in, a field comes out, its proof is in the tree, and it is deleted.`;

async function run(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ 'agency-file': text, plan: { ...text, default: PLAN }, every: text, region: text },
      ...{ environment: { ...text, default: 'prod' }, help: { type: 'boolean', default: false } },
    },
  });
  const { 'agency-file': file, every, region, environment } = values;
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  if (!file) throw new Error('name the key file of the office');
  const office = ofFile(file);
  const aws = (...words: string[]) =>
    void execFileSync('aws', [...words, '--region', region ?? ''], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  for (;;) {
    // KMS's record is compared by the watch of the stack.
    const flight = flightOf(await travel({ office, plan: readPlan(values.plan), compare: null, wait: WAIT }));
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...flight })}\n`);
    if (region) count(aws, environment, flight);
    if (!every) process.exit(flight.good ? 0 : 1);
    await sleep(Number(every) * 1000);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await run().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
    process.exitCode = 2;
  });
