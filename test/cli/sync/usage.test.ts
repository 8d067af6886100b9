/** Uses of a department's fields in its own database: each once, by the department's own keys, and no more than the list tells. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../../infra/cli/sync/database.ts';
import { lacks, type Server, startMariadb, startPostgres } from '../../support/databases.ts';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';

const gateway = await fileGateway();
const folder = sharedFolder();
logInAt(folder, gateway);
putAgency(folder, gateway.agency('edu-county'));

const USERS = {
  postgresql: {
    start: startPostgres,
    users: 'CREATE ROLE reader LOGIN; GRANT SELECT ON pupil TO reader; CREATE ROLE writer LOGIN',
  },
  mariadb: {
    start: startMariadb,
    users: "CREATE USER reader; GRANT SELECT ON school.pupil TO reader; CREATE USER 'writer'@'%'",
  },
} as const;

describe.each(['postgresql', 'mariadb'] as const)('in %s', (kind) => {
  const lack = lacks[kind];
  if (lack !== null) return it.skip(`not tried here, ${lack}`, () => {});
  const { start, users } = USERS[kind];
  const ids = [freshNumber(), freshNumber()];
  let server: Server;
  afterAll(() => server?.remove());
  const sync = (...more: string[]) =>
    fieldgate(folder, ['sync', `${kind}.yaml`, '--as', 'edu-county', '--json', ...more]);
  const usage = async (...more: string[]) => (await sync('--usage', ...more)).json();
  const release = (id = '') =>
    fieldgate(folder, [
      ...['release', '--as', 'edu-county', '--purpose', 'S1', '--officer', 'zhang.wei', '--reason'],
      ...['winter subsidy', '--match', `id_number=${id}`, '--field', 'school_name,name'],
    ]);
  async function table(columns: string): Promise<readonly (readonly (string | null)[])[]> {
    const { socket, user } = server;
    const db = await connectTo({ kind, socket, user, database: 'school' });
    const { rows } = await db.read(`SELECT ${columns} FROM fieldgate_usage ORDER BY use_id, n`);
    await db.end();
    return rows;
  }
  const openings = async () => {
    const query = '/v1/log/entries?limit=500&kind=reading';
    const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', query);
    return json.entries.filter(({ about }: { about?: string }) => about !== undefined).length;
  };

  beforeAll(async () => {
    server = await start();
    await server.run('CREATE DATABASE school');
    await server.run('CREATE TABLE pupil (no varchar(12), id varchar(18), school varchar(40))', 'school');
    // Two rows are the same person's.
    const rows = [
      `('S-1', '${ids[0]}', '一小')`,
      `('S-2', '${ids[1]}', '二小')`,
      `('S-9', '${ids[1]}', '二小')`,
    ];
    await server.run(`INSERT INTO pupil VALUES ${rows.join(', ')}`, 'school');
    await server.run(users, 'school');
    writeFileSync(
      join(folder, `${kind}.yaml`),
      `database: { kind: ${kind}, socket: ${server.socket}, database: school, user: reader, utcOffset: "+08:00" }
usage: { table: fieldgate_usage, user: writer }
sources:
  pupils: { query: SELECT * FROM pupil, key: no, columns: { no: null, id: id_number, school: school_name } }
`,
    );
    const put = (agency: string, fields: (id: string) => object) =>
      gateway.put(agency, ...ids.map((id) => ({ match: { id_number: id }, fields: fields(id) })));
    await put('mps-county', (id) => ({ id_number: id, birth_date: BORN, name: '王小明' }));
    await put('mca-county', () => ({ division_code: '990001001', guardianship_status: 'normal' }));
    await sync();
  }, 120_000);

  it('the statements that it prints make the table, and the right to add is enough', async () => {
    const printed = await fieldgate(folder, ['sync', `${kind}.yaml`, '--usage-table']);
    expect(printed.stdout).toMatch(/GRANT INSERT ON fieldgate_usage TO '?writer/);
    for (const statement of printed.stdout.split(';\n').filter(Boolean))
      await server.run(statement, 'school');
    // Those of the test before have no row here.
    await usage();
    const opened = await openings();
    for (const id of ids) expect((await release(id)).stderr).toBe('');
    expect(await usage('--check')).toMatchObject({ uses: 2, rows: 0 });
    expect(await openings()).toBe(opened);
    expect(await usage()).toMatchObject({ uses: 2, rows: 3, unnamed: 0 });
    const all = await table('row_source, row_key, field, recipient, purpose, operation');
    const shown = all.filter(([source]) => source !== null);
    const row = (key: string) => ['pupils', key, 'school_name', 'edu-county', 'S1', 'provide'];
    expect(shown).toEqual([row('S-1'), row('S-2'), row('S-9')]);
  }, 120_000);

  it('a repeated run adds nothing and opens nothing, with and without what it remembers', async () => {
    const [opened, { told, ...again }] = [await openings(), await usage()];
    expect(again).toMatchObject({ uses: 0, rows: 0 });
    expect(await usage('--full')).toMatchObject({ uses: 0, rows: 0 });
    expect(await openings()).toBe(opened);
    const lost = ['--state', `${kind}.other`];
    await sync(...lost);
    expect(await usage(...lost)).toMatchObject({ uses: told, rows: 0 });
  }, 120_000);

  it('a run that failed in between goes on at the next use', async () => {
    await server.run('ALTER TABLE fieldgate_usage RENAME TO away', 'school');
    await release(ids[0]);
    const failed = await sync('--usage');
    expect([failed.code, failed.stdout]).toEqual([2, '']);
    await server.run('ALTER TABLE away RENAME TO fieldgate_usage', 'school');
    expect(await usage()).toMatchObject({ uses: 1, rows: 1 });
    expect(await usage()).toMatchObject({ uses: 0, rows: 0 });
  }, 120_000);

  it('a use of a person of whom no source has a row has no key', async () => {
    const other = freshNumber();
    await gateway.put('mps-county', {
      match: { id_number: other },
      fields: { id_number: other, birth_date: BORN },
    });
    const fields = { division_code: '990001001', guardianship_status: 'normal' };
    await gateway.put('mca-county', { match: { id_number: other }, fields });
    await gateway.put('edu-county', { match: { id_number: other }, fields: { school_name: '三小' } });
    await release(other);
    expect(await usage()).toMatchObject({ uses: 1, rows: 1, unnamed: 1 });
    expect((await table('row_key, used_at')).at(-1)?.[0]).toBeNull();
    const kept = readFileSync(join(folder, `${kind}.sync/_usage/journal.ndjson`), 'utf8');
    expect(kept).not.toMatch(/S-\d|990001|一小/);
  }, 120_000);
});
