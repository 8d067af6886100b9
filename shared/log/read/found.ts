import { getItem, getItems, type Item, queryStep, type Table } from '../../store/table.ts';
import { daysOf, fromAttributes, type LogItem } from '../write/item.ts';

/** Possible places of matching entries, from one or several sources, newest first. */

/** An item of a chain that may contain matches, and the leaves concerned; `null` for any leaf. */
export interface Found {
  /** RFC 3339 UTC instant of the item, milliseconds. */
  at: string;
  writer: string;
  seq: number;
  leaves: readonly number[] | null;
}

/** A source's results for a span of time. */
interface Stretch {
  found: Found[];
  /** `found` contains everything later than this instant; `null`: everything. */
  after: string | null;
}

export interface Source {
  /** Searches backwards from an instant, inclusive. `after` is always earlier than it. */
  back(until: string): Promise<Stretch>;
}

/** Newest first, in the one order that all readers and cursors share. */
export function newestFirst(a: Omit<Found, 'leaves'>, b: Omit<Found, 'leaves'>): number {
  return compare(b.at, a.at) || compare(b.writer, a.writer) || b.seq - a.seq;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Merges all sources. A result of several sources is returned once. */
export function merge(sources: readonly Source[]): Source {
  const known = sources.map((source) => ({ source, found: [] as Found[], after: '' as string | null }));
  let begun = false;
  return {
    async back(until) {
      await Promise.all(
        known.map(async (one) => {
          one.found = one.found.filter(({ at }) => at <= until);
          // Earlier results of this source may reach further back than those of the others.
          if (begun && (one.after === null || one.after < until)) return;
          Object.assign(one, await one.source.back(until));
        }),
      );
      begun = true;
      const ends = known.map(({ after }) => after).filter((after) => after !== null);
      const after = ends.sort().at(-1) ?? null;
      const found = known.flatMap((one) => one.found.filter(({ at }) => after === null || at > after));
      return { found: joined(found).sort(newestFirst), after };
    },
  };
}

/** One result for each item, with the leaves of all results that name it. */
function joined(found: readonly Found[]): Found[] {
  const items = new Map<string, Found>();
  for (const one of found) {
    const name = `${one.writer}-${one.seq}`;
    const known = items.get(name);
    if (!known) items.set(name, one);
    else if (known.leaves !== null) {
      const leaves = one.leaves && [...new Set([...known.leaves, ...one.leaves])];
      items.set(name, { ...known, leaves });
    }
  }
  return [...items.values()];
}

/* Reads items of the log table: all of a span by the index of days, newest first, or single ones. */

/** Maximum number of keys read by one query of a day's part. */
const PAGE_KEYS = 50;

/** Every item of a span, by the index of days. */
export function daySource(table: Table, from: string): Source {
  const part = async (day: string, low: string, until: string): Promise<Stretch> => {
    const found: Found[] = [];
    const query = { index: 'byDay', backwards: true, limit: PAGE_KEYS };
    const where = '#day = :day AND #at BETWEEN :from AND :until';
    let start: Item | null = null;
    do {
      const page = await queryStep(table, where, { day, from: low, until }, { ...query, after: start });
      found.push(...page.items.map(asFound));
      start = page.last;
      // More items of the same millisecond may follow, so that millisecond is not complete yet.
    } while (start?.['at']?.S === until);
    const after = start?.['at']?.S ?? null;
    return { found: after === null ? found : found.filter(({ at }) => at > after), after };
  };
  return {
    async back(until) {
      if (until < from) return { found: [], after: null };
      const date = until.slice(0, 10);
      const midnight = `${date}T00:00:00.000Z`;
      const low = from > midnight ? from : midnight;
      const parts = merge(daysOf(date).map((day) => ({ back: () => part(day, low, until) })));
      const { found, after } = await parts.back(until);
      return { found, after: after ?? (midnight <= from ? null : before(midnight)) };
    },
  };
}

function asFound({ at, writer, seq }: Item): Found {
  return { at: at?.S ?? '', writer: writer?.S ?? '', seq: Number(seq?.N), leaves: null };
}

/** One millisecond earlier. */
export function before(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}

/** @returns items by `<writer>-<seq>`. Items that do not exist are absent. */
export async function getLogItems(
  table: Table,
  places: readonly { writer: string; seq: number }[],
): Promise<Map<string, LogItem>> {
  const items = (await getItems(table, places.map(keyOf))).map(fromAttributes);
  return new Map(items.map((item) => [`${item.writer}-${item.seq}`, item]));
}

export async function getLogItem(
  table: Table,
  place: { writer: string; seq: number },
): Promise<LogItem | null> {
  const item = await getItem(table, keyOf(place));
  return item && fromAttributes(item);
}

function keyOf({ writer, seq }: { writer: string; seq: number }): Item {
  return { writer: { S: writer }, seq: { N: String(seq) } };
}
