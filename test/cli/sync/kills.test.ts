/** Thousands of rows, killed at random in between, and a database that goes away or changes: each is stored, and stored once. */
import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacks, type Server, startMariadb, startPostgres } from '../../support/databases.ts';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';

/** `FIELDGATE_SYNC_ROWS=50000` is the nightly run. */
const ROWS = Number(process.env['FIELDGATE_SYNC_ROWS'] ?? 1200);

const SERVERS = {
  postgresql: {
    start: startPostgres,
    text: 'text',
    zoned: 'timestamptz',
    fill: (n: number) =>
      `INSERT INTO child SELECT 'C-' || i, date '2014-01-01' + (i % 900), CASE WHEN i % 7 = 0 THEN NULL ELSE '走访记录' || i || '，𠮷家' END,
       timestamp '2024-01-01 08:30:00' + i * interval '1 minute', timestamptz '2025-03-01 23:30:00+08' + i * interval '1 minute',
       '2027/' || (1 + i % 12) || '/9', CASE i % 2 WHEN 0 THEN 'A' ELSE 'B' END, now() FROM generate_series(1, ${n}) i`,
  },
  mariadb: {
    start: startMariadb,
    text: 'varchar(200) CHARACTER SET gbk',
    zoned: 'timestamp NULL',
    fill: (n: number) =>
      `INSERT INTO child SELECT concat('C-', seq), date '2014-01-01' + interval seq % 900 day, if(seq % 7 = 0, NULL, concat('走访记录', seq, '，镕家')),
       timestamp '2024-01-01 08:30:00' + interval seq minute, timestamp '2025-03-01 23:30:00' + interval seq minute,
       concat('2027/', 1 + seq % 12, '/9'), if(seq % 2 = 0, 'A', 'B'), now() FROM seq_1_to_${n}`,
  },
} as const;

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe.each([
  ['postgresql', ROWS],
  ['mariadb', Math.ceil(ROWS / 3)],
] as const)('%s, %i rows', (kind, rows) => {
  const lack = lacks[kind];
  if (lack !== null) return it.skip(`not tried here, ${lack}`, () => {});
  const folder = sharedFolder();
  const { start, text, zoned, fill } = SERVERS[kind];
  const random = chance(rows);
  let server: Server;
  let already: number;
  let gateway: Awaited<ReturnType<typeof fileGateway>>;
  const sql = (query: string) => server.run(query, 'county');
  const args = ['sync', 'child.yaml', '--as', 'mca-county', '--json'];

  beforeAll(async () => {
    gateway = await fileGateway();
    logInAt(folder, gateway);
    putAgency(folder, gateway.agency('mca-county'));
    already = await entries();
    server = await start();
    await server.run('CREATE DATABASE county');
    await sql(
      `CREATE TABLE child (no varchar(12), born date, note ${text}, since timestamp, seen ${zoned}, until varchar(10), kind char(1), at timestamp)`,
    );
    await sql(fill(rows));
    // Twice the same, and twice with another note.
    await sql("INSERT INTO child SELECT * FROM child WHERE no = 'C-1'");
    await sql(
      "INSERT INTO child SELECT no, born, 'other', since, seen, until, kind, at FROM child WHERE no = 'C-2'",
    );
    putMapping();
  }, 180_000);
  afterAll(() => server?.remove());

  const putMapping = (more = '') =>
    writeFileSync(
      join(folder, 'child.yaml'),
      `database: { kind: ${kind}, socket: ${server.socket}, database: county, user: ${server.user}, utcOffset: "+08:00" }
sources:
  children:
    query: SELECT child.*, '990001001001' AS place, 'a fall' AS what FROM child
    key: no
    columns:
      place: division_code
      born: birth_date
      note: visit_notes
      kind: { to: hardship_category.codes, values: { A: orphan, B: poor-family } }
      since: hardship_category.from
      until: { to: hardship_category.until, days: ymd }
      seen: harm_incident.date
      what: harm_incident.type
${more}`,
    );

  const stored = async () => (await entries()) - already;
  async function entries(): Promise<number> {
    const page = async (cursor: string): Promise<number> => {
      const path = `/v1/log/entries?limit=500&kind=intake${cursor}`;
      const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', path);
      const rest = json.cursor ? await page(`&cursor=${encodeURIComponent(json.cursor)}`) : 0;
      return json.entries.length + rest;
    };
    return page('');
  }

  const size = () => {
    try {
      return statSync(join(folder, 'child.sync/children/journal.ndjson')).size;
    } catch {
      return 0;
    }
  };

  /** Begins a run, and kills it when it has got on by so many bytes of its journal, or when it has ended. */
  async function killed(after: number): Promise<void> {
    const env = { ...process.env, XDG_CONFIG_HOME: join(folder, '.config') };
    const child = spawn(process.execPath, [resolve('infra/cli/fieldgate.ts'), ...args], {
      ...{ cwd: folder, env, stdio: 'ignore' },
    });
    const ended = new Promise((done) => child.once('exit', done));
    const goal = size() + after;
    while (child.exitCode === null && size() < goal) await new Promise((next) => setTimeout(next, 20));
    child.kill('SIGKILL');
    await ended;
  }

  it('a first run that is killed again and again stores each row once', async () => {
    for (let time = 0; time < 3; time++) await killed(1 + random() * rows * 120);
    // The database breaks down; the next run waits for it.
    await server.crash();
    const again = new Promise((next) => setTimeout(next, 1500)).then(() => server.start());
    const [last] = await Promise.all([fieldgate(folder, args), again]);
    expect([last.code, last.json()]).toMatchObject([1, [{ read: rows - 1, failed: 0, faults: 1 }]]);
    expect(last.stdout + last.stderr).not.toMatch(/走访|C-\d/);
    expect(await stored()).toBe(rows - 1);
    const next = await fieldgate(folder, args);
    expect(next.json()).toMatchObject([{ added: 0, changed: 0, gone: 0, same: rows - 1 }]);
    expect(await stored()).toBe(rows - 1);
  }, 3_600_000);

  it('so do changes', async () => {
    await sql("UPDATE child SET note = 'C' WHERE no LIKE '%5'");
    await sql("DELETE FROM child WHERE no LIKE '%99'");
    const [changed, gone] = [Math.round(rows / 10), Math.floor(rows / 100)];
    for (let time = 0; time < 2; time++) await killed(random() * changed * 300);
    await fieldgate(folder, args);
    expect(await stored()).toBe(rows - 1 + changed + gone);
    expect((await fieldgate(folder, args)).json()).toMatchObject([{ same: rows - 1 - gone, left: 0 }]);
  }, 3_600_000);

  it('wrong clocks, late rows and a table that changes lose nothing and send nothing twice', async () => {
    const run = async () => {
      const { code, stdout, stderr } = await fieldgate(folder, args);
      expect(stdout + stderr).not.toMatch(/走访|镕|𠮷|C-\d|L-\d/);
      return { code, stderr, told: stdout === '' ? null : JSON.parse(stdout).data[0] };
    };
    const ago = (minutes: number) => {
      const span = kind === 'mariadb' ? `interval ${minutes} minute` : `interval '${minutes} minutes'`;
      return `now() - ${span}`;
    };
    const insert = (no: string, at: string) =>
      sql(
        `INSERT INTO child SELECT '${no}', born, 'late', since, seen, until, kind, ${at} FROM child WHERE no = 'C-3'`,
      );
    putMapping('    changes: { column: at }\n    keys: SELECT no FROM child\n');
    const { same: all } = (await run()).told;
    const before = await stored();
    // A clock of 2037 hides nothing that follows.
    await sql("UPDATE child SET at = '2037-01-01 00:00:00', note = 'ahead' WHERE no = 'C-3'");
    expect((await run()).told).toMatchObject({ changed: 1, added: 0 });
    await insert('L-1', ago(0));
    expect((await run()).told).toMatchObject({ changed: 0, added: 1 });
    // Written before the last run, and committed after it.
    await insert('L-2', ago(8));
    expect((await run()).told).toMatchObject({ changed: 0, added: 1 });
    expect((await run()).told).toMatchObject({ changed: 0, added: 0, gone: 0 });
    expect(await stored()).toBe(before + 3);

    for (const [away, back, named] of [
      ['child RENAME COLUMN note TO remark', 'child RENAME COLUMN remark TO note', /note/],
      ['child RENAME TO pupil', 'pupil RENAME TO child', /42P01|ER_NO_SUCH_TABLE/],
    ] as const) {
      await sql(`ALTER TABLE ${away}`);
      const { code, stderr, told } = await run();
      expect([code, stderr, told]).toEqual([2, expect.stringMatching(named), null]);
      await sql(`ALTER TABLE ${back}`);
    }
    // Days as text of another order: no row is sent, and none is emptied.
    const form = kind === 'mariadb' ? "date_format(born, '%d.%m.%Y')" : "to_char(born, 'DD.MM.YYYY')";
    await sql('ALTER TABLE child RENAME COLUMN born TO day');
    await sql('ALTER TABLE child ADD COLUMN born varchar(10)');
    await sql(`UPDATE child SET born = ${form.replace('born', 'day')}`);
    putMapping();
    expect(await run()).toMatchObject({ code: 1, told: { faults: all + 3, changed: 0, gone: 0 } });
    await sql('ALTER TABLE child DROP COLUMN born');
    await sql('ALTER TABLE child RENAME COLUMN day TO born');
    expect((await run()).told).toMatchObject({ same: all + 2, changed: 0, added: 0, gone: 0 });
    expect(await stored()).toBe(before + 3);
  }, 3_600_000);
});
