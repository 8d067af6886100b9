/** Turns matches of rules into alerts of the log. */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { AlertRule, GroupBy } from '../../shared/policy/pack/parts.ts';
import { GATEWAY } from '../session/actor.ts';
import type { Alert } from './raise.ts';
import type { ReadLeaf } from './read-leaves.ts';

/** Entries that one alert names at most; its count covers all. */
const NAMED = 20;

/** Entries that match a rule of the pack. */
export interface Match {
  code: string;
  alert: AlertRule;
  /** Distinguishes matches of the same code in the same leaves. */
  group: string;
  /** Set if the group alone identifies the match, whichever leaves are scanned. */
  once?: true;
  /** The entry of the registration by which it is found. */
  named?: EntryId;
  /** At least one. */
  entries: readonly ReadLeaf[];
}

/** @param key identifies the scanned leaves */
export function alertOf({ code, alert, group, once, entries }: Match, key: string): Alert {
  const first = entries[0] as ReadLeaf;
  const { handler, purpose, policy } = first.entry;
  const { officer } = first.words;
  return {
    grave: alert.severity === 'high',
    key: once ? `${code} ${group}` : `${key} ${code} ${group}`,
    entry: {
      kind: 'alert',
      handler: { departments: handler?.departments ?? [], agency: handler?.agency ?? GATEWAY.agency },
      ...defined({ purpose, policy }),
      outcome: 'raised',
      code,
      rule: alert.rule,
      about: first.entry.id,
      words: { ...defined({ officer }), finding: findingText(entries) },
    },
  };
}

/** `3 times: <entry> <entry> <entry>`; the list of alerts reads the count from it. */
function findingText(entries: readonly ReadLeaf[]): string {
  const ids = entries.slice(0, NAMED).map(({ entry }) => entry.id);
  return `${entries.length} times: ${ids.join(' ')}${entries.length > NAMED ? ' …' : ''}`;
}

/**
 * One entry for all scanned leaves, whether or not they contain a match that must not be read in a public log, such
 * as an access to a decoy. Because the entry is always there, its presence does not reveal when a decoy was accessed.
 */
export function sealedEntry(found: readonly Match[], key: string): Alert {
  const sealed = found.map(({ code, alert, entries, named }) => ({
    named,
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
  return {
    key: `${key} sealed`,
    entry,
    grave,
    ...defined({ sealed: sealed.length > 0 ? (true as const) : undefined }),
  };
}

/** Groups entries by the parts that the rule names; entries without one of the parts are left out. */
export function groupsOf(
  entries: readonly ReadLeaf[],
  by: readonly GroupBy[],
  also: (seen: ReadLeaf) => string = () => '',
): Map<string, ReadLeaf[]> {
  const groups = new Map<string, ReadLeaf[]>();
  for (const seen of entries) {
    const parts = by.map((part) => partOf(seen, part));
    if (parts.includes(undefined)) continue;
    const group = hash('sha256', JSON.stringify([...parts, also(seen)]), 'base64url');
    groups.set(group, [...(groups.get(group) ?? []), seen]);
  }
  return groups;
}

function partOf({ entry, words }: ReadLeaf, part: GroupBy): string | undefined {
  if (part === 'agency') return entry.handler?.agency;
  if (part === 'purpose') return entry.purpose;
  if (part === 'person') return entry.subject;
  // The area word is `<prefix>.<digest>`. The prefix makes it unique per entry, so only the digest is compared.
  if (part === 'area') return words.area?.split('.')[1];
  return words[part];
}
