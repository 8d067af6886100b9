/**
 * Reads a department's database, each value as text, in one read-only transaction; one table may be added to. The drivers are no part of this program:
 * the one that a mapping needs is loaded, and its installation is named if it is absent.
 */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import type { DatabaseSettings } from './mapping.ts';

const { database: t } = await texts('sync');

export interface Table {
  columns: readonly { name: string; type: string }[];
  /** In the order of the columns. */
  rows: readonly (readonly (string | null)[])[];
}

export interface Database {
  /** @throws DatabaseFailed */
  read(sql: string): Promise<Table>;
  /** Of a connection that writes. @returns `false` if a row with its key is there. @throws DatabaseFailed */
  add(table: string, row: Readonly<Record<string, string | number | null>>): Promise<boolean>;
  /** A column's name in a query. */
  quoted(name: string): string;
  /** Such as `2026-12-01 10:00:00`, by the clock and in the zone of the database's times. */
  readonly now: string;
  end(): Promise<void>;
}

/** Never the driver's own sentence, which may quote a value, but for faults of the query itself. */
export class DatabaseFailed extends UsageError {
  /** Whether the same may succeed soon. */
  readonly passes: boolean;
  constructor(error: unknown) {
    const { code = '', sqlState = code, message } = error as Failure;
    const ofQuery = /^(42|28|3D)/.test(sqlState);
    const tls = NO_TLS.test(message) ? t.noTls : CERTIFICATE.test(code) ? t.certificate(code) : null;
    super(tls ?? t.failed(code || (error as Error).name, ofQuery ? message.split('\n')[0] : undefined));
    this.passes = !ofQuery && tls === null && PASSING.test(code);
  }
}

type Failure = Error & { code?: string; sqlState?: string; number?: number };

const PASSING =
  /^(57P0[1-3]|08\w{3}|53300|40001|ECONN\w+|EPIPE|ETIMEDOUT|ENOENT|PROTOCOL_CONNECTION_LOST|ER_SERVER_SHUTDOWN|ER_CON_COUNT_ERROR|ESOCKET|ETIMEOUT|ELOGIN)$|^$/;
const NO_TLS = /does not support (SSL|secure) connection/i;
const CERTIFICATE = /CERT|LEAF_SIGNATURE|HANDSHAKE_SSL/;

/** A row with the same key, by PostgreSQL, MySQL and SQL Server. */
const isTwice = ({ code, number }: Failure) =>
  code === '23505' || code === 'ER_DUP_ENTRY' || number === 2627 || number === 2601;

/** What can't be read as text. No field takes it. */
export const UNREADABLE = '\uFFFD';

const DRIVERS = { postgresql: 'pg', mysql: 'mysql2', mariadb: 'mysql2', sqlserver: 'mssql' } as const;

/** @param writes the connection adds rows, each for good at once. @throws DatabaseFailed, UsageError without its driver */
export async function connectTo(settings: DatabaseSettings, writes = false): Promise<Database> {
  const name = DRIVERS[settings.kind];
  const driver = await loaded(name);
  const open = { pg: openPostgres, mysql2: openMysql, mssql: openSqlServer }[name];
  try {
    return await open(driver, settings, writes);
  } catch (error) {
    throw error instanceof DatabaseFailed ? error : new DatabaseFailed(error);
  }
}

/** Of this program's own installation, or else of the folder in which it runs. */
// biome-ignore lint/suspicious/noExplicitAny: the drivers' types are as optional as the drivers
async function loaded(name: string): Promise<any> {
  const file = name === 'mysql2' ? 'mysql2/promise' : name;
  const own = await import(file).catch(missing);
  if (own) return own.default;
  const here = createRequire(join(process.cwd(), 'package.json'));
  try {
    return (await import(pathToFileURL(here.resolve(file)).href)).default;
  } catch (error) {
    missing(error);
    throw new UsageError(t.noDriver(name));
  }
}

function missing(error: unknown): null {
  if (/MODULE_NOT_FOUND$/.test((error as Failure).code ?? '')) return null;
  throw error;
}

const isNear = ({ socket, host = 'localhost' }: DatabaseSettings) =>
  socket !== undefined || /^(localhost|127\..*|::1)$/.test(host);

