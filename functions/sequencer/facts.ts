import type { Entry } from '../../shared/log/entry/entry.ts';
import type { OpenedEntry } from '../../shared/log/read/openings.ts';

/** Members of an entry that lead to it in the index, or count it. */
const MEMBERS = [
  ...(['kind', 'time', 'writer', 'seq', 'leaf', 'subject', 'handler', 'purpose', 'outcome', 'rule'] as const),
  ...(['about', 'owners', 'attempt', 'revokes'] as const),
];
export type Indexable = Pick<Entry, (typeof MEMBERS)[number]>;

/** What a step needs of an opened entry; it can be sent from one thread to another. */
export interface Facts {
  /** `null` if it can't be opened any more. */
  entry: Indexable | null;
  /** Whether it names its subject by the internal id. */
  internal: boolean;
  /** Salt of the commitment to the entry's number among those of its person; absent if that is forgotten. */
  salt?: Uint8Array;
}

export function factsOf({ entry, words, halves }: OpenedEntry): Facts {
  const salt = halves.person?.salt('count');
  return {
    entry: entry && pick(entry),
    internal: words.subject !== undefined,
    ...(salt && { salt: Uint8Array.from(salt) }),
  };
}

function pick(entry: Entry): Indexable {
  return Object.fromEntries(MEMBERS.flatMap((name) => (name in entry ? [[name, entry[name]]] : []))) as never;
}
