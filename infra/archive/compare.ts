/**
 * `npm run compare:aws -- --environment prod --region … --roles "…"`: KMS's own record against the log by Athena, under the
 * credentials of an auditor and past every function of the gateway. The stack needs the setting `queries`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { Reconciled } from '../../shared/log/read/reconcile.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { decide, type SiftRow, type Span, siftParameters, siftQuery } from './sift.ts';

/** The AWS CLI. @returns what it prints */
export type Aws = (...words: string[]) => string;

interface Asked extends Span {
  environment: string;
  roles: ReadonlySet<string>;
  pack: Parameters<typeof siftQuery>[0];
}

/** @throws Error if the query fails, with Athena's reason */
export async function compare(aws: Aws, asked: Asked, pause = () => sleep(2000)): Promise<Reconciled> {
  const { environment, roles, pack } = asked;
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-compare-'));
  try {
    const query = join(folder, 'query.sql');
    writeFileSync(query, siftQuery(pack, { trail: 'trail', claims: 'claims' }));
    // Athena takes each as a literal; no value has a quote in it.
    const literals = siftParameters(asked, roles).map((one) =>
      typeof one === 'number' ? `${one}` : `'${one}'`,
    );
    const started = aws(
      ...['athena', 'start-query-execution', '--work-group', `fieldgate-${environment}`],
      ...[
        '--query-execution-context',
        `Database=fieldgate_${environment}`,
        '--query-string',
        `file://${query}`,
      ],
      ...['--execution-parameters', ...literals],
    );
    const { QueryExecutionId: id } = JSON.parse(started);
    for (;;) {
      const { QueryExecution: run } = JSON.parse(
        aws('athena', 'get-query-execution', '--query-execution-id', id),
      );
      const { State, StateChangeReason } = run.Status;
      if (State === 'FAILED' || State === 'CANCELLED')
        throw new Error(`the query ended: ${State}, ${StateChangeReason}`);
      if (State === 'SUCCEEDED') {
        const file = join(folder, 'rows.csv');
        aws('s3', 'cp', '--quiet', run.ResultConfiguration.OutputLocation, file);
        return decide(rowsOf(readFileSync(file, 'utf8')), asked, asked);
      }
      await pause();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Athena writes a missing value as nothing, and no column has an empty text. */
function rowsOf(csv: string): SiftRow[] {
  const rows: Record<string, string>[] = parse(csv, { columns: true });
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, text]) => text !== '')));
}

const ROLE = /^[\w+=,.@-]+$/;
const HOUR = 3_600_000;

/** @throws Error naming what is wrong with the words of the command */
export function askedBy(words: readonly string[], now: number): Asked & { region: string } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { environment: text, region: text, roles: text, pack: text, from: text, to: text },
  });
  const { environment = '', region = '', roles = '', pack } = values;
  if (!/^[a-z][a-z0-9]*$/.test(environment) || region === '')
    throw new Error('--environment and --region are needed');
  const names = roles.split(' ').filter(Boolean);
  if (names.length === 0 || names.some((one) => !ROLE.test(one)))
    throw new Error('--roles: the roles that may unwrap');
  const at = (given: string | undefined, hours: number) =>
    given === undefined ? now - hours * HOUR : Date.parse(given);
  const span = { from: at(values.from, 20), to: at(values.to, 4) };
  if (!(span.from < span.to)) throw new Error('--from is before --to');
  // Claims are removed as soon as an erasure must have ended them.
  if (span.from < now - 21 * HOUR) throw new Error('--from: claims are kept for 21 hours');
  const file =
    pack === undefined
      ? fileURLToPath(import.meta.resolve('#pack/pack.json'))
      : join(pack, 'compiled/pack.json');
  const compiled = JSON.parse(readFileSync(file, 'utf8'));
  return { ...span, environment, region, roles: new Set(names), pack: loadPack(compiled) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = askedBy(process.argv.slice(2), Date.now());
  const aws: Aws = (...words) =>
    execFileSync('aws', [...words, '--region', asked.region], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const { matched, aborted, repeated, findings } = await compare(aws, asked);
  process.stdout.write(
    `${matched} matched, ${aborted} aborted, ${repeated} repeated, ${findings.length} findings\n`,
  );
  for (const { code, key, at, entry, unwrap } of findings) {
    const what = [entry && `entry ${entry}`, unwrap && `event ${unwrap.event} by ${unwrap.principal}`].filter(
      Boolean,
    );
    process.stdout.write(`${code} ${what.join(', ')}, key ${key}, at ${new Date(at).toISOString()}\n`);
  }
  process.exitCode = findings.length === 0 ? 0 : 1;
}
