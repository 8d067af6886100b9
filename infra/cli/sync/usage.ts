/**
 * Uses of the department's fields as rows of a table in its own database. The gateway names the person of a use by this office's
 * reference; only here it is known which rows of the source are that person's.
 */

import { join } from 'node:path';
import type { ItemOf } from '../../../shared/client/ask.ts';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import { patiently } from '../../../shared/client/wire/patiently.ts';
import { defined } from '../../../shared/defined.ts';
import type { Work } from '../lists/job.ts';
import { openJournal } from '../lists/journal.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { connectTo, type Database } from './database.ts';
import { type Mapping, type Source, targetOf } from './mapping.ts';
import { openState, rowsByPerson } from './run.ts';

const { usage: t } = await texts('sync');

export interface UsesWritten {
  /** Uses that the table did not have, of how many that the gateway told. */
  uses: number;
  told: number;
  rows: number;
  /** Uses whose person the gateway did not name, or of whom no source has a row. */
  unnamed: number;
}

interface Place {
  /** Of the states of all sources. */
  folder: string;
  gate: Fieldgate;
  clientId: string;
}

/** An entry may be stored some time after its own time. */
const LATE_MS = 3_600_000;

type Use = ItemOf<'GET /v1/usage', 'entries'>;
/** That a use is in the table; or up to which time all are. */
type Kept = { done: true } | { until: string };

/** @throws UsageError without a table in the mapping */
export const tableOf = ({ usage }: Mapping) => {
  if (usage === undefined) throw new UsageError(t.noTable);
  return usage;
};

/**
 * Adds the uses since the last run, each once: opening one is an entry of the log. A run that is cut off goes on at the next use.
 * @param full from the first day on
 * @param check counts alone: opens and adds nothing
 */
export async function writeUses(
  mapping: Mapping,
  { folder, gate, clientId }: Place,
  {
    full = false,
    check = false,
    signal,
  }: { full?: boolean; check?: boolean } & Partial<Pick<Work, 'signal'>>,
): Promise<UsesWritten> {
  const { table, from: first, writer } = tableOf(mapping);
  const rowsOf = check ? () => [] : keysIn(mapping.sources, folder, clientId);
  const journal = openJournal<Kept>(join(folder, '_usage'), { kind: 'usage', agency: clientId, table });
  const markKey = journal.keyOf('until');
  const written = { uses: 0, told: 0, rows: 0, unnamed: 0 };
  try {
    const mark = journal.answers.get(markKey);
    let until = mark && 'until' in mark ? mark.until : '';
    const since = full || until === '' ? first && `${first}T00:00:00Z` : before(until);
    let db: Database | null = null;
    try {
      for await (const use of gate.items('GET /v1/usage', 'entries', { query: defined({ from: since }) })) {
        signal?.throwIfAborted();
        written.told += 1;
        if (use.time > until) until = use.time;
        const key = journal.keyOf(use.id);
        if (journal.answers.has(key)) continue;
        written.uses += 1;
        if (check) continue;
        const { person } = await patiently(() => gate.call('GET /v1/usage/:id', { id: use.id }), signal);
        db ??= await connectTo(writer, true);
        const keys = Object.keys(use.fields).map((field) => [field, rowsOf(person, field)] as const);
        if (keys.every(([, rows]) => rows.length === 0)) written.unnamed += 1;
        for (const [field, rows] of keys)
          for (const [n, row] of (rows.length > 0 ? rows : [NO_ROW]).entries())
            if (await db.add(table, rowOf(use, field, { n, ...row }, writer.utcOffset))) written.rows += 1;
        journal.keep([[key, { done: true }]]);
      }
      if (!check && until !== '') journal.keep([[markKey, { until }]]);
    } finally {
      await db?.end().catch(() => {});
    }
  } finally {
    journal.close();
  }
  return written;
}

const before = (time: string) => new Date(Date.parse(time) - LATE_MS).toISOString();

interface SourceRow {
  row_source: string | null;
  row_key: string | null;
}
const NO_ROW: SourceRow = { row_source: null, row_key: null };

/** The rows of a person from which a field comes. */
function keysIn(sources: Record<string, Source>, folder: string, clientId: string) {
  const all = Object.entries(sources).map(([name, source]) => {
    const state = openState(join(folder, name), { agency: clientId, source: name });
    const rows = rowsByPerson(state);
    state.close();
    const fields = new Set(Object.values(source.columns).map((to) => targetOf(to)?.split('.')[0]));
    return { name, rows, fields };
  });
  return (person: string | undefined, field: string): SourceRow[] =>
    all
      .filter(({ fields }) => fields.has(field))
      .flatMap(({ name, rows }) =>
        (rows.get(person ?? '') ?? []).map((key) => ({ row_source: name, row_key: key })),
      );
}

/** One field of a use. `n` tells the rows of one person apart. Only what the list of uses says, and the key. */
function rowOf(use: Use, field: string, row: SourceRow & { n: number }, utcOffset = '+00:00') {
  const wall = new Date(Date.parse(use.time) + minutesOf(utcOffset) * 60_000).toISOString();
  return {
    ...{ use_id: use.id, field, ...row },
    used_at: wall.slice(0, 19).replace('T', ' '),
    recipient: use.recipient ?? null,
    departments: use.departments?.join(', ') ?? null,
    purpose: use.purpose ?? null,
    case_no: use.case ?? null,
    operation: use.operation ?? null,
    form: use.fields[field] ?? null,
    rule_code: use.rule ?? null,
  };
}

function minutesOf(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (hours * 60 + minutes) * (offset.startsWith('-') ? -1 : 1);
}

/** The statements that the owner of the database runs once. The user that adds needs no more. */
export function statements(mapping: Mapping): string {
  const { table, writer } = tableOf(mapping);
  const text = writer.kind === 'sqlserver' ? 'nvarchar' : 'varchar';
  const time = { postgresql: 'timestamp', sqlserver: 'datetime2' }[writer.kind as string] ?? 'datetime';
  const set = /^(mysql|mariadb)$/.test(writer.kind) ? ' CHARACTER SET utf8mb4' : '';
  const words = ['recipient', 'departments', 'purpose', 'case_no', 'operation', 'form', 'rule_code'];
  const columns = [
    `use_id ${text}(64) NOT NULL`,
    `field ${text}(64) NOT NULL`,
    'n smallint NOT NULL',
    `row_source ${text}(64)`,
    `row_key ${text}(255)`,
    `used_at ${time} NOT NULL`,
    ...words.map((name) => `${name} ${text}(255)`),
    'PRIMARY KEY (use_id, field, n)',
  ];
  const user = set === '' ? writer.user : `'${writer.user}'@'%'`;
  return `CREATE TABLE ${table} (\n  ${columns.join(',\n  ')}\n)${set};
CREATE INDEX ${table.replace('.', '_')}_row ON ${table} (row_source, row_key);
GRANT INSERT ON ${table} TO ${user};
`;
}
