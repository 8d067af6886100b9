/**
 * The eligibility attestation: an SD-JWT VC that says that somebody, known to one recipient by a pseudonym, is
 * eligible for a programme. Its claims are a closed list.
 */
import type { Json } from '../json.ts';
import { reject } from './invalid.ts';
import { type Hidden, type Issue, issueSdJwt } from './issue.ts';
import { type Claims, isObject, type Jwk, timeOf } from './jwt.ts';
import { type KeyBinding, verifySdJwt } from './sd-jwt.ts';
import { INVALID, type StatusList, statusAt } from './status-list.ts';

export const TYPE = 'dc+sd-jwt';
/** The credential type; another list of claims would be another type. */
export const VCT = 'urn:fieldgate:eligibility:1';

export type Outcome = 'YES' | 'NOT_CONFIRMED';
const OUTCOMES: readonly Json[] = ['YES', 'NOT_CONFIRMED'] satisfies Outcome[];

export interface Eligibility {
  issuer: string;
  programme: string;
  outcome: Outcome;
  /** Stands for the person, for this recipient and programme alone. */
  pseudonym: string;
  /** The body that asked, by its client id. */
  recipient: string;
  /** Epoch seconds, both at the turn of a day: an exact time would be the same mark for whoever compares. */
  issued: number;
  expires: number;
  status: { uri: string; index: number };
}

/** Visible to every verifier; all else is disclosed by the holder. */
const VISIBLE = ['iss', 'iat', 'exp', 'vct', 'status', 'cnf'];
const HIDDEN = ['sub', 'programme', 'outcome', 'recipient'];
const HEADER = ['alg', 'typ', 'kid'];
/** Characters of the longest outcome with its name. */
const OUTCOME_WIDTH = JSON.stringify(['outcome', 'NOT_CONFIRMED']).length;
const DECOYS = 4;

/**
 * @param holder the recipient's public signing key, by which it proves that the attestation is its own
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
  /** A programme that it must be for. */
  programme?: string;
}

/** What a verified attestation says; pseudonym and recipient are absent where the holder kept them back. */
export type Shown = Omit<Eligibility, 'pseudonym' | 'recipient'> & Partial<Eligibility>;

/**
 * Checks all but the status, which needs the list: see `checkStatus`.
 * @throws AttestationInvalid for anything that is not exactly right, a claim beyond the list included
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
  // What it is for and what it says must be shown, or it says nothing.
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

/** Whom it was issued to: a public key, and nothing beside it. */
function isHolder(cnf: Json | undefined): boolean {
  if (!isObject(cnf) || Object.keys(cnf).join() !== 'jwk' || !isObject(cnf['jwk'])) return false;
  return ['EC', 'OKP'].includes(cnf['jwk']['kty'] as string) && !('d' in cnf['jwk']);
}

/** The issuer alone says what it has revoked, so its list lies with it. */
function statusOf(claims: Claims, issuer: string): Eligibility['status'] {
  const status = claims.get('status');
  const list = isObject(status) && Object.hasOwn(status, 'status_list') ? status['status_list'] : undefined;
  if (!isObject(list) || Object.keys(status as object).length !== 1) reject('CLAIM');
  const { idx, uri, ...more } = list;
  if (Object.keys(more).length > 0) reject('CLAIM');
  if (typeof idx !== 'number' || !Number.isSafeInteger(idx) || idx < 0) reject('CLAIM');
  if (typeof uri !== 'string' || !uri.startsWith(`${issuer}/`)) reject('CLAIM');
  return { uri, index: idx };
}

/** @throws AttestationInvalid CLAIM for a claim that is there and no text */
function textOf(claims: Claims, name: string): string | null {
  const value = claims.get(name);
  if (value === undefined) return null;
  return typeof value === 'string' && value !== '' ? value : reject('CLAIM');
}
