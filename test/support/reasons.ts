/** Reasons that a purpose lists, for tests that are not about the list. */
import { pack as shipped } from '../../functions/session/policy.ts';

interface Lists {
  purposes: ReadonlyMap<string, { reasons?: Record<string, Record<string, string>> | undefined }>;
}

/** The first one of the purpose; of one that leaves its reasons open, the given words. */
export function reasonFor(
  purpose: string | undefined,
  otherwise = 'as the rules say',
  pack: Lists = shipped,
): string {
  const [first] = Object.values(pack.purposes.get(purpose ?? '')?.reasons ?? {});
  return first?.['en'] ?? otherwise;
}
