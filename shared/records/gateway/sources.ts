/** Sources of offices in the watch's table: the newest run of each, and since when one is silent. */
import type { SourceRun } from '../../contract/routes/sources.ts';
import { type Item, queryAll, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';
import { SOURCES } from '../../tables.ts';

/** Instants in epoch milliseconds, by the gateway's clock. */
export interface Source {
  agency: string;
  departments: readonly string[];
  source: string;
  /** Minutes between two runs of its service; 0 for none. */
  every: number;
  /** The first run. */
  since: number;
  /** The last run that ended well. */
  good: number | null;
  last: Omit<SourceRun, 'source' | 'every'> & { at: number };
}

/** Most sources of one office. */
export const MOST_SOURCES = 50;
/** Seconds that a source is kept after its last report. */
const KEPT = 90 * 86_400;

export const sourceKey = ({ agency, source }: Pick<Source, 'agency' | 'source'>) => `${agency}#${source}`;

/** @returns `false`, and nothing is stored, for one source too many of the office */
export async function storeRun(
  table: Table,
  office: Pick<Source, 'agency' | 'departments'>,
  { source, every, ...run }: SourceRun,
  now: number,
): Promise<boolean> {
  const key = { part: { S: SOURCES }, item: { S: sourceKey({ ...office, source }) } };
  const update = newUpdate();
  const number = (value: number) => ({ N: String(value) });
  update.set('departments', { S: office.departments.join(' ') });
  update.set('last', { S: JSON.stringify({ ...run, at: now }) });
  update.set('expires', number(Math.ceil(now / 1000) + KEPT));
  update.setOnce('since', number(now));
  if (run.failure === undefined) update.set('good', number(now));
  if (every === undefined) update.setOnce('every', number(0));
  else update.set('every', number(every));
  if (await update.send(table, key, `attribute_exists(${update.name('last')})`)) return true;
  const known = await readSources(table, now, office.agency);
  return known.length < MOST_SOURCES && update.send(table, key);
}

/** Strongly consistent, in the order of `sourceKey`. @param agency of this office alone */
export async function readSources(table: Table, now: number, agency?: string): Promise<Source[]> {
  const items =
    agency === undefined
      ? await queryAll(table, 'part = :part', { part: SOURCES })
      : await queryAll(table, 'part = :part AND begins_with(#item, :own)', {
          part: SOURCES,
          own: `${agency}#`,
        });
  return items.filter(({ expires }) => Number(expires?.N) > now / 1000).map(sourceOf);
}

function sourceOf({ item, departments, every, since, good, last }: Item): Source {
  const [agency = '', source = ''] = item?.S?.split('#') ?? [];
  return {
    agency,
    source,
    departments: departments?.S?.split(' ') ?? [],
    every: Number(every?.N),
    since: Number(since?.N),
    good: good?.N === undefined ? null : Number(good.N),
    last: JSON.parse(last?.S ?? '{}') as Source['last'],
  };
}

/**
 * A service that is silent: no run ended well for so many hours, and for two of its own intervals.
 * @returns since when, or `null`
 */
export function silentSince({ every, good, since }: Source, hours: number, now: number): number | null {
  const from = good ?? since;
  return every > 0 && now - from > Math.max(hours * 3_600_000, 2 * every * 60_000) ? from : null;
}
