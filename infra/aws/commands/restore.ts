/**
 * Goes back to an instant: `npm run restore:aws -- --region … --stack fieldgate-prod --to 2026-11-26T08:00:00Z keysTable`. It closes
 * the gateway, copies the tables as they were then, lets the copies take their place, replays erasures and compares the log with
 * the heads; `--open` ends it. Each step can be run again. docs/operate/runbook.md#restore has what each table loses.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { EnvName } from '../../../shared/env.ts';
import { MODE, type Mode } from '../../../shared/tables.ts';
import { command } from './command.ts';
import { cli, resourcesOf } from './doctor.ts';
import { goingBack, ruleOf } from './restore-rules.ts';
import { copyOf, copyTables } from './restore-tables.ts';

/**
 * Milliseconds. `closed`: until no call that began under an open mode is under way (functions/mode.ts), `mode`: until every closed
 * function knows another mode, `pack`: until none uses a pack that it read before.
 */
const KNOWN = { closed: 330_000, mode: 15_000, pack: 40_000 };

export interface Restore {
  dynamo: DynamoDBClient;
  /** Setting to the name of the stack's table. */
  tables: Readonly<Record<string, string>>;
  /** Tables that go back. */
  named: readonly string[];
  to?: Date;
  recoveryDays: number;
  /** Seconds that refused callers are asked to wait. */
  retryAfter: number;
  /** Runs a command of the CLI, with its output. @returns whether it succeeded */
  fieldgate: (words: readonly string[]) => Promise<boolean>;
  /** Words of `keys replay` and of `log verify` that say who asks. */
  steward: readonly string[];
  auditor: readonly string[];
  /** Opens at the end. */
  open: boolean;
  wait: (milliseconds: number) => Promise<unknown>;
  now: () => Date;
  say: (line: string) => void;
}

interface Step {
  says: string;
  run: () => Promise<unknown>;
}

