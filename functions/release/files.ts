/**
 * Adds to each file of an answer what opens it: its key, the context to which the object is bound, and an address of the object,
 * which is ciphertext and good for two minutes. An answer that may hold a file is always sealed.
 */

import { toBase64url } from '../../shared/bytes.ts';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { Problem } from '../../shared/errors.ts';
import { asKeyId } from '../../shared/ids.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import type { Presented } from './present.ts';

const SECONDS = 120;

/** @throws Problem INTEGRITY_FAULT for a file without a key of this person */
export async function presentFiles(
  { files, now }: Pick<ReleaseDeps, 'files' | 'now'>,
  { pack }: ReleaseCall,
  presented: Presented,
): Promise<Presented> {
  const { answer, decided } = presented;
  const until = new Date(now() + SECONDS * 1000).toISOString();
  const results = answer.results.map(async (result, i) => {
    if (!('fields' in result)) return result;
    const fields = Object.entries(result.fields).map(async ([name, given]) => {
      const file = pack.fields.get(name)?.files && given.form === 'plain' ? idIn(given.value) : null;
      if (file === null) return [name, given] as const;
      const { keys } = decided[i] as DecidedSubject;
      const key = keys.get(asKeyId(file));
      if (!key || key instanceof DataKey) throw new Problem('INTEGRITY_FAULT');
      const opens = { key: toBase64url(key.key), context: toBase64url(key.context) };
      const url = await files.readUrl(file, SECONDS);
      return [name, { ...given, value: { ...(given.value as object), ...opens, url, until } }] as const;
    });
    return { ...result, fields: Object.fromEntries(await Promise.all(fields)) };
  });
  return { ...presented, answer: { ...answer, results: await Promise.all(results) } };
}

/** A text names a paper that is elsewhere. */
function idIn(value: unknown): string | null {
  const { file } = (typeof value === 'object' && value !== null ? value : {}) as { file?: unknown };
  return typeof file === 'string' ? file : null;
}
