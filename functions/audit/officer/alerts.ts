import { defined } from '../../../shared/defined.ts';
import { readEntry, type StoredEntry } from '../../../shared/log/read/read.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { sealedSince } from '../../../shared/records/gateway/watch-marks.ts';
import type { AlertsQuery } from '../../http/contract/audit.ts';
import type { Auditing } from '../deps.ts';
import { entryView, sealedIn } from '../views.ts';
import { walk } from './reconciliations.ts';

/** One alert with how often it was raised in the span, how grave it is, and what was said about it. */
export type FoldedAlert = Record<string, unknown> & { id: string; time: string; count: number };

type Span = { from: number; to: number };

/**
 * Alerts of a span, newest first. What was raised again for the same agency, purpose, officer, code and
 * child is one alert with a count; it is acknowledged when its newest is.
 */
export async function alertsOf(auditing: Auditing, span: Span): Promise<FoldedAlert[]> {
  const [raised, sealed, verdicts, pack] = await Promise.all([
    raisedAlerts(auditing, span),
    sealedAlerts(auditing, span),
    verdictsOf(auditing, span),
    auditing.pack(),
  ]);
  const folded = new Map<string, FoldedAlert>();
  const newestFirst = [...raised, ...sealed].sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  for (const { fold, ...alert } of newestFirst) {
    const known = folded.get(fold);
    if (known) {
      known.count += alert.count;
      known['first'] = alert.time;
      continue;
    }
    const verdict = verdicts.get(alert.id);
    folded.set(fold, { ...alert, ...labelsOf(pack, String(alert['code'])), ...verdict } as FoldedAlert);
  }
  return [...folded.values()];
}

type Raised = FoldedAlert & { fold: string };

async function raisedAlerts(auditing: Auditing, span: Span): Promise<Raised[]> {
  const alerts: Raised[] = [];
  for await (const stored of walk(auditing, span, { kind: 'alert' })) {
    const { entry, words, id } = stored;
    const count = Number(/^(\d+) times: /.exec(words.finding ?? '')?.[1] ?? 1);
    const finding = /^\d+ times: /.test(words.finding ?? '') ? '' : words.finding;
    const { code, rule, purpose, subject, handler } = entry ?? {};
    const fold = [code, rule, purpose, subject, handler?.agency, words.officer, finding];
    const view = { ...entryView(stored), id, time: entry?.time ?? '', count };
    alerts.push({ ...view, fold: entry ? JSON.stringify(fold) : id });
  }
  return alerts;
}

/** What is said in words alone, so that the public log does not tell whom it is about. */
async function sealedAlerts({ store, watchTable }: Auditing, { from, to }: Span): Promise<Raised[]> {
  const ids = await sealedSince(watchTable, from);
  const stored = await Promise.all(ids.map((id) => readEntry(store, id)));
  return stored
    .filter((one): one is StoredEntry => one !== null && Date.parse(one.entry?.time ?? '') < to)
    .flatMap(({ id, entry, words }) =>
      sealedIn(words.finding).map(({ code, rule, count, agency, purpose, officer, entries }) => ({
        id,
        kind: 'alert',
        time: entry?.time ?? '',
        outcome: 'raised',
        code,
        rule,
        count,
        handler: { departments: [], agency },
        ...defined({ purpose }),
        about: entries[0],
        words: { ...defined({ officer }), finding: `${count} times: ${entries.join(' ')}` },
        sealed: true,
        fold: JSON.stringify([code, rule, purpose, agency, officer]),
      })),
    );
}

/** Entry to the newest verdict on it. */
async function verdictsOf(auditing: Auditing, { from }: Span): Promise<Map<string, object>> {
  const verdicts = new Map<string, object>();
  const span = { from, to: auditing.now() + 1 };
  for await (const stored of walk(auditing, span, { kind: 'review' })) {
    const { id, entry } = stored;
    const about = entry?.about;
    if (!entry || about === undefined || verdicts.has(about)) continue;
    const { handler, time: at, outcome } = entry;
    verdicts.set(about, { acknowledged: { entry: id, by: handler?.agency, at, outcome } });
  }
  return verdicts;
}

function labelsOf(pack: Pack, code: string): object {
  const { severity = 'high', label = code, zh = code } = pack.alerts.get(code) ?? {};
  return { severity, label, zh };
}

/** The order of alerts, which a cursor names a place in. */
function placeOf({ time, id, code }: FoldedAlert): string {
  return `${time} ${id} ${code}`;
}

/** The page of those that are asked for, after the one that the cursor names. */
export function alertsPage(
  alerts: readonly FoldedAlert[],
  { code, agency, severity, acknowledged, cursor, limit }: AlertsQuery,
): { alerts: readonly FoldedAlert[]; cursor?: string } {
  const chosen = alerts.filter(
    (alert) =>
      (code === undefined || alert['code'] === code) &&
      (agency === undefined || (alert['handler'] as { agency?: string } | undefined)?.agency === agency) &&
      (severity === undefined || alert['severity'] === severity) &&
      (acknowledged === undefined || (alert['acknowledged'] !== undefined) === (acknowledged === 'yes')),
  );
  // A cursor is a place in the order: what it names may have been raised again, and stand elsewhere, since.
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  const start = after === null ? 0 : chosen.findIndex((alert) => placeOf(alert) < after);
  const page = start < 0 ? [] : chosen.slice(start, start + limit);
  const last = page.at(-1);
  const more = start >= 0 && chosen.length > start + limit && last !== undefined;
  return { alerts: page, ...(more && { cursor: Buffer.from(placeOf(last)).toString('base64url') }) };
}
