/**
 * The eligibility attestation: an SD-JWT VC. It states that a person, known to one recipient by a pseudonym,
 * is eligible for a programme. Its list of claims is closed.
 */
import type { Json } from '../json.ts';
import { reject } from './invalid.ts';
import { type Claims, encode, isObject, type Jwk, signingInput, timeOf } from './jwt.ts';
import { sha256, toBase64url } from './platform/platform.ts';
import { type KeyBinding, verifySdJwt } from './sd-jwt.ts';
import { INVALID, type StatusList, statusAt } from './status-list.ts';

export const TYPE = 'dc+sd-jwt';
/** The credential type. A different list of claims would need a different type. */
export const VCT = 'urn:fieldgate:eligibility:1';

export type Outcome = 'YES' | 'NOT_CONFIRMED';
const OUTCOMES: readonly Json[] = ['YES', 'NOT_CONFIRMED'] satisfies Outcome[];

export interface Eligibility {
  issuer: string;
  programme: string;
  outcome: Outcome;
  /** Pseudonym of the person for this recipient and programme only. */
  pseudonym: string;
  /** The agency that requested it, by its client id. */
  recipient: string;
  /** Epoch seconds, both rounded to a day: an exact time would let recipients match attestations of one person. */
  issued: number;
  expires: number;
  status: { uri: string; index: number };
}

/** Visible to every verifier. The holder may disclose the rest. */
const VISIBLE = ['iss', 'iat', 'exp', 'vct', 'status', 'cnf'];
const HIDDEN = ['sub', 'programme', 'outcome', 'recipient'];
const HEADER = ['alg', 'typ', 'kid'];
/** Length of the longest outcome together with its name, in characters. */
const OUTCOME_WIDTH = JSON.stringify(['outcome', 'NOT_CONFIRMED']).length;
const DECOYS = 4;

/**
 * @param holder the recipient's public signing key, which proves that the recipient holds the attestation
 * @returns an attestation whose length does not depend on the outcome
 */
export function issueEligibility(
  about: Eligibility,
  holder: Jwk,
  { kid, sign }: Pick<Issue, 'kid' | 'sign'>,
): Promise<string> {
  const hidden: Hidden[] = [
    { name: 'sub', value: about.pseudonym },
    { name: 'programme', value: about.programme },
    { name: 'outcome', value: about.outcome, width: OUTCOME_WIDTH },
    { name: 'recipient', value: about.recipient },
  ];
  const visible = {
    iss: about.issuer,
    iat: about.issued,
    exp: about.expires,
    vct: VCT,
    status: { status_list: { idx: about.status.index, uri: about.status.uri } },
    cnf: { jwk: holder as { [name: string]: Json } },
  };
  return issueSdJwt({ typ: TYPE, kid, visible, hidden, decoys: DECOYS, sign });
}

export interface EligibilityOptions {
  /** The gateway that must have issued it. */
  issuer: string;
  keys: readonly Jwk[];
  now: number;
  keyBinding?: KeyBinding | null;
  /** The programme that it must be for. */
  programme?: string;
}

/** The contents of a verified attestation. Pseudonym and recipient are absent if the holder did not disclose them. */
export type Shown = Omit<Eligibility, 'pseudonym' | 'recipient'> & Partial<Eligibility>;

/**
 * Checks everything except the status, which needs the list: see `checkStatus`.
 * @throws AttestationInvalid for any deviation, including a claim beyond the list
 */
export async function verifyEligibility(text: string, options: EligibilityOptions): Promise<Shown> {
  const { claims, disclosed, header } = await verifySdJwt(text, {
    typ: TYPE,
    keys: options.keys,
    now: options.now,
    keyBinding: options.keyBinding ?? null,
  });
  if ([...header.keys()].some((name) => !HEADER.includes(name))) reject('TYPE');
  for (const name of claims.keys()) {
    if (!(disclosed.has(name) ? HIDDEN : VISIBLE).includes(name)) reject('CLAIM');
  }
  const [issued, expires] = [timeOf(claims, 'iat'), timeOf(claims, 'exp')];
  const [programme, outcome] = [textOf(claims, 'programme'), claims.get('outcome')];
  if (claims.get('iss') !== options.issuer || claims.get('vct') !== VCT) reject('CLAIM');
  if (!isHolder(claims.get('cnf'))) reject('CLAIM');
  if (issued === null || expires === null || expires <= issued) reject('CLAIM');
  // Programme and outcome must be disclosed; without them the attestation states nothing.
  if (programme === null || !OUTCOMES.includes(outcome as string)) reject('CLAIM');
  if (options.programme !== undefined && programme !== options.programme) reject('CLAIM');
  const [pseudonym, recipient] = [textOf(claims, 'sub'), textOf(claims, 'recipient')];
  return {
    issuer: options.issuer,
    programme,
    outcome: outcome as Outcome,
    issued,
    expires,
    status: statusOf(claims, options.issuer),
    ...(pseudonym !== null && { pseudonym }),
    ...(recipient !== null && { recipient }),
  };
}

/** @throws AttestationInvalid REVOKED, or STATUS for an index outside the list or an unknown status */
export function checkStatus({ status }: Pick<Eligibility, 'status'>, list: StatusList): void {
  const found = statusAt(list, status.index);
  if (found === INVALID) reject('REVOKED');
  if (found !== 0) reject('STATUS');
}

/** The holder's public key, and no other member. */
function isHolder(cnf: Json | undefined): boolean {
  if (!isObject(cnf) || Object.keys(cnf).join() !== 'jwk' || !isObject(cnf['jwk'])) return false;
  return ['EC', 'OKP'].includes(cnf['jwk']['kty'] as string) && !('d' in cnf['jwk']);
}

/** The issuer's own list is the only authority on revocation. @throws AttestationInvalid CLAIM */
export function statusOf(claims: Claims, issuer: string): Eligibility['status'] {
  const status = claims.get('status');
  const list = isObject(status) && Object.hasOwn(status, 'status_list') ? status['status_list'] : undefined;
  if (!isObject(list) || Object.keys(status as object).length !== 1) reject('CLAIM');
  const { idx, uri, ...more } = list;
  if (Object.keys(more).length > 0) reject('CLAIM');
  if (typeof idx !== 'number' || !Number.isSafeInteger(idx) || idx < 0) reject('CLAIM');
  if (typeof uri !== 'string' || !uri.startsWith(`${issuer}/`)) reject('CLAIM');
  return { uri, index: idx };
}

/** @throws AttestationInvalid CLAIM if the claim is present and not text */
function textOf(claims: Claims, name: string): string | null {
  const value = claims.get(name);
  if (value === undefined) return null;
  return typeof value === 'string' && value !== '' ? value : reject('CLAIM');
}

/** Makes an SD-JWT whose claims the holder can disclose one by one. */
interface Hidden {
  name: string;
  value: Json;
  /**
   * Combined length of `name` and `value` in characters, if the length must not depend on the value. The
   * random salt fills the rest. Must be at least their actual length.
   */
  width?: number;
}

interface Issue {
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
async function issueSdJwt(issue: Issue): Promise<string> {
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
