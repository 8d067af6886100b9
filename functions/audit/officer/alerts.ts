import type * as v from 'valibot';
import type { AlertsQuery } from '../../../shared/contract/routes/audit.ts';
import type { AlertView } from '../../../shared/contract/routes/entries.ts';
import { defined } from '../../../shared/defined.ts';
import { codeText, type Text } from '../../../shared/language.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { readEntry, type StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { alerts, alertTexts } from '../../../shared/messages/alerts.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { sealedSince } from '../../../shared/records/gateway/watch-marks.ts';
import type { Auditing } from '../deps.ts';
import { entryView, sealedIn } from '../views.ts';
import { ANSWERS, answering, fits } from './answers.ts';

type Shown = v.InferOutput<typeof AlertView>;
/** One alert with its severity, how often it was raised in the span, and its acknowledgement. */
type FoldedAlert = Record<string, unknown> & { id: string; time: string; count: number };

type Span = { from: number; to: number };

/**
 * Alerts of a span, newest first. Alerts with the same agency, purpose, officer, code and subject are folded into
 * one with a count, which is acknowledged if the newest of them is.
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
    const labels = labelsOf(pack, String(alert['code']));
    folded.set(fold, { ...alert, ...labels, ...answerTo({ fold, ...alert }, verdicts) } as FoldedAlert);
  }
  return [...folded.values()];
}

type RaisedAlert = FoldedAlert & { fold: string };

async function raisedAlerts(auditing: Auditing, span: Span): Promise<RaisedAlert[]> {
  const pack = await auditing.pack();
  const alerts: RaisedAlert[] = [];
  const { isSettlement } = answering(auditing);
  for await (const stored of walkEntries(auditing.store, span, { kind: 'alert' })) {
    const { entry, words, id } = stored;
    if (await isSettlement(stored)) continue;
    const count = Number(/^(\d+) times: /.exec(words.finding ?? '')?.[1] ?? 1);
    const finding = /^\d+ times: /.test(words.finding ?? '') ? '' : words.finding;
    const { code, rule, purpose, subject, handler } = entry ?? {};
    // An alert of the watch names no person. By a rule that counts by person, two of them are about two people, or two times.
    const apart = isByPerson(pack, code) ? entry?.about : undefined;
    const fold = [code, rule, purpose, subject, handler?.agency, words.officer, finding, apart];
    const view = { ...entryView(stored), id, time: entry?.time ?? '', count };
    alerts.push({ ...view, fold: entry ? JSON.stringify(fold) : id });
  }
  return alerts;
}

function isByPerson({ alerts }: Pack, code = ''): boolean {
  const when = alerts.get(code)?.when;
  return when !== undefined && 'by' in when && when.by.includes('person');
}

/** Alerts that are only in words, so that the public log does not reveal the subject. */
async function sealedAlerts({ store, watchTable }: Auditing, { from, to }: Span): Promise<RaisedAlert[]> {
  const ids = await sealedSince(watchTable, from);
  const stored = await Promise.all(ids.map((id) => readEntry(store, id)));
  return stored
    .filter((one): one is StoredEntry => one !== null && Date.parse(one.entry?.time ?? '') < to)
    .flatMap(({ id, entry, words }) =>
      sealedIn(words.finding).map(({ code, rule, count, agency, purpose, officer, entries, named }) => ({
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
        words: {
          ...defined({ officer }),
          finding: `${count} times: ${[...entries, ...(named ? [`(${named})`] : [])].join(' ')}`,
        },
        sealed: true,
        fold: JSON.stringify([code, rule, purpose, agency, officer, named]),
      })),
    );
}

/** Entry id to the newest answers to the entry. */
async function verdictsOf(auditing: Auditing, { from }: Span): Promise<Map<string, Entry[]>> {
  const { isAnswer } = answering(auditing);
  const verdicts = new Map<string, Entry[]>();
  const span = { from, to: auditing.now() + 1 };
  for await (const stored of walkEntries(auditing.store, span, { kind: ANSWERS })) {
    const { entry } = stored;
    if (entry?.about !== undefined && (await isAnswer(stored)))
      verdicts.set(entry.about, [...(verdicts.get(entry.about) ?? []), entry]);
  }
  return verdicts;
}

function answerTo(alert: RaisedAlert, verdicts: Map<string, Entry[]>): object {
  const given = verdicts.get(alert.id)?.find((one) => fits(one, alert as { code?: string }));
  if (!given) return {};
  const { id: entry, handler, time: at, outcome } = given;
  return { acknowledged: { entry, by: handler?.agency, at, outcome } };
}

function labelsOf(pack: Pack, code: string): object {
  const { severity = 'high', label = ownWords(code) } = pack.alerts.get(code) ?? {};
  return { severity, label };
}

/** The gateway's words for an alert that the pack does not list; the code for one of an earlier pack. */
function ownWords(code: string): Text {
  return Object.hasOwn(alerts, code) ? alertTexts[code as keyof typeof alerts] : codeText(code);
}

/** Sort key of an alert; a cursor is such a key. */
function placeOf({ time, id, code }: FoldedAlert): string {
  return `${time} ${id} ${code}`;
}

/** One page of the alerts that match the query, after the cursor. */
export function alertsPage(
  alerts: readonly FoldedAlert[],
  { code, agency, severity, acknowledged, cursor, limit }: AlertsQuery,
): { alerts: Shown[]; cursor?: string } {
  const chosen = alerts.filter(
    (alert) =>
      (code === undefined || alert['code'] === code) &&
      (agency === undefined || (alert['handler'] as { agency?: string } | undefined)?.agency === agency) &&
      (severity === undefined || alert['severity'] === severity) &&
      (acknowledged === undefined || (alert['acknowledged'] !== undefined) === (acknowledged === 'yes')),
  );
  // A cursor is a sort key and not an id: the alert may have been raised again and moved since.
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  const start = after === null ? 0 : chosen.findIndex((alert) => placeOf(alert) < after);
  const page = start < 0 ? [] : chosen.slice(start, start + limit);
  const last = page.at(-1);
  const hasNext = start >= 0 && chosen.length > start + limit && last !== undefined;
  const next = hasNext ? Buffer.from(placeOf(last)).toString('base64url') : undefined;
  return { alerts: page as unknown as Shown[], ...defined({ cursor: next }) };
}