function tlsOf(settings: DatabaseSettings) {
  const { tls, authority } = settings;
  if (tls === false || (tls === undefined && isNear(settings))) return undefined;
  // `mysql2` asks no certificate for the name of its server unless it is told to.
  return {
    rejectUnauthorized: true,
    verifyIdentity: true,
    ...(authority !== undefined && { ca: authority }),
  };
}

const CONNECT_MS = 15_000;

type Run = (sql: string, values?: readonly unknown[]) => Promise<Table>;

/** All queries of a connection that reads see one state. @param place of the value of a column, from 1 */
function over(run: Run, place: (n: number) => string, rest: Omit<Database, 'read' | 'add'>): Database {
  const asked: Run = (sql, values) =>
    run(sql, values).catch((error: unknown) => {
      throw Object.assign(new DatabaseFailed(error), { isTwice: isTwice(error as Failure) });
    });
  return {
    ...rest,
    read: (sql) => asked(sql),
    async add(table, row) {
      const names = Object.keys(row);
      const places = names.map((_, at) => place(at + 1));
      const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`;
      try {
        await asked(sql, Object.values(row));
        return true;
      } catch (error) {
        if ((error as { isTwice?: boolean }).isTwice) return false;
        throw error;
      }
    },
  };
}

const namesOf = (types: Readonly<Record<string, readonly number[]>>): Readonly<Record<number, string>> =>
  Object.fromEntries(Object.entries(types).flatMap(([name, all]) => all.map((one) => [one, name])));

// biome-ignore lint/suspicious/noExplicitAny: see above
async function openPostgres(pg: any, settings: DatabaseSettings, writes: boolean): Promise<Database> {
  const { socket, host = socket, port, database, user, secret, utcOffset } = settings;
  const client = new pg.Client({
    ...{ host, port, database, user, password: secret, ssl: tlsOf(settings) },
    ...{ connectionTimeoutMillis: CONNECT_MS, application_name: 'fieldgate sync' },
  });
  // A connection that breaks between two queries tells so by the next one.
  client.on('error', () => {});
  await client.connect();
  const query: Run = async (text, values) => {
    const types = { getTypeParser: (oid: number) => TEXT[oid] ?? plain };
    const { fields, rows } = await client.query({ text, values, types, rowMode: 'array' });
    const columns = fields.map(({ name, dataTypeID }: { name: string; dataTypeID: number }) => ({
      name,
      type: NAMES[dataTypeID] ?? 'text',
    }));
    return { columns, rows };
  };
  await client.query("SET datestyle = 'ISO, YMD'");
  if (utcOffset !== undefined) await client.query(`SET TIME ZONE INTERVAL '${utcOffset}' HOUR TO MINUTE`);
  if (!writes) await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  const now = (await query('SELECT localtimestamp(0)')).rows[0]?.[0] ?? '';
  return over(query, (n) => `$${n}`, {
    ...{ now, quoted: (name) => `"${name.replaceAll('"', '""')}"`, end: () => client.end() },
  });
}

const plain = (text: string) => text;
/** By PostgreSQL's numbers of types: truth as words, and no bytes. */
const TEXT: Record<number, (text: string) => string> = {
  16: (text) => (text === 't' ? 'true' : 'false'),
  17: () => UNREADABLE,
};
const NAMES = namesOf({
  ...{ boolean: [16], number: [20, 21, 23, 700, 701, 1700], date: [1082], time: [1114, 1184] },
});

