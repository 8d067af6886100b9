import type { ActName } from '../../../shared/acts.ts';
import type { docsTexts } from '../../../shared/messages/docs.ts';

export type Group = Extract<keyof typeof docsTexts, `group${string}`>;

/** The users of each act, by its first word or its whole name. The order is that of the page. */
const USERS: readonly (readonly [Group, readonly string[]])[] = [
  ['groupConnect', ['token', 'self', 'policy.read', 'policy.simulate', 'receipt']],
  [
    'groupAsk',
    [
      ...['release', 'case', 'purpose', 'statistics', 'leak', 'posting', 'request.file', 'request.list'],
      ...['request.read', 'request.supply', 'request.dispute', 'request.withdraw'],
    ],
  ],
  ['groupOwn', ['intake', 'task', 'request', 'usage', 'objection.resolve']],
  ['groupDesk', ['inquiry', 'consent', 'conflict', 'objection', 'check-code', 'harm', 'text']],
  ['groupOutside', ['verification', 'programme', 'release.card']],
  ['groupAudit', ['log', 'alert', 'decoy', 'freeze', 'incident']],
  ['groupSteward', ['agency', 'policy', 'subject', 'hold', 'keys', 'job']],
  ['groupPublic', ['public']],
];

export const GROUPS: readonly Group[] = USERS.map(([group]) => group);

/** The group whose routes the reader finds an act under; the whole name counts more than its first word. */
export function groupOf(act: ActName): Group {
  const by = (name: string) => USERS.find(([, acts]) => acts.includes(name))?.[0];
  return by(act) ?? by(act.split('.')[0] ?? '') ?? 'groupPublic';
}
