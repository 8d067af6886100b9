/** Findings of the reconciliation with the KMS trail, as alerts in the log. */

import { defined } from '../../shared/defined.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Finding } from '../../shared/log/read/reconcile.ts';
import { SILENT } from '../../shared/policy/decide/alerts.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { GATEWAY } from '../session/actor.ts';

/** @param client the caller that handed in the trail; absent in a scheduled run */
export function findingEntry(finding: Finding, pack: Pack, client?: string): NewEntry {
  const { code, key, entry, unwrap } = finding;
  return {
    kind: 'alert',
    handler: { ...GATEWAY, ...defined({ client }) },
    outcome: 'raised',
    code,
    rule: pack.alerts.get(code)?.rule ?? pack.grounds.frozen,
    ...defined({ about: entry }),
    keys: [key],
    words: { finding: evidenceOf(finding), ...defined({ subject: unwrap?.subject }) },
  };
}

/** A file of the trail cannot be read, so nothing that it records is proved. */
export const UNREADABLE = 'TRAIL_UNREADABLE';
/** The trail delivers no file any more, so nothing since then is proved. */
export const LATE = 'TRAIL_LATE';

/** Codes of the alerts that the watch ends by itself. */
export const SETTLED: ReadonlySet<string> = new Set(['ENTRY_WITHOUT_UNWRAP', UNREADABLE, LATE, SILENT]);

/** @param file `from` and `to` are of most of its records */
export function unreadEntry(
  file: { name: string; why: string; tries: number; from: number; to: number | null },
  pack: Pack,
): NewEntry {
  const { name, why, tries, from, to } = file;
  const span = spanOf(from, to);
  return unreadable(`file ${name}, ${why}, ${tries} tries; unproved: its records, mostly from ${span}`, pack);
}

/** @param span that no run ended to compare */
export function unprovedEntry(
  { tries, from, to }: { tries: number; from: number; to: number },
  pack: Pack,
): NewEntry {
  return unreadable(`no run ended in ${tries} tries; unproved: all records from ${spanOf(from, to)}`, pack);
}

const spanOf = (...times: (number | null)[]) =>
  times.flatMap((at) => (at === null ? [] : [new Date(at).toISOString()])).join(' to ');

const unreadable = (finding: string, pack: Pack) => raised(UNREADABLE, finding, pack);

/** @param from start of the time without a record, epoch milliseconds */
export function lateEntry(from: number, pack: Pack): NewEntry {
  return raised(LATE, `no file since then; unproved: all entries from ${spanOf(from)}`, pack);
}

/** The end of an alert that holds no more: what it missed came. @param about the alert */
export function settledEntry(
  code: string,
  about: EntryId,
  pack: Pack,
  finding = 'what was missing came, and was compared',
): NewEntry {
  return { ...raised(code, finding, pack), outcome: 'settled', about };
}

/** An alert of the gateway itself. */
export function raised(code: string, finding: string, pack: Pack): NewEntry {
  return {
    kind: 'alert',
    handler: GATEWAY,
    outcome: 'raised',
    code,
    rule: pack.alerts.get(code)?.rule ?? pack.grounds.frozen,
    words: { finding },
  };
}

/** What KMS opens for no caller, for one purpose: it depends on no person. @param cause what KMS said */
export function closedAlert(
  pack: Pack,
  purpose: string,
  classes: ReadonlySet<string>,
  cause: unknown,
): NewEntry {
  const found = [...classes].sort().map((one) => {
    const [name, owner] = one.split('/').reverse();
    return owner === undefined ? `the key of the class ${name} is off` : `${owner} holds its class ${name}`;
  });
  const why = cause instanceof Error ? cause.name : 'unknown';
  return { ...raised('CLASS_CLOSED', `${found.join(', ')}: ${why}`, pack), purpose };
}

/** The data that a person needs to look up the event. The same finding always gives the same text. */
export function evidenceOf({ key, at, entry, unwrap }: Finding): string {
  const parts = unwrap
    ? [`event ${unwrap.event}`, `by ${unwrap.principal}`, `class ${unwrap.class}`]
    : [`entry ${entry}`];
  return [...parts, `key ${key}`, `at ${new Date(at).toISOString()}`].join(', ');
}
