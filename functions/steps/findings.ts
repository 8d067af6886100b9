/** What reconciliation finds, as alerts of the log. */

import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Claim, Finding } from '../../shared/log/read/reconcile.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** Whether what an entry is about may open a class: its programme, or its purpose. */
export function mayOpen(pack: Pack): (claim: Claim, name: string) => boolean {
  return ({ purpose, programme }, name) => {
    const classes = programme === undefined ? undefined : pack.programmes.get(programme)?.classes;
    if (classes) return classes.includes(name);
    return pack.classes.get(name)?.openedBy.includes(purpose ?? '') ?? false;
  };
}

/** @param client who handed the record in, where nobody scheduled it */
export function findingEntry(finding: Finding, pack: Pack, client?: string): NewEntry {
  const { code, key, entry, unwrap } = finding;
  return {
    kind: 'alert',
    handler: { departments: [], agency: 'fieldgate', ...(client !== undefined && { client }) },
    outcome: 'raised',
    code,
    rule: pack.alerts.get(code)?.rule ?? pack.grounds.frozen,
    ...(entry !== undefined && { about: entry }),
    words: { finding: evidenceOf(finding), keys: key, ...(unwrap && { subject: unwrap.subject }) },
  };
}

/** What a person needs to look the event up; the same for the same finding. */
export function evidenceOf({ key, at, entry, unwrap }: Finding): string {
  const parts = unwrap
    ? [`event ${unwrap.event}`, `by ${unwrap.principal}`, `class ${unwrap.class}`]
    : [`entry ${entry}`];
  return [...parts, `key ${key}`, `at ${new Date(at).toISOString()}`].join(', ');
}
