import type { Answer } from './errors.ts';

/** Media types of a sealed answer: as a JWE, or to a hybrid key. */
const SEALED = 'application/jose';
const SEALED_HYBRID = 'application/fieldgate-sealed';

/**
 * The sealed form that a connection opens, for `Accept`. With a hybrid key it takes no other: the gateway then refuses before anything
 * is released to an agency whose hybrid key is registered no more.
 */
export const sealedForm = ({ hybrid }: { hybrid: unknown }): string => (hybrid ? SEALED_HYBRID : SEALED);

export function isSealed({ headers }: Pick<Answer, 'headers'>): boolean {
  const type = headers.get('content-type')?.split(';')[0]?.trim();
  return type === SEALED || type === SEALED_HYBRID;
}
