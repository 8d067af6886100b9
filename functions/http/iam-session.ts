/**
 * Callers by IAM, for regions where API Gateway may not stand open: it has checked the SigV4 signature and tells
 * whose role signed. The caller says which agency it is and what for, in signed headers in the place of a token;
 * the register says which roles speak for the agency.
 */
import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies.ts';
import { type Grant, parseDetails } from '../../shared/identity/details.ts';
import { type Claim, claimName } from '../../shared/identity/replay.ts';

/** Client id of the agency. */
const CLIENT = 'x-fieldgate-client';
/** `authorization_details` as for a token, base64url of UTF-8. */
const DETAILS = 'x-fieldgate-details';
/** Access token of a person of the office, where one acts; the place of a token is taken by the signature. */
const PERSON = 'x-fieldgate-person';
/** Seconds for which API Gateway takes a signature, at most, on either side of its clock. */
const SIGNATURE_LASTS = 300;

export interface IamCall {
  agency: Agency;
  grant: Grant;
  /** A signature serves once; the caller signs anew to repeat a request. */
  claim: Claim;
  /** The person's token; `null` where the office itself calls. */
  person: string | null;
}

/**
 * @param find the agency of a client id
 * @throws Problem TOKEN_INVALID for a caller that no agency names, or headers that are missing or not signed
 */
export async function readIamCall(
  c: Context,
  now: number,
  find: (clientId: string) => Promise<Agency | null>,
): Promise<IamCall> {
  const { signature, signed } = readAuthorization(c.req.header('authorization') ?? '');
  // What is not signed could be put in by whoever stands between.
  const person = c.req.header(PERSON) ?? null;
  const needed = [CLIENT, DETAILS, 'host', ...(person === null ? [] : [PERSON])];
  if (!needed.every((name) => signed.has(name))) throw new Problem('TOKEN_INVALID');
  const agency = await find(c.req.header(CLIENT) ?? '');
  const role = roleOf(c.env?.requestContext?.identity?.userArn);
  if (!agency || role === null) throw new Problem('TOKEN_INVALID');
  if (!agency.iamRoles?.some((arn) => roleOf(arn) === role)) throw new Problem('TOKEN_INVALID');
  const text = Buffer.from(c.req.header(DETAILS) ?? '', 'base64url').toString('utf8');
  // A purpose that the policy does not know is refused by it, and logged.
  const grant = parseDetails(text, agency, () => true);
  if (!grant) throw new Problem('TOKEN_INVALID', { detail: `${DETAILS} does not grant what it says` });
  const expires = Math.floor(now / 1000) + 2 * SIGNATURE_LASTS;
  const claim = { claim: claimName('sigv4', agency.clientId, signature), expires };
  return { agency, grant, claim, person };
}

function readAuthorization(header: string): { signature: string; signed: ReadonlySet<string> } {
  const [, names = ''] = /^AWS4-HMAC-SHA256 .*\bSignedHeaders=([a-z0-9;_-]+)/.exec(header) ?? [];
  const [, signature = ''] = /\bSignature=([0-9a-f]{64})$/.exec(header) ?? [];
  if (names === '' || signature === '') throw new Problem('TOKEN_INVALID');
  return { signature, signed: new Set(names.split(';')) };
}

/** `<partition>:<account>:<role>` of a role or of a session in it, whose ARN has lost the role's path. */
function roleOf(arn: unknown): string | null {
  if (typeof arn !== 'string') return null;
  const [, partition, account, name] =
    /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn) ??
    /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]+)$/.exec(arn) ??
    [];
  return name === undefined ? null : `${partition}:${account}:${name}`;
}
