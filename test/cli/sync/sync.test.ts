/** A department's table in real databases: the first run, then changes alone, and what is held back is told by its key. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacks, type Server, startMariadb, startPostgres } from '../../support/databases.ts';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));
const path = (name: string) => join(folder, name);

async function stored(): Promise<number> {
  const query = '/v1/log/entries?limit=500&kind=intake';
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);
  return json.entries.length;
}

const DIALECTS = {
  postgresql: {
    start: startPostgres,
    types: { day: 'date', time: 'timestamptz', text: 'text' },
    reader: "CREATE ROLE reader LOGIN PASSWORD 'rp'; GRANT SELECT ON pupil TO reader",
  },
  mariadb: {
    start: startMariadb,
    types: { day: 'date', time: 'timestamp(6) NULL', text: 'varchar(200) CHARACTER SET gbk' },
    reader: "CREATE USER reader IDENTIFIED BY 'rp'; GRANT SELECT ON school.pupil TO reader",
  },
} as const;

describe.each(['postgresql', 'mariadb'] as const)('from %s', (kind) => {
  const lack = lacks[kind];
  if (lack !== null) return it.skip(`not tried here, ${lack}`, () => {});
  const { start, types, reader } = DIALECTS[kind];
  const ids = Array.from({ length: 6 }, () => freshNumber());
  let server: Server;
  beforeAll(async () => {
    server = await start();
  }, 120_000);
  afterAll(() => server?.remove());
  const sql = (text: string) => server.run(text, 'school');
  const name = `${kind}.yaml`;
  const mapping = (query: string, more = '') =>
    `database:
  kind: ${kind}
  socket: ${server.socket}
  database: school
  user: reader
  password: { file: reader.password }
sources:
  pupils:
    query: ${query}
    key: no
    columns:
      id_number: id_number
      school: school_name.school
      class: school_name.class
      state: { to: schooling_status, values: { "1": primary, "2": junior, "": null } }
${more}`;
  const run = (...more: string[]) =>
    fieldgate(folder, ['sync', name, '--as', 'edu-county', '--json', ...more]);
  const ALL = 'SELECT no, id_number, school, class, state, changed FROM pupil';

  it('masked samples and counts come before anything is sent', async () => {
    await server.run('CREATE DATABASE school');
    await sql(
      `CREATE TABLE pupil (no varchar(12), id_number char(20), school ${types.text}, class ${types.text}, state varchar(1), changed ${types.time})`,
    );
    await sql(reader);
    const row = (at: number, state: string) =>
      `('S-${at}', '${ids[at]}', '清河小学', '三年级${at}班', ${state}, '2026-01-0${at + 1} 10:00:00')`;
    const rows = [row(0, "'1'"), row(1, "'2'"), row(2, 'NULL'), row(3, "'9'"), row(4, "'1'"), row(4, "'2'")];
    await sql(`INSERT INTO pupil VALUES ${rows.join(', ')}`);
    writeFileSync(path('reader.password'), 'rp\n');
    chmodSync(path('reader.password'), 0o644);
    writeFileSync(path(name), mapping(ALL));
    expect((await run('--check')).stderr).toContain('0600');
    chmodSync(path('reader.password'), 0o600);
    const before = await stored();
    const check = await run('--check');
    expect(JSON.parse(check.stdout).data).toMatchObject([
      { source: 'pupils', read: 3, added: 3, changed: 0, gone: 0, faults: 2, sample: [{}, {}, {}] },
    ]);
    expect(check.stdout).toContain('某某某某');
    expect(check.stdout + check.stderr).not.toMatch(/清河|990001|primary/);
    expect(await stored()).toBe(before);
  }, 120_000);

  it('the first run stores all, the next one nothing; faults come with the keys of the source', async () => {
    const before = await stored();
    const first = await run();
    expect([first.code, first.json()]).toMatchObject([
      1,
      [{ added: 3, changed: 0, same: 0, failed: 0, faults: 2 }],
    ]);
    expect(await stored()).toBe(before + 3);
    const faults = readFileSync(first.json()[0].table, 'utf8');
    expect(faults).toMatch(/^S-3,state,FORM,/m);
    expect(faults).toMatch(/^S-4,no,TWICE,/m);
    const second = await run();
    expect(second.json()).toMatchObject([{ added: 0, changed: 0, same: 3, faults: 2 }]);
    expect(await stored()).toBe(before + 3);
    // Nothing of a person in the clear, and none in what was printed.
    const kept = path(`${kind}.sync/pupils`);
    const texts = readdirSync(kept).map((file) => readFileSync(join(kept, file), 'utf8'));
    expect([...texts, first.stdout, first.stderr].join('')).not.toMatch(/清河|990001\d|primary/);
  }, 120_000);

  it('later runs send what was changed, emptied, added and went', async () => {
    await sql("DELETE FROM pupil WHERE no IN ('S-3', 'S-4')");
    await sql("UPDATE pupil SET class = '四年级1班' WHERE no = 'S-0'");
    await sql("UPDATE pupil SET state = NULL WHERE no = 'S-1'");
    await sql("DELETE FROM pupil WHERE no = 'S-2'");
    await sql(`INSERT INTO pupil VALUES ('S-5', '${ids[5]}', '一小', NULL, '1', NULL)`);
    const before = await stored();
    const run1 = await run();
    expect([run1.code, run1.json()]).toMatchObject([
      0,
      [{ added: 1, changed: 2, gone: 1, faults: 0, table: null }],
    ]);
    expect(await stored()).toBe(before + 4);
    expect((await run()).json()).toMatchObject([{ added: 0, changed: 0, gone: 0, same: 3 }]);
    expect(existsSync(path(`${kind}.sync/pupils/faults.csv`))).toBe(false);
  }, 120_000);

  it('a column that the table has no more is named, and nothing is sent', async () => {
    await sql('ALTER TABLE pupil RENAME COLUMN class TO form');
    const before = await stored();
    const gone = await run();
    expect([gone.code, gone.stdout]).toEqual([2, '']);
    expect(gone.stderr).toContain('class');
    expect(await stored()).toBe(before);
    await sql('ALTER TABLE pupil RENAME COLUMN form TO class');
  }, 60_000);

  it('by a time, only changes are read; one wrong clock hides nothing', async () => {
    const changes = '    changes: { column: changed }\n    keys: SELECT no FROM pupil\n';
    writeFileSync(path(name), mapping(ALL, changes));
    expect((await run()).json()).toMatchObject([{ read: 3, same: 3 }]);
    await sql("UPDATE pupil SET changed = '2037-01-01 00:00:00', class = '五年级' WHERE no = 'S-0'");
    expect((await run()).json()).toMatchObject([{ read: 2, changed: 1 }]);
    await sql("UPDATE pupil SET changed = now(), class = '六年级' WHERE no = 'S-1'");
    expect((await run()).json()).toMatchObject([{ read: 2, changed: 1, same: 1, gone: 0 }]);
    await sql("DELETE FROM pupil WHERE no = 'S-1'");
    expect((await run()).json()).toMatchObject([{ read: 1, changed: 0, gone: 1 }]);
  }, 120_000);

  it('by a table of changes; many rows that went wait for a word, and are not forgotten', async () => {
    await sql('CREATE TABLE club (no varchar(12), state varchar(1))');
    await sql('CREATE TABLE club_log (no varchar(12), seq int)');
    const rows = Array.from({ length: 25 }, (_, at) => at + 1);
    await sql(`INSERT INTO club VALUES ${rows.map((at) => `('K-${at}', '1')`).join(', ')}`);
    await sql(`INSERT INTO club_log VALUES ${rows.map((at) => `('K-${at}', ${at})`).join(', ')}`);
    const [head = ''] = mapping('').split('sources:');
    const log = 'changes: { column: seq, query: "SELECT no, seq FROM club_log", overlap: 0 }';
    const owner = head.replace(/ {2}user: reader\n.*\n/, `  user: ${server.user}\n`);
    const club =
      'query: SELECT * FROM club\n    key: no\n    columns: { state: { to: schooling_status, values: { "1": primary } } }';
    writeFileSync(path(name), `${owner}sources:\n  club:\n    ${club}\n    ${log}\n`);
    expect((await run()).json()).toMatchObject([{ added: 25 }]);
    await sql("DELETE FROM club WHERE no <> 'K-1'");
    await sql(
      `INSERT INTO club_log VALUES ${rows
        .slice(1)
        .map((at) => `('K-${at}', ${100 + at})`)
        .join(', ')}`,
    );
    const held = await run('club');
    expect([held.code, held.json()]).toMatchObject([1, [{ gone: 0, left: 24 }]]);
    expect((await run()).json()).toMatchObject([{ gone: 0, left: 24 }]);
    expect((await run('--gone', '24')).json()).toMatchObject([{ gone: 24, left: 0 }]);
    expect((await run()).json()).toMatchObject([{ gone: 0, left: 0, read: 0 }]);
  }, 120_000);
});
