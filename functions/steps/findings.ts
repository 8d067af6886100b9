/** Findings of the reconciliation with the KMS trail, as alerts in the log. */

import { defined } from '../../shared/defined.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { type Claim, type Finding, TEXT_TEST } from '../../shared/log/read/reconcile.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { GATEWAY } from '../session/actor.ts';

/** Whether the programme of an entry, or else its purpose, may open a class. */
export function mayOpen(pack: Pack): (claim: Claim, name: string) => boolean {
  return ({ purpose, programme, kind, code }, name) => {
    if (kind === 'attempt' && code === TEXT_TEST) return true;
    const classes = programme === undefined ? undefined : pack.programmes.get(programme)?.classes;
    if (classes) return classes.includes(name);
    return pack.classes.get(name)?.openedBy.includes(purpose ?? '') ?? false;
  };
}

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

function unreadable(finding: string, pack: Pack): NewEntry {
  return {
    kind: 'alert',
    handler: GATEWAY,
    outcome: 'raised',
    code: UNREADABLE,
    rule: pack.alerts.get(UNREADABLE)?.rule ?? pack.grounds.frozen,
    words: { finding },
  };
}

/** The data that a person needs to look up the event. The same finding always gives the same text. */
export function evidenceOf({ key, at, entry, unwrap }: Finding): string {
  const parts = unwrap
    ? [`event ${unwrap.event}`, `by ${unwrap.principal}`, `class ${unwrap.class}`]
    : [`entry ${entry}`];
  return [...parts, `key ${key}`, `at ${new Date(at).toISOString()}`].join(', ');
}
