/**
 * Size of each function's bundle and the time that Lambda's `require` of it takes, in processor time and clock
 * time, compared with a plain bundle of hono, jose and the two SDK clients, and next to the same with our substitutes for
 * parts of the SDK. Each import is a process of its own, rounds are interleaved, and the least times are compared,
 * because a busy machine only adds to them. Release is timed without its warm-up, which is the begun work of the first
 * request: three signed calls of AWS that the plain bundle does not make.
 *
 *     node test/bench/bundles.ts [--rounds 15] [--check]
 *
 * `--check` fails when release is over its ratio three times in a row. Sizes are held by test/architecture/bundles.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROUTES } from '../../infra/aws/routes.ts';
import { ENV, writeClassKeys } from '../../shared/env.ts';
import { bundleFile, bundleOf } from '../architecture/bundle.ts';

const BASELINE = `
  import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
  import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
  import { Hono } from 'hono';
  import { handle } from 'hono/aws-lambda';
  import { jwtVerify, SignJWT } from 'jose';
  const kms = new KMSClient();
  const dynamo = new DynamoDBClient();
  const app = new Hono().post('/', async (c) =>
    c.json([await kms.send(new DecryptCommand({})), await dynamo.send(new GetItemCommand({})), jwtVerify, SignJWT]));
  export const handler = handle(app);`;

const LEANER = 'baseline, leaner';
const CONTROL = 'release again (control)';
const COLD_RELEASE = `
  import { lambdaDeps } from './functions/deps.ts';
  import { metered } from './functions/http/metrics.ts';
  import { handle } from './functions/http/rest-event.ts';
  import { releaseApp } from './functions/release/app.ts';
  import { RELEASE_ENV } from './functions/release/deps.ts';
  export const handler = metered('release', handle(releaseApp(lambdaDeps(RELEASE_ENV))));`;
const MOST_RATIO = 1.38;

/** Settings that are read at once, and so must be of their kind. */
const OWN_KINDS = new Map<string, string>([
  [ENV.classKeys, writeClassKeys('arn:none:', { one: 'key' })],
  [ENV.people, 'none'],
  [ENV.authorization, 'token'],
  [ENV.cryptography, 'standard'],
]);

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, check: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-bundles-'));
try {
  let kept = false;
  // Something else on the machine can spoil one measurement, hardly three.
  for (let tries = 0; tries < (values.check ? 3 : 1) && !kept; tries++) {
    const rows = await measure(Number(values.rounds));
    console.table(rows);
    kept = (rows['release']?.ratio ?? Number.POSITIVE_INFINITY) <= MOST_RATIO;
    if (!values.check || kept) continue;
    console.error(`release is to the baseline as ${rows['release']?.ratio}; the limit is ${MOST_RATIO}`);
    process.exitCode = tries === 2 ? 1 : 0;
  }
} finally {
  rmSync(folder, { recursive: true });
}

interface Row {
  KB: number;
  'without data': number;
  'processor ms': number;
  ratio: number;
  'clock ms': number;
  'clock ratio': number;
  /** Processor time compared with that of the baseline with our substitutes. */
  'to leaner': number;
}

async function measure(rounds: number) {
  const bundles = new Map([
    ['baseline', await bundleFile({ code: BASELINE }, {})],
    [LEANER, await bundleFile({ code: BASELINE })],
  ]);
  for (const name of Object.keys(ROUTES))
    bundles.set(name, name === 'release' ? await bundleFile({ code: COLD_RELEASE }) : await bundleOf(name));
  bundles.set(CONTROL, await bundleFile({ code: COLD_RELEASE }));
  for (const [name, { code }] of bundles) writeFileSync(join(folder, `${name}.cjs`), code);
  const times = new Map([...bundles.keys()].map((name) => [name, [] as Times[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, taken] of times) taken.push(importOnce(join(folder, `${name}.cjs`)));
  }
  const least = (name: string, of: keyof Times) => Math.min(...(times.get(name) ?? []).map((one) => one[of]));
  const beside = (name: string, other: string, of: keyof Times) =>
    Number((least(name, of) / least(other, of)).toFixed(2));
  const rows = [...bundles].map(([name, { code, dataBytes }]) => {
    const size = (bytes: number) => round1(bytes / 1024);
    const row: Row = {
      KB: size(code.length),
      'without data': size(code.length - dataBytes),
      'processor ms': round1(least(name, 'processor')),
      ratio: beside(name, 'baseline', 'processor'),
      'clock ms': round1(least(name, 'clock')),
      'clock ratio': beside(name, 'baseline', 'clock'),
      'to leaner': beside(name, LEANER, 'processor'),
    };
    return [name, row] as const;
  });
  return Object.fromEntries(rows) as Record<string, Row>;
}

/** Milliseconds. */
interface Times {
  processor: number;
  clock: number;
}

/** The time in which a fresh process loads the bundle and runs its first lines. */
function importOnce(file: string): Times {
  const script = `const t = process.cpuUsage(), from = performance.now(); require(${JSON.stringify(file)});
    const clock = performance.now() - from, { user, system } = process.cpuUsage(t);
    console.log(JSON.stringify({ processor: (user + system) / 1000, clock }))`;
  const settings = Object.values(ENV).map((name) => [name, OWN_KINDS.get(name) ?? `arn:none:${name}`]);
  const env = {
    ...Object.fromEntries(settings),
    [ENV.publicUrl]: 'https://gate.example',
    AWS_REGION: 'eu-west-1',
  };
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })) as Times;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