// biome-ignore lint/suspicious/noExplicitAny: see above
async function openMysql(mysql: any, settings: DatabaseSettings, writes: boolean): Promise<Database> {
  const { socket, host, port, database, user, secret, utcOffset } = settings;
  const client = await mysql.createConnection({
    ...{ host, port, socketPath: socket, database, user, password: secret, ssl: tlsOf(settings) },
    // The server converts columns of any character set, such as GBK.
    ...{ charset: 'utf8mb4', connectTimeout: CONNECT_MS, rowsAsArray: true, typeCast: asText },
  });
  client.on('error', () => {});
  const query: Run = async (sql, values) => {
    const [rows, fields = []] = await (values ? client.execute(sql, values) : client.query(sql));
    const columns = fields.map(({ name, columnType }: { name: string; columnType: number }) => ({
      name,
      type: MYSQL_NAMES[columnType] ?? 'text',
    }));
    return { columns, rows };
  };
  if (utcOffset !== undefined) await client.query('SET time_zone = ?', [utcOffset]);
  if (!writes) {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await client.query('START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT');
  }
  const now = (await query('SELECT now()')).rows[0]?.[0] ?? '';
  return over(query, () => '?', {
    ...{ now, quoted: (name) => `\`${name.replaceAll('`', '``')}\``, end: () => client.end() },
  });
}

const MYSQL_NAMES = namesOf({ number: [0, 1, 2, 3, 4, 5, 8, 9, 246], date: [10], time: [7, 12] });

interface MysqlCell {
  type: string;
  string(): string | null;
  buffer(): Buffer | null;
}

function asText(cell: MysqlCell): string | null {
  if (cell.type !== 'BIT') return cell.string();
  const bytes = cell.buffer();
  return bytes === null ? null : String(Number.parseInt(bytes.toString('hex'), 16));
}

// biome-ignore lint/suspicious/noExplicitAny: see above
async function openSqlServer(mssql: any, settings: DatabaseSettings, writes: boolean): Promise<Database> {
  const { host = 'localhost', port, database, user, secret, utcOffset = '+00:00' } = settings;
  const tls = tlsOf(settings);
  const pool = new mssql.ConnectionPool({
    ...{ server: host, port, database, user, password: secret, connectionTimeout: CONNECT_MS },
    pool: { max: 1, min: 1 },
    options: {
      ...{ encrypt: tls !== undefined, readOnlyIntent: !writes, useUTC: true },
      ...(tls?.ca !== undefined && { cryptoCredentialsDetails: { ca: tls.ca } }),
    },
  });
  await pool.connect();
  const query: Run = async (sql, values = []) => {
    const request = Object.assign(pool.request(), { arrayRowMode: true });
    for (const [at, value] of values.entries()) request.input(`p${at + 1}`, value);
    const { recordset = [], columns = [] } = await request.query(sql);
    const heads: { name: string; type: unknown }[] = columns[0] ?? [];
    const types = heads.map(({ type }) => typeName(mssql, type));
    const rows = recordset.map((row: unknown[]) =>
      row.map((cell, i) => cellText(cell, types[i] ?? 'text', utcOffset)),
    );
    const named = types.map((type) => (type === 'zoned' ? 'time' : type));
    return { columns: heads.map(({ name }, i) => ({ name, type: named[i] ?? 'text' })), rows };
  };
  const now = (await query('SELECT sysdatetime()')).rows[0]?.[0] ?? '';
  return over(query, (n) => `@p${n}`, {
    ...{ now, quoted: (name) => `[${name.replaceAll(']', ']]')}]`, end: () => pool.close() },
  });
}

// biome-ignore lint/suspicious/noExplicitAny: see above
function typeName(mssql: any, type: unknown): string {
  if (type === mssql.Date) return 'date';
  if (type === mssql.DateTimeOffset) return 'zoned';
  if ([mssql.DateTime, mssql.DateTime2, mssql.SmallDateTime].includes(type)) return 'time';
  if (type === mssql.Bit) return 'boolean';
  return [mssql.Int, mssql.BigInt, mssql.SmallInt, mssql.TinyInt, mssql.Decimal, mssql.Numeric].includes(type)
    ? 'number'
    : 'text';
}

/** The driver gives values of JavaScript. @internal */
export function cellText(cell: unknown, type: string, utcOffset: string): string | null {
  if (cell === null || cell === undefined) return null;
  if (cell instanceof Uint8Array) return UNREADABLE;
  if (!(cell instanceof Date)) return String(cell);
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):(\d\d)$/.exec(utcOffset) ?? [];
  const shift = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000);
  const iso = new Date(cell.getTime() + (type === 'zoned' ? shift : 0)).toISOString();
  return type === 'date' ? iso.slice(0, 10) : iso.slice(0, -1).replace('T', ' ');
}
