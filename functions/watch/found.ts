/** What a rule found, as an alert of the log says it. */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { AlertRule, GroupBy } from '../../shared/policy/pack/parts.ts';
import { GATEWAY } from '../session/actor.ts';
import type { Alert } from './raise.ts';
import type { Seen } from './read-leaves.ts';

/** Entries that one alert names; the count tells how many there were. */
const NAMED = 20;

export interface Found {
  code: string;
  alert: AlertRule;
  /** Tells this finding from others of the same code in the same leaves. */
  group: string;
  /** The group alone names it, whatever leaves it is found with. */
  once?: true;
  /** At least one. */
  entries: readonly Seen[];
}

/** @param key of all that is found in these leaves */
export function alertOf({ code, alert, group, once, entries }: Found, key: string): Alert {
  const first = entries[0] as Seen;
  const { handler, purpose, policy } = first.entry;
  const { officer } = first.words;
  return {
    grave: alert.severity === 'high',
    key: once ? `${code} ${group}` : `${key} ${code} ${group}`,
    entry: {
      kind: 'alert',
      handler: { departments: handler?.departments ?? [], agency: handler?.agency ?? GATEWAY.agency },
      ...defined({ purpose }),
      ...(policy && { policy }),
      outcome: 'raised',
      code,
      rule: alert.rule,
      about: first.entry.id,
      words: { ...defined({ officer }), finding: findingText(entries) },
    },
  };
}

/** `3 times: <entry> <entry> <entry>`, which the list of alerts counts by. */
function findingText(entries: readonly Seen[]): string {
  const ids = entries.slice(0, NAMED).map(({ entry }) => entry.id);
  return `${entries.length} times: ${ids.join(' ')}${entries.length > NAMED ? ' …' : ''}`;
}

/**
 * One entry for all leaves that were looked at, whether or not something was found that must not be read in a
 * public log: that a decoy was met, above all. Then nothing tells by when it was met either.
 */
export function sealedEntry(found: readonly Found[], key: string): Alert {
  const sealed = found.map(({ code, alert, entries }) => ({
    code,
    rule: alert.rule,
    count: entries.length,
    agency: entries[0]?.entry.handler?.agency,
    purpose: entries[0]?.entry.purpose,
    officer: entries[0]?.words.officer,
    entries: entries.slice(0, NAMED).map(({ entry }) => entry.id),
  }));
  const entry: NewEntry = {
    kind: 'watch',
    handler: GATEWAY,
    outcome: 'looked',
    words: { finding: JSON.stringify(sealed) },
  };
  const grave = found.some(({ alert }) => alert.severity === 'high');
  return { key: `${key} sealed`, entry, grave, ...(sealed.length > 0 && { sealed: true as const }) };
}

/** Entries by what the rule tells apart; those that lack a part of it are left out. */
export function groupsOf(
  entries: readonly Seen[],
  by: readonly GroupBy[],
  also: (seen: Seen) => string = () => '',
): Map<string, Seen[]> {
  const groups = new Map<string, Seen[]>();
  for (const seen of entries) {
    const parts = by.map((part) => partOf(seen, part));
    if (parts.includes(undefined)) continue;
    const group = hash('sha256', JSON.stringify([...parts, also(seen)]), 'base64url');
    groups.set(group, [...(groups.get(group) ?? []), seen]);
  }
  return groups;
}

function partOf({ entry, words }: Seen, part: GroupBy): string | undefined {
  if (part === 'agency') return entry.handler?.agency;
  if (part === 'purpose') return entry.purpose;
  // Before the digest stands what makes each word of an area another one.
  if (part === 'area') return words.area?.split('.')[1];
  return words[part];
}
