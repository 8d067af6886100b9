/** Makes an SD-JWT whose claims the holder can disclose one by one. */
import type { Json } from '../json.ts';
import { encode, signingInput } from './jwt.ts';
import { sha256, toBase64url } from './platform/platform.ts';

export interface Hidden {
  name: string;
  value: Json;
  /**
   * Combined length of `name` and `value` in characters, if the length must not depend on the value. The
   * random salt fills the rest. Must be at least their actual length.
   */
  width?: number;
}

export interface Issue {
  /** `typ` and `kid` of the header. The algorithm is ES256. */
  typ: string;
  kid: string;
  /** Claims visible to every verifier. */
  visible: { readonly [name: string]: Json };
  hidden: readonly Hidden[];
  /** Decoy digests, so that the number of digests does not reveal the number of claims. */
  decoys: number;
  /** ES256: 64 bytes r‖s. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Length of 128 random bits in characters. */
const SALT_CHARACTERS = 22;

/** @returns the SD-JWT with all disclosures, for its holder */
export async function issueSdJwt(issue: Issue): Promise<string> {
  const disclosures = issue.hidden.map(disclosureOf);
  const digests = await Promise.all(disclosures.map(sha256));
  for (let i = 0; i < issue.decoys; i++) digests.push(await sha256(random(43)));
  const payload = { ...issue.visible, _sd: digests.sort(), _sd_alg: 'sha-256' };
  const signed = signingInput({ alg: 'ES256', typ: issue.typ, kid: issue.kid }, payload);
  const signature = toBase64url(await issue.sign(encode(signed)));
  return `${[`${signed}.${signature}`, ...disclosures].join('~')}~`;
}

function disclosureOf({ name, value, width }: Hidden): string {
  const text = JSON.stringify([name, value]);
  const spare = width === undefined ? 0 : width - text.length;
  if (spare < 0) throw new RangeError('the value is wider than it may be');
  const [, ...rest] = text;
  return toBase64url(encode(`["${random(SALT_CHARACTERS + spare)}",${rest.join('')}`));
}

/** `count` random base64url characters, six bits each. */
function random(characters: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(Math.ceil((characters * 3) / 4) + 1));
  return toBase64url(bytes).slice(0, characters);
}
