/** A sync as a service: it outlives each failure, a kill, and a mapping that breaks; and it stops when it is told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacks, type Server, startPostgres } from '../../support/databases.ts';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));
const path = (name: string) => join(folder, name);

interface Service {
  child: ChildProcess;
  /** The next line of standard output. */
  line(): Promise<Record<string, unknown>>;
  /** All that it wrote so far. */
  said(): string;
  ended: Promise<number | string | null>;
}

function start(...args: string[]): Service {
  const env = { ...process.env, XDG_CONFIG_HOME: path('.config') };
  const child = spawn(
    process.execPath,
    [resolve('infra/cli/fieldgate.ts'), 'sync', 'pupils.yaml', '--as', 'edu-county', ...args],
    { cwd: folder, env },
  );
  let said = '';
  const lines: string[] = [];
  child.stderr?.on('data', (data) => (said += data));
  child.stdout?.on('data', (data) => {
    said += data;
    const whole = String(data)
      .split('\n')
      .filter((text) => text !== '');
    lines.push(...whole);
    child.emit('line');
  });
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return {
    child,
    ended,
    said: () => said,
    async line() {
      while (lines.length === 0) await Promise.race([once(child, 'line'), ended]);
      return JSON.parse(lines.shift() as string);
    },
  };
}

async function sources() {
  const { json } = await gateway.call('edu-county', { actions: ['intake'] }, 'GET', '/v1/sources');
  return json.sources;
}

const metric = (name: string) =>
  Number(new RegExp(`^fieldgate_sync_${name} (\\d+)$`, 'm').exec(readFileSync(path('m.prom'), 'utf8'))?.[1]);

describe.skipIf(lacks.postgresql !== null)('against a server', () => {
  let server: Server;
  const sql = (text: string) => server.run(text, 'school');
  const running: Service[] = [];
  const serve = (...args: string[]) => {
    const one = start('--every', '1m', '--metrics', 'm.prom', ...args);
    running.push(one);
    return one;
  };
  const mapping = (column = 'state') =>
    writeFileSync(
      path('pupils.yaml'),
      `database: { kind: postgresql, socket: ${server.socket}, database: school, user: ${server.user} }
sources:
  pupils:
    query: SELECT no, ${column} FROM pupil
    key: no
    columns: { ${column}: { to: schooling_status, values: { "1": primary, "2": junior } } }
`,
    );
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('CREATE DATABASE school');
    await sql('CREATE TABLE pupil (no varchar(12), state varchar(1))');
    await sql("INSERT INTO pupil SELECT 'S-' || n, '1' FROM generate_series(1, 40) n");
    await sql("INSERT INTO pupil VALUES ('S-77', '9')");
    mapping();
  }, 120_000);
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await server?.remove();
  });

  it('says how a run went, on its machine and to the gateway, and nothing of a row', async () => {
    const one = serve();
    expect(await one.line()).toMatchObject({
      ...{ source: 'pupils', state: 'done', faults: { FORM: 1 } },
      rows: { read: 40, added: 40, failed: 0 },
    });
    expect(metric('rows{source="pupils",kind="added"}')).toBe(40);
    expect(metric('faults{source="pupils",code="FORM"}')).toBe(1);
    await expect
      .poll(sources)
      .toMatchObject([
        { source: 'pupils', every: 1, silent: null, last: { rows: { added: 40 }, faults: { FORM: 1 } } },
      ]);
    const status = await fieldgate(folder, ['sources', '--as', 'edu-county', '--json']);
    expect(status.json().sources ?? status.json()).toMatchObject([{ source: 'pupils' }]);
    // Killed, it leaves a lock that counts for no one else.
    one.child.kill('SIGKILL');
    await one.ended;
    expect(one.said() + readFileSync(path('m.prom'), 'utf8')).not.toMatch(/S-\d|primary|SELECT/);
  }, 120_000);

  it('goes on while the database is down, and says so', async () => {
    const good = metric('last_success_timestamp_seconds{source="pupils"}');
    await server.crash();
    const one = serve();
    const failed = await one.line();
    expect(failed).toMatchObject({ state: 'failed', failure: 'DATABASE' });
    expect(Date.parse(String(failed['next']))).toBeGreaterThan(Date.parse(String(failed['time'])));
    expect(one.child.exitCode).toBeNull();
    expect(metric('failures_in_a_row{source="pupils"}')).toBe(1);
    expect(metric('last_success_timestamp_seconds{source="pupils"}')).toBe(good);
    await expect.poll(sources).toMatchObject([{ every: 1, last: { failure: 'DATABASE' } }]);
    one.child.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    await server.start();
  }, 120_000);

  it('a column that is gone fails the run and not the service; a mapping that is none does not start one', async () => {
    mapping('grade');
    const one = serve();
    expect(await one.line()).toMatchObject({ state: 'failed' });
    one.child.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    writeFileSync(path('pupils.yaml'), 'database: {}\n');
    const none = serve();
    expect(await none.ended).toBe(2);
    expect(none.said()).toContain('database.kind');
    mapping();
  }, 120_000);

  it('stops between two requests, and the next start sends each row once', async () => {
    await sql("INSERT INTO pupil SELECT 'T-' || n, '2' FROM generate_series(1, 3000) n");
    const one = serve();
    const journal = path('pupils.sync/pupils/journal.ndjson');
    const size = () => (existsSync(journal) ? readFileSync(journal).length : 0);
    const before = size();
    await expect.poll(() => size() > before + 20_000, { interval: 20 }).toBe(true);
    one.child.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    expect(existsSync(path('pupils.sync/pupils/lock'))).toBe(false);
    const next = await fieldgate(folder, [
      'sync',
      'pupils.yaml',
      '--as',
      'edu-county',
      '--every',
      'off',
      '--json',
    ]);
    const { added, same } = next.json()[0];
    expect(added).toBeGreaterThan(0);
    expect(added + same).toBe(3040);
    expect(await sources()).toMatchObject([{ every: null, last: { rows: { added } } }]);
  }, 180_000);
});

it.each(['0m', '8d', '10', '5s', '1.5h', '-1m', 'on'])('%s is no interval', async (text) => {
  writeFileSync(path('none.yaml'), '');
  chmodSync(path('none.yaml'), 0o600);
  const run = await fieldgate(folder, ['sync', 'none.yaml', `--every=${text}`]);
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('--every')]);
});
