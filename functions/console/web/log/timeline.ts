/** A person's entries as marks in lanes: one lane an office, one mark a slice of time. */
import type { LogEntry } from './entries.ts';

export interface Mark {
  lane: number;
  /** From 0 to 1 in the span. */
  at: number;
  /** Epoch milliseconds of the first and the last entry. */
  from: number;
  to: number;
  ids: string[];
  purpose: string;
  /** Whether any of them is a refusal, an attempt at a prohibited use or an alert. */
  refused: boolean;
}

const SLICES = 80;
const REFUSALS: ReadonlySet<string> = new Set(['denial', 'prohibited', 'alert']);

/** The lanes in the order of their sizes, and the marks of all entries that name an office and a time. */
export function timelineOf(entries: readonly LogEntry[]) {
  const known = entries.flatMap((entry) => {
    const at = Date.parse(entry.time ?? '');
    return Number.isNaN(at) ? [] : [{ entry, at, agency: entry.handler?.agency ?? '' }];
  });
  const sizes = new Map<string, number>();
  for (const { agency } of known) sizes.set(agency, (sizes.get(agency) ?? 0) + 1);
  const lanes = [...sizes].sort((a, b) => b[1] - a[1]).map(([agency]) => agency);
  const from = Math.min(...known.map(({ at }) => at));
  const to = Math.max(...known.map(({ at }) => at));
  const length = Math.max(1, to - from);
  const marks = new Map<string, Mark>();
  for (const { entry, at, agency } of known) {
    const lane = lanes.indexOf(agency);
    const slice = Math.min(SLICES - 1, Math.floor(((at - from) / length) * SLICES));
    const key = `${lane} ${slice} ${entry.purpose ?? ''} ${isRefused(entry)}`;
    const mark = marks.get(key) ?? {
      ...{ lane, at: (slice + 0.5) / SLICES, from: at, to: at, ids: [] },
      ...{ purpose: entry.purpose ?? '', refused: isRefused(entry) },
    };
    mark.ids.push(entry.id);
    mark.from = Math.min(mark.from, at);
    mark.to = Math.max(mark.to, at);
    marks.set(key, mark);
  }
  return { lanes, from, to, marks: [...marks.values()].sort((a, b) => a.from - b.from) };
}

export const isRefused = ({ kind, outcome }: LogEntry) => outcome === 'refused' || REFUSALS.has(kind);

export interface Recipient {
  agency: string;
  purpose: string;
  count: number;
  fields: string[];
  first: string;
  last: string;
}

/** The offices to which data of the person was released, with the purposes. @param entries newest first */
export function recipientsIn(entries: readonly LogEntry[]): Recipient[] {
  const found = new Map<string, Recipient>();
  for (const { kind, outcome, handler, purpose = '', fields = {}, time = '' } of entries) {
    if (kind !== 'decision' || outcome !== 'released' || !handler?.agency) continue;
    const key = `${handler.agency} ${purpose}`;
    const one = found.get(key) ?? {
      ...{ agency: handler.agency, purpose, count: 0, fields: [] as string[], first: time, last: time },
    };
    one.count += 1;
    one.first = time;
    one.fields = [...new Set([...one.fields, ...Object.values(fields).flatMap((own) => Object.keys(own))])];
    found.set(key, one);
  }
  return [...found.values()];
}
