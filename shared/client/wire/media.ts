import type { Answer } from './errors.ts';

/** Media types of a sealed answer: as a JWE, or to a hybrid key. */
const SEALED = 'application/jose';
const SEALED_HYBRID = 'application/fieldgate-sealed';

/** The sealed forms that a connection with these keys opens, for `Accept`. */
export function sealedForms({ enc, hybrid }: { enc: unknown; hybrid: unknown }): string {
  return [...(hybrid ? [SEALED_HYBRID] : []), ...(enc || !hybrid ? [SEALED] : [])].join(', ');
}

export function isSealed({ headers }: Pick<Answer, 'headers'>): boolean {
  const type = headers.get('content-type')?.split(';')[0]?.trim();
  return type === SEALED || type === SEALED_HYBRID;
}