/** @param dry only says what each step would do. @throws the error of the step that failed; the same call continues */
export async function restore(options: Restore, dry: boolean): Promise<void> {
  const steps = await stepsOf(options);
  const started = performance.now();
  for (const [at, { says, run }] of steps.entries()) {
    options.say(`${at + 1}. ${says}`);
    if (dry) continue;
    const before = performance.now();
    await run();
    options.say(`   ${seconds(before)} s`);
  }
  if (!dry) options.say(`${seconds(started)} s in all`);
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

async function stepsOf(options: Restore): Promise<Step[]> {
  const { named, wait, fieldgate, dynamo, tables, say } = options;
  const before = await readMode(options);
  const settings = named.length > 0 ? goingBack(named, options.to) : [];
  // After an interruption the instant of closing stays what it was.
  const since = before.works !== 'all' && before.since ? before.since : options.now().toISOString();
  const rests = new Date(Date.parse(since) + KNOWN.closed);
  const to = options.to ?? rests;
  const from = { ...tables, ...before.tables };
  const copies = Object.fromEntries(settings.map((env) => [env, copyOf(tableOf(tables, env), to)]));
  const write = async (works: Mode['works'], more: Mode['tables'] = {}) => {
    const { tables: known } = await readMode(options);
    await putMode(options, { works, since, retryAfter: options.retryAfter, tables: { ...known, ...more } });
  };
  const names = settings.join(', ');
  const records = settings.includes('keysTable');
  let same = true;
  const closing: Step = {
    says: 'Close: every route answers 503 MAINTENANCE, scheduled work rests, no function touches a table',
    run: () => write('none'),
  };
  const opening: Step = { says: 'Open', run: () => write('all') };
  if (settings.length === 0) return [options.open ? opening : closing];
  return [
    ...(before.works === 'repair' ? [] : [closing]),
    {
      says: `Copy ${names} as of ${to.toISOString()}: ${Object.values(copies).join(', ')}`,
      run: () =>
        copyTables(dynamo, {
          ...{ from, copies, to, recoveryDays: options.recoveryDays, say: (line) => say(`   ${line}`) },
          pause: () => wait(10_000),
        }),
    },
    {
      says: 'Let the copies take the place of their tables, for those alone that repair: tokens, stewards, maintenance, the log',
      run: async () => {
        await wait(Math.max(0, rests.valueOf() - options.now().valueOf()));
        await write('repair', copies);
        await wait(KNOWN.mode + KNOWN.pack);
      },
    },
    ...(records
      ? [
          {
            says: 'Replay the erasures and moves of the log',
            async run() {
              if (await fieldgate(['keys', 'replay', ...options.steward])) return;
              throw new Error('the replay failed, and the gateway stays closed: run the same command again');
            },
          },
        ]
      : []),
    {
      says: 'Compare the log with the heads: it names records that were written since',
      async run() {
        same = await fieldgate(['log', 'verify', '--heads', ...options.auditor]);
      },
    },
    {
      says: [...new Set(settings.map((env) => ruleOf(env).lost))].join(' '),
      run: async () => {},
    },
    ...(options.open
      ? [
          {
            says: 'Open, if log and heads agree',
            async run() {
              if (same) await opening.run();
              else
                say(
                  '   They differ, so it stays closed. Read what is written above, then run it with --open and no table.',
                );
            },
          },
        ]
      : []),
  ];
}

function tableOf(tables: Restore['tables'], env: EnvName): string {
  const name = tables[env];
  if (name === undefined) throw new Error(`the stack has no ${env}`);
  return name;
}

type Kept = Mode & { since?: string };

async function readMode({ dynamo, tables }: Restore): Promise<Kept> {
  const key = { part: { S: MODE } };
  const asked = { TableName: tableOf(tables, 'modeTable'), Key: key, ConsistentRead: true };
  const text = (await dynamo.send(new GetItemCommand(asked))).Item?.['document']?.S;
  return text === undefined ? { works: 'all', retryAfter: 0, tables: {} } : JSON.parse(text);
}

async function putMode({ dynamo, tables }: Restore, mode: Kept): Promise<void> {
  const Item = { part: { S: MODE }, document: { S: JSON.stringify(mode) } };
  await dynamo.send(new PutItemCommand({ TableName: tableOf(tables, 'modeTable'), Item }));
}

const USAGE = `restore:aws --region REGION --stack NAME [--to TIME] [--dry-run] [--open] [--recovery-days 35] [--retry-after 900]
  [--steward-file FILE --officer NAME --reason TEXT] [--auditor-file FILE] [TABLE…]

Takes tables back to TIME, or to the moment at which it closes the gateway; without a table it only closes, or with --open opens.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals: named } = parseArgs({
    options: {
      ...{ region: text, stack: text, to: text, 'dry-run': flag, open: flag },
      ...{ 'recovery-days': { ...text, default: '35' }, 'retry-after': { ...text, default: '900' } },
      ...{ 'steward-file': text, 'auditor-file': text, officer: text, reason: text },
    },
    allowPositionals: true,
  });
  const {
    region,
    stack,
    officer = '',
    reason = 'restore',
    'steward-file': steward,
    'auditor-file': auditor,
  } = values;
  const to = values.to === undefined ? undefined : new Date(values.to);
  if (region === undefined || stack === undefined || Number.isNaN(to?.valueOf()))
    throw new Error('name the --region, the --stack and a time');
  if (named.length > 0 && !values['dry-run'] && (steward === undefined || auditor === undefined))
    throw new Error('a restore ends with a replay and a comparison: name --steward-file and --auditor-file');
  const options: Restore = {
    dynamo: new DynamoDBClient({ region }),
    tables: Object.fromEntries(resourcesOf(cli(region), stack)),
    ...{ named, ...(to && { to }), open: values.open },
    recoveryDays: Number(values['recovery-days']),
    retryAfter: Number(values['retry-after']),
    async fieldgate(words) {
      const spawned = spawn(process.execPath, ['infra/cli/fieldgate.mjs', ...words], { stdio: 'inherit' });
      const [code] = await once(spawned, 'exit');
      return code === 0;
    },
    steward: ['--agency-file', steward ?? '', '--officer', officer, '--reason', reason],
    auditor: ['--agency-file', auditor ?? ''],
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    now: () => new Date(),
    say: (line) => process.stdout.write(`${line}\n`),
  };
  await restore(options, values['dry-run']);
});
