import type { Answer } from './errors.ts';

/** Media type of a sealed answer. */
export const SEALED = 'application/jose';

export function isSealed({ headers }: Pick<Answer, 'headers'>): boolean {
  return headers.get('content-type')?.startsWith(SEALED) === true;
}
