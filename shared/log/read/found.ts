/** Where entries may be that a reader looks for, from one or several sources, newest first. */

/** An item of a chain that may hold what is looked for, and in which of its leaves; `null` for any. */
export interface Found {
  /** RFC 3339 UTC instant of the item, milliseconds. */
  at: string;
  writer: string;
  seq: number;
  leaves: readonly number[] | null;
}

/** What a source holds of a stretch of time. */
export interface Stretch {
  found: Found[];
  /** All that is later than this instant is in `found`; `null`: all there is. */
  after: string | null;
}

export interface Source {
  /** Looks back from an instant, which belongs to what is looked at. `after` is always earlier than it. */
  back(until: string): Promise<Stretch>;
}

/** Newest first, in the one order that all readers and cursors share. */
export function newestFirst(a: Omit<Found, 'leaves'>, b: Omit<Found, 'leaves'>): number {
  return compare(b.at, a.at) || compare(b.writer, a.writer) || b.seq - a.seq;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** All sources as one: what several hold is told once. */
export function merge(sources: readonly Source[]): Source {
  const known = sources.map((source) => ({ source, found: [] as Found[], after: '' as string | null }));
  let begun = false;
  return {
    async back(until) {
      await Promise.all(
        known.map(async (one) => {
          one.found = one.found.filter(({ at }) => at <= until);
          // What it told before may reach further back than the others did.
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

/** One for each item: the leaves of all that name it. */
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
