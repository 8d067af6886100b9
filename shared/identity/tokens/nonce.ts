import { timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../bytes.ts';
import { encodeParts } from '../../encoding.ts';

/** Seconds of one window. A nonce is valid in its own window and the next one: 120 to 240 s. */
export const NONCE_WINDOW = 120;

/**
 * Server nonces for DPoP (RFC 9449 section 8). They need no store: every instance accepts the nonces of the
 * others.
 */
export interface Nonces {
  /** The nonce for a new proof. */
  current(): Promise<string>;
  /**
   * True for a nonce of this window, the previous one, or the next one, which an instance with a faster clock
   * issued.
   */
  accepts(nonce: string): Promise<boolean>;
}

const MAC_BYTES = 16;
const KEPT = 4;

/**
 * A nonce is the number of its window and a MAC over that number. So it can't be forged ahead of its window,
 * and it is refused after the next window.
 * @param mac HMAC-SHA-256 under a key with no other use; called once for each window and instance.
 * @param now epoch milliseconds.
 */
export function dpopNonces({
  mac,
  now,
}: {
  mac(message: Uint8Array): Promise<Uint8Array>;
  now(): number;
}): Nonces {
  const made = new Map<number, Promise<string>>();
  const present = () => Math.floor(now() / 1000 / NONCE_WINDOW);

  function nonceOf(window: number): Promise<string> {
    const known = made.get(window);
    if (known !== undefined) return known;
    const nonce = makeNonce(window, mac);
    made.set(window, nonce);
    nonce.catch(() => made.get(window) === nonce && made.delete(window));
    if (made.size > KEPT) made.delete(made.keys().next().value as number);
    return nonce;
  }

  return {
    current: () => nonceOf(present()),
    async accepts(nonce) {
      const given = fromBase64url(nonce);
      if (given?.length !== 4 + MAC_BYTES) return false;
      const window = given.readUInt32BE(0);
      if (Math.abs(window - present()) > 1) return false;
      const good = fromBase64url(await nonceOf(window));
      return good !== null && timingSafeEqual(given, good);
    },
  };
}

async function makeNonce(window: number, mac: (message: Uint8Array) => Promise<Uint8Array>): Promise<string> {
  const tag = await mac(encodeParts('fieldgate dpop nonce v1', window));
  const number = Buffer.alloc(4);
  number.writeUInt32BE(window);
  return toBase64url(Buffer.concat([number, tag.subarray(0, MAC_BYTES)]));
}
