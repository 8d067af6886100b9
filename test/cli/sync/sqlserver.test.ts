/**
 * SQL Server by a stand-in of the module `mssql`, in the shape that its documentation has: rows as arrays next to `columns`, values
 * of JavaScript. No server has been asked.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { fieldgate, logInAt, putAgency } from '../run.ts';

const STAND_IN = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const types = Object.fromEntries(['Date', 'DateTimeOffset', 'DateTime', 'DateTime2', 'SmallDateTime', 'Bit', 'Int', 'BigInt', 'SmallInt',
  'TinyInt', 'Decimal', 'Numeric', 'NVarChar', 'VarBinary'].map((name) => [name, function type() {}]));
const said = (line) => appendFileSync('asked.ndjson', JSON.stringify(line) + '\\n');
const asked = () => (existsSync('asked.ndjson') ? readFileSync('asked.ndjson', 'utf8').trim().split('\\n').map((line) => JSON.parse(line)) : []);
class Request {
  values = {};
  input(name, value) { this.values[name] = value; }
  async query(sql) {
    const before = asked();
    said({ sql, values: this.values });
    if (this.arrayRowMode !== true) throw new Error('rows as objects');
    if (sql === 'SELECT sysdatetime()') return { recordset: [[new Date()]], columns: [[{ name: '', type: types.DateTime2 }]] };
    if (sql.startsWith('INSERT')) {
      if (before.some((one) => one.sql === sql && one.values.p1 === this.values.p1)) throw Object.assign(new Error('quotes a value'), { code: 'EREQUEST', number: 2627 });
      return { recordset: undefined, rowsAffected: [1] };
    }
    const day = new Date('2014-05-06T00:00:00Z');
    const columns = [['no', types.Int], ['id', types.NVarChar], ['school', types.NVarChar], ['born', types.Date], ['seen', types.DateTimeOffset], ['at', types.DateTime2], ['scan', types.VarBinary]];
    return { recordset: [[7, process.env.OWN_ID, '清河小学', day, day, day, Buffer.from('x')]], columns: [columns.map(([name, type]) => ({ name, type }))] };
  }
}
class ConnectionPool {
  constructor(config) { said({ config }); }
  async connect() { if (process.env.OWN_FAULT) throw Object.assign(new Error('secret'), { code: process.env.OWN_FAULT }); }
  async close() {}
  request() { return new Request(); }
}
module.exports = { ...types, ConnectionPool };
`;

it('reads rows with their types, adds uses once, and asks for a certificate elsewhere', async () => {
  const gateway = await fileGateway();
  const folder = sharedFolder();
  logInAt(folder, gateway);
  putAgency(folder, gateway.agency('edu-county'));
  mkdirSync(join(folder, 'node_modules/mssql'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'node_modules/mssql/index.js'), STAND_IN);
  writeFileSync(
    join(folder, 'own.yaml'),
    `database: { kind: sqlserver, host: db.school.example, database: school, user: reader, password: { env: OWN_PASSWORD }, utcOffset: "+08:00" }
usage: { table: dbo.uses }
sources:
  pupils: { query: SELECT * FROM pupil, key: no, columns: { no: null, id: id_number, school: school_name }, changes: { column: at } }
  scans: { query: SELECT * FROM pupil, key: no, columns: { id: id_number, scan: school_name } }
`,
  );
  const id = freshNumber();
  const env = { OWN_ID: id, OWN_PASSWORD: 'pw' };
  const run = (args: string[], more = {}) => fieldgate(folder, args, { env: { ...env, ...more } });
  const asked = () =>
    readFileSync(join(folder, 'asked.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  await gateway.put('mps-county', { match: { id_number: id }, fields: { id_number: id, birth_date: BORN } });
  await gateway.put('mca-county', {
    match: { id_number: id },
    fields: { division_code: '990001001', guardianship_status: 'normal' },
  });
  const SYNC = ['sync', 'own.yaml', '--as', 'edu-county', '--json'];

  const first = await run([...SYNC, 'pupils']);
  expect(first.json()).toMatchObject([{ read: 1, added: 1, faults: 0 }]);
  expect(asked()[0].config).toMatchObject({
    server: 'db.school.example',
    password: 'pw',
    options: { encrypt: true, readOnlyIntent: true },
  });
  expect((await run([...SYNC, 'pupils'])).json()).toMatchObject([{ same: 1, added: 0 }]);
  expect(asked().at(-1).sql).toBe(
    "SELECT * FROM (SELECT * FROM pupil) source_rows WHERE [at] >= '2014-05-05 23:50:00'",
  );
  // Bytes are no text.
  expect((await run([...SYNC, 'scans'])).json()).toMatchObject([{ added: 0, faults: 1 }]);

  const made = await run(['pack', 'init', 'own', '--from', 'own.yaml#pupils', '--json']);
  expect(
    made
      .json()
      .fields.map(({ shape }: { shape: string }) => shape)
      .slice(3, 6),
  ).toEqual(Array(3).fill('{ is: date }'));

  const words = [
    '--purpose',
    'S1',
    '--officer',
    'zhang.wei',
    '--reason',
    'winter subsidy',
    '--match',
    `id_number=${id}`,
  ];
  await run(['release', '--as', 'edu-county', ...words, '--field', 'school_name']);
  expect((await run([...SYNC, '--usage'])).json()).toMatchObject({ uses: 1, rows: 1, unnamed: 0 });
  const { sql, values } = asked().at(-1);
  expect(sql).toMatch(/^INSERT INTO dbo\.uses \(use_id, field, n, .*\) VALUES \(@p1, @p2, @p3, /);
  expect(Object.values(values)).toEqual(
    expect.arrayContaining(['school_name', 'pupils', '7', 'S1', 'edu-county']),
  );
  const again = await run([...SYNC, '--usage', '--state', 'other']);
  expect(again.json()).toMatchObject({ uses: 1, rows: 0 });

  const failed = await run(SYNC, { OWN_FAULT: 'EREQUEST' });
  expect([failed.code, failed.stderr]).toEqual([2, expect.stringContaining('EREQUEST')]);
  expect(failed.stderr).not.toContain('secret');
}, 120_000);
