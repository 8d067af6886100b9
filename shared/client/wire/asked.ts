/** Whether a sealed answer is one to the request that was sent, and not one that was kept. */

import { askedText } from '../../contract/asked.ts';

/** Seconds by which the instant of an answer may differ from this machine's clock. */
const APART = 300;

/** SHA-256 of a request as a sealed answer names it: method, path with the query, and body. base64url. */
export async function askedOf(method: string, path: string, body: string | null): Promise<string> {
  const [plain = '', query = ''] = path.split(/\?(.*)/s);
  const text = askedText(method, plain, new URLSearchParams(query), body ?? '');
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * @param head signed header of the answer
 * @param asked of the request, as `askedOf` gives it
 * @param now epoch seconds
 */
export function answersThat(
  head: object,
  text: string,
  { asked, now }: { asked: string | undefined; now: number },
): boolean {
  const { iat, asked: said, entry } = head as Record<string, unknown>;
  const isNow = typeof iat === 'number' && Math.abs(iat - now) <= APART;
  return isNow && said === asked && typeof entry === 'string' && ('cty' in head || text.includes(entry));
}
