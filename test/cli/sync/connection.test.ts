/** How `sync` and `pack init --from` reach a database: certificates, passwords, and the columns that they find there. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../../infra/cli/sync/database.ts';
import {
  type Certificate,
  lacks,
  type Server,
  startMariadb,
  startPostgres,
} from '../../support/databases.ts';
import { sharedFolder } from '../../support/folder.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { inFolder, makeCertificates } from '../../support/tls-front.ts';
import { fieldgate } from '../run.ts';

const folder = sharedFolder();
const path = (name: string) => join(folder, name);
if (hasOpenssl) makeCertificates();
const of = (name: string): Certificate => ({
  certificate: inFolder(`${name}.pem`),
  key: inFolder(`${name}.key`),
});

const DIALECTS = {
  postgresql: {
    start: startPostgres,
    reader: "CREATE ROLE reader LOGIN PASSWORD '密rp'; GRANT SELECT ON wide, none, odd TO reader",
    quote: '"',
  },
  mariadb: {
    start: startMariadb,
    reader: "CREATE USER reader IDENTIFIED BY '密rp'; GRANT SELECT ON own.* TO reader",
    quote: '`',
  },
} as const;

describe.each(['postgresql', 'mariadb'] as const)('of %s', (kind) => {
  const lack = lacks[kind] ?? (hasOpenssl ? null : 'no openssl');
  if (lack !== null) return it.skip(`not tried here, ${lack}`, () => {});
  const { start, reader, quote } = DIALECTS[kind];
  let server: Server;
  afterAll(() => server?.remove());
  let made = 0;
  /** `pack init` from a source of the mapping with these settings. */
  async function init(settings: string, source: string, env = {}) {
    const sources = ['wide', 'none', 'odd'].map(
      (name) => `  ${name}: { query: SELECT * FROM ${name}, key: c1, columns: {} }\n`,
    );
    const near = `kind: ${kind}, host: localhost, port: ${server.port}, database: own, user: reader`;
    writeFileSync(path('own.yaml'), `database: { ${near}, ${settings} }\nsources:\n${sources.join('')}`);
    return fieldgate(
      folder,
      ['pack', 'init', `${kind}-${++made}`, '--from', `own.yaml#${source}`, '--json'],
      { env },
    );
  }
  const SECRET = 'password: { env: OWN_PASSWORD }';
  const env = { OWN_PASSWORD: '密rp' };
  const trusted = () => `${SECRET}, tls: { ca: ${inFolder('ca.pem')} }`;

  beforeAll(async () => {
    server = await start(of('server'));
    await server.run('CREATE DATABASE own');
    const many = Array.from({ length: 200 }, (_, at) => `c${at + 1} varchar(9)`).join(', ');
    await server.run(`CREATE TABLE wide (${many})`, 'own');
    await server.run("INSERT INTO wide (c1, c2) VALUES ('1', 'x')", 'own');
    await server.run('CREATE TABLE none (c1 int, born date, flag boolean)', 'own');
    const head = (name: string) => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
    const odd = ['姓名', '身份证号', '出生日期', '家庭 住址', 'a"b: #c', 'Select', '1st'];
    await server.run(
      `CREATE TABLE odd (${odd.map((name) => `${head(name)} varchar(30)`).join(', ')})`,
      'own',
    );
    await server.run(reader, 'own');
  }, 120_000);

  it('a certificate counts if its authority is named and its name is the host', async () => {
    expect((await init(trusted(), 'none', env)).code).toBe(0);
    const other = await init(`${SECRET}, tls: { ca: ${inFolder('other.pem')} }`, 'none', env);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/certificate of the database.*\([A-Z_]+\)/),
    ]);
    const unnamed = await init(`${SECRET}, tls: {}`, 'none', env);
    expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('tls.ca')]);
    // Of the same authority, for another host.
    await server.certify(of('office'));
    await expect
      .poll(async () => (await init(trusted(), 'none', env)).stderr, { timeout: 10_000 })
      .toContain('certificate of the database');
    await server.certify(of('server'));
  }, 120_000);

  it('the password comes from the environment or a file, and a wrong one says no more', async () => {
    rmSync(path('secret'), { force: true });
    writeFileSync(path('secret'), '密rp\n', { mode: 0o600 });
    const file = 'password: { file: secret }, tls: false';
    expect((await init(file, 'none')).code).toBe(0);
    chmodSync(path('secret'), 0o604);
    expect((await init(file, 'none')).stderr).toContain('0600');
    expect((await init(trusted(), 'none')).stderr).toContain('OWN_PASSWORD');
    const wrong = await init(trusted(), 'none', { OWN_PASSWORD: 'guess-77' });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/28P01|ER_ACCESS_DENIED/)]);
    expect(wrong.stderr).not.toMatch(/guess-77|密rp/);
    const written = await init('password: 密rp', 'none');
    expect([written.code, written.stderr]).toEqual([2, expect.stringContaining('never stands in this file')]);
  }, 120_000);

  it('a table of 200 columns, one without rows, and headings of any kind become a pack that compiles', async () => {
    const wide = (await init(trusted(), 'wide', env)).json().fields;
    expect(wide).toHaveLength(202);
    const none = await init(trusted(), 'none', env);
    expect(none.json().fields).toMatchObject([
      { name: 'c1', shape: expect.stringContaining('number') },
      { name: 'born', kind: 'birth' },
      { name: 'flag', shape: kind === 'mariadb' ? expect.stringContaining('number') : '{ is: boolean }' },
      { kind: 'missing' },
    ]);
    const odd = (await init(trusted(), 'odd', env)).json().fields;
    expect(
      odd.map(({ name, kind }: { name: string; kind: string }) => `${name} ${kind}`).slice(0, 7),
    ).toEqual([
      'name person',
      'id_number identity',
      'field_3 other',
      'address address',
      'a_b_c other',
      'select other',
      'field_7 other',
    ]);
  }, 120_000);

  it('Chinese text comes from any character set, also from columns that say another one', async () => {
    const text = '清河镕';
    const gbk = 'c7e5bad3e946';
    const { socket, port, user } = server;
    const read = async (database: string, sql: string) => {
      const db = await connectTo({ kind, socket, user, database, ...(port && { port }) });
      const { rows } = await db.read(sql);
      await db.end();
      return rows[0]?.[0] ?? null;
    };
    if (kind === 'mariadb') {
      await server.run('CREATE DATABASE gbk CHARACTER SET gbk');
      await server.run(`CREATE TABLE t (own varchar(9), wrong varchar(9) CHARACTER SET latin1)`, 'gbk');
      await server.run(`INSERT INTO t VALUES ('${text}', x'${gbk}')`, 'gbk');
      expect(await read('gbk', 'SELECT own FROM t')).toBe(text);
      return expect(await read('gbk', 'SELECT CONVERT(CAST(wrong AS BINARY) USING gbk) FROM t')).toBe(text);
    }
    for (const [name, set] of [
      ['euc', 'EUC_CN'],
      ['ascii', 'SQL_ASCII'],
    ] as const) {
      await server.run(
        `CREATE DATABASE ${name} ENCODING '${set}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
      await server.run('CREATE TABLE t (own text)', name);
    }
    await server.run(`INSERT INTO t VALUES ('清河')`, 'euc');
    expect(await read('euc', 'SELECT own FROM t')).toBe('清河');
    await server.run(`INSERT INTO t VALUES (convert_from('\\x${gbk}', 'SQL_ASCII'))`, 'ascii');
    await expect(read('ascii', 'SELECT own FROM t')).rejects.toThrow('(22021)');
    const said = "convert_from(convert(convert_to(own, 'SQL_ASCII'), 'GBK', 'UTF8'), 'SQL_ASCII')";
    expect(await read('ascii', `SELECT ${said} FROM t`)).toBe(text);
  }, 120_000);
});
