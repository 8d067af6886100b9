import type { StoredEntry } from '../../shared/log/read.ts';
import type { Auditing } from './app.ts';
import { walk } from './reconciliations.ts';
import { entryView } from './views.ts';

/** One alert with how often it was raised in the span, and what was said about it. */
export type FoldedAlert = Record<string, unknown> & { count: number };

/**
 * Alerts of a span, newest first. What was raised again for the same agency, purpose, officer, code and
 * child is one alert with a count; it is acknowledged when its newest is.
 */
export async function alertsOf(
  auditing: Auditing,
  span: { from: number; to: number },
): Promise<FoldedAlert[]> {
  const verdicts = new Map<string, StoredEntry>();
  for await (const stored of walk(
    auditing,
    { from: span.from, to: auditing.now() + 1 },
    { kind: 'review' },
  )) {
    const about = stored.entry?.about;
    if (about !== undefined && !verdicts.has(about)) verdicts.set(about, stored);
  }
  const folded = new Map<string, FoldedAlert>();
  for await (const stored of walk(auditing, span, { kind: 'alert' })) {
    const known = folded.get(foldKey(stored));
    if (known) {
      known.count += 1;
      known.first = stored.entry?.time;
      continue;
    }
    const verdict = verdicts.get(stored.id)?.entry;
    folded.set(foldKey(stored), {
      ...entryView(stored),
      count: 1,
      ...(verdict && {
        acknowledged: {
          entry: verdict.id,
          by: verdict.handler?.agency,
          at: verdict.time,
          outcome: verdict.outcome,
        },
      }),
    });
  }
  return [...folded.values()];
}

function foldKey({ entry, words, id }: StoredEntry): string {
  if (!entry) return id;
  const { code, rule, purpose, subject, handler } = entry;
  return JSON.stringify([code, rule, purpose, subject, handler?.agency, words.officer, words.finding]);
}
