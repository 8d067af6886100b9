/** Alerts about KMS's own record, and their ends. */
import type { EntryId } from '../../shared/ids.ts';
import { asEntryId } from '../../shared/ids.ts';
import type { Finding } from '../../shared/log/read/reconcile.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Table } from '../../shared/store/table.ts';
import {
  findingEntry,
  LATE,
  lateEntry,
  settledEntry,
  UNREADABLE,
  unprovedEntry,
  unreadEntry,
} from '../steps/findings.ts';
import { type Alert, raisedAs } from './raise.ts';
import type { TrailFile } from './trail.ts';
import type { UnreadFile } from './unread.ts';

/** Alerts of one code that are raised one by one; more than that become a single alert with a count. */
const SINGLY = 50;

export const spanKey = ({ from, to }: { from: number; to: number }) => `${from}-${to}`;

/** @param lacking files of the span that could not be read, so that a missing unwrap proves nothing */
export function alertsOf(findings: readonly Finding[], pack: Pack, span: string, lacking = 0): Alert[] {
  return [...Map.groupBy(findings, ({ code }) => code)].flatMap(([code, some]) => {
    const grave = isGrave(code, pack);
    const unproved = lacking > 0 && code === 'ENTRY_WITHOUT_UNWRAP';
    if (some.length <= SINGLY && !unproved) {
      return some.map((finding) => ({
        key: `${code} ${finding.unwrap?.event ?? finding.entry} ${finding.key}`,
        grave,
        entry: findingEntry(finding, pack),
      }));
    }
    const entry = findingEntry(some[0] as Finding, pack);
    const named = some.slice(0, 20).map(({ unwrap, entry: id }) => unwrap?.event ?? id);
    const why = unproved ? `unproved without ${lacking} unread files of the trail: ` : '';
    const words = { ...entry.words, finding: `${some.length} times: ${why}${named.join(' ')} …` };
    return [{ key: `${code} ${span}`, grave, entry: { ...entry, words } }];
  });
}

export const unreadableKey = ({ name }: Pick<TrailFile, 'name'>) => `${UNREADABLE} ${name}`;

/** @param late milliseconds within which most records are in a file; `null`: it is of a day */
export function unreadAlert(file: UnreadFile, late: number | null, pack: Pack): Alert {
  const from = late === null ? file.at : file.at - 2 * late;
  const entry = unreadEntry({ ...file, from, to: late === null ? null : file.at }, pack);
  return { key: unreadableKey(file), grave: isGrave(UNREADABLE, pack), entry };
}

/** No run ended to compare the span. */
export function unprovedAlert(span: { tries: number; from: number; to: number }, pack: Pack): Alert {
  return {
    key: `${UNREADABLE} ${spanKey(span)}`,
    grave: isGrave(UNREADABLE, pack),
    entry: unprovedEntry(span, pack),
  };
}

/** @param from start of the span that can't be compared, epoch milliseconds */
export function lateAlert(from: number, pack: Pack): Alert {
  return { key: `${LATE} ${from}`, grave: isGrave(LATE, pack), entry: lateEntry(from, pack) };
}

/** The ends of those of the alerts that were raised. @param keys of alerts that hold no more */
export async function settlementsOf(state: Table, keys: readonly string[], pack: Pack): Promise<Alert[]> {
  const raised = await Promise.all(keys.map((key) => raisedAs(state, key)));
  return keys.flatMap((key, i) => {
    const about: EntryId | null = raised[i] ? asEntryId(raised[i]) : null;
    const [code = ''] = key.split(' ');
    return about === null ? [] : [{ key: `settled ${key}`, entry: settledEntry(code, about, pack) }];
  });
}

const isGrave = (code: string, pack: Pack) => pack.alerts.get(code)?.severity !== 'medium';
