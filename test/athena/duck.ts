/** Athena's tables over a folder, in DuckDB: another's engine, which runs the same text of a query. */
import { DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { ACTS, CLAIMS } from '../../infra/aws/athena/columns.ts';

/** Trino's names of functions, which DuckDB calls otherwise. */
const DIALECT = [
  'CREATE MACRO from_iso8601_timestamp(written) AS written::TIMESTAMPTZ',
  'CREATE MACRO to_unixtime(instant) AS epoch(instant)',
  'CREATE MACRO json_extract_scalar(doc, way) AS json_extract_string(doc, way)',
];

/** A type in Hive's words, in DuckDB's. */
export function typeOf(hive: string): string {
  const [, struct] = /^struct<(.*)>$/.exec(hive) ?? [];
  if (struct !== undefined)
    return `STRUCT(${struct.split(',').map((member) => member.replace(':', ' ').replace('string', 'VARCHAR'))})`;
  return hive
    .replace(/^array<string>$/, 'VARCHAR[]')
    .replace(/^string$/, 'VARCHAR')
    .toUpperCase();
}

/** A table whose files lie in `<folder>/<name>/<partition>=…/`. */
function partitioned(folder: string, name: string, columns: ReadonlyMap<string, string>, by: string): string {
  const types = [...columns].map(([column, hive]) => `${column}: '${typeOf(hive)}'`);
  return `CREATE VIEW ${name} AS SELECT * FROM read_json('${folder}/${name}/*/*.jsonl.gz',
    columns = {${[...types, `${by}: 'VARCHAR'`]}}, hive_partitioning = true, hive_types_autocast = false)`;
}

/** CloudTrail's files, as its input format for Athena reads them: one row a record. */
const trail = (folder: string) => `CREATE VIEW trail AS
  SELECT r.eventName AS eventname, r.eventSource AS eventsource, r.eventTime AS eventtime, r.errorCode AS errorcode,
    r.eventID AS eventid, r.sharedEventID AS sharedeventid, r.userIdentity AS useridentity,
    r.requestParameters AS requestparameters, regexp_extract(filename, '\\d{4}/\\d\\d/\\d\\d') AS day
  FROM (SELECT unnest(Records) AS r, filename FROM read_json('${folder}/trail/*/*/*/*.json.gz', filename = true,
    columns = {Records: 'STRUCT(eventName VARCHAR, eventSource VARCHAR, eventTime VARCHAR, errorCode VARCHAR,
      eventID VARCHAR, sharedEventID VARCHAR, userIdentity STRUCT(arn VARCHAR), requestParameters JSON)[]'}))`;

export interface Duck {
  /** Rows as texts, by column; without columns that have no value, as the answers of Athena. */
  rows(sql: string, parameters?: readonly (string | number)[]): Promise<Record<string, string>[]>;
  close(): void;
}

/** @param tables of those whose files are there */
export async function openDuck(
  folder: string,
  tables: readonly ('trail' | 'claims' | 'acts')[],
): Promise<Duck> {
  const duck = await DuckDBConnection.create();
  const views = {
    trail: trail(folder),
    claims: partitioned(folder, 'claims', CLAIMS, 'hour'),
    acts: partitioned(folder, 'acts', ACTS, 'day'),
  };
  for (const sql of [...DIALECT, ...tables.map((name) => views[name])]) await duck.run(sql);
  return {
    async rows(sql, parameters = []) {
      const values = parameters.map((one): DuckDBValue => (typeof one === 'number' ? BigInt(one) : one));
      const found = await duck.runAndReadAll(sql, values);
      return found.getRowObjects().map((row) => {
        const cells = Object.entries(row).filter(([, value]) => value !== null);
        return Object.fromEntries(cells.map(([name, value]) => [name, String(value)]));
      });
    },
    close: () => duck.closeSync(),
  };
}
