/** What entries say of unwrapped keys, to be compared with KMS's own record. */
import type { StoredEntry } from './read/read.ts';
import type { Claim } from './read/reconcile.ts';

/** Kinds that are about no data keys. */
const NO_KEYS: ReadonlySet<string> = new Set(['alert', 'review', 'watch', 'writer']);

/** @returns `null` for an entry that names no key, and is not about to open any */
export function claimOf({ entry, words }: StoredEntry): Claim | null {
  if (!entry || NO_KEYS.has(entry.kind)) return null;
  const keys = [...(entry.keys ?? []), ...(words.keys?.split(' ').filter(Boolean) ?? [])];
  const { id, kind, time, purpose, programme, handler, subject } = entry;
  if (keys.length === 0 && kind !== 'attempt') return null;
  return {
    ...{ entry: id, kind, at: Date.parse(time), keys },
    ...(handler && { agency: handler.agency }),
    ...(purpose !== undefined && { purpose }),
    ...(programme !== undefined && { programme }),
    ...(words.subject !== undefined && { subject: words.subject }),
    ...(subject !== undefined && { logId: subject }),
  };
}
