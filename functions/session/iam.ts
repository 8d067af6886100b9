/**
 * Callers that IAM authenticates, for regions in which API Gateway may not be open to the internet. API Gateway has
 * checked the SigV4 signature and names the role that signed. It does not pass the signature on: no `Authorization`
 * header reaches the functions. The caller therefore names its agency, the grant and a nonce in headers that it also
 * signs. The register lists the roles that may act for the agency.
 */

import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { type Grant, lackedBy, parseDetails } from '../../shared/identity/details.ts';
import { type Claim, claimName } from '../../shared/identity/replay.ts';
import { asClientId, type ClientId } from '../../shared/ids.ts';
import { commonTexts } from '../../shared/messages/common.ts';

/** Client id of the agency. */
export const IAM_CLIENT = 'x-fieldgate-client';
/** `authorization_details` as for a token, base64url of UTF-8. */
export const IAM_DETAILS = 'x-fieldgate-details';
/** 16 to 64 letters, digits, `-` or `_`, new for each request. It is used once in place of the signature, which is not visible here. */
const NONCE = 'x-fieldgate-nonce';
/**
 * Access token of the acting person of the agency, if any: the issuer's, or that of a session at the console. It has a
 * header of its own, because the signature is in the Authorization header.
 */
export const IAM_PERSON = 'x-fieldgate-person';
/** Seconds for which API Gateway accepts a signature, at most, before and after its own clock. */
const SIGNATURE_LASTS = 300;

interface IamCall {
  agency: Agency;
  /** What the headers ask for. A token of the console says it itself. @throws Problem TOKEN_INVALID */
  grant(): Grant;
  /** A request that is sent again under the same signature has the same nonce. */
  claim: Claim;
  /** The person's token; `null` if the agency itself calls. */
  person: string | null;
}

/**
 * @param find the agency of a client id
 * @throws Problem TOKEN_INVALID for a role that the agency does not list, or headers that are missing or malformed
 */
export async function readIamCall(
  c: Context,
  now: number,
  find: (clientId: ClientId) => Promise<Agency | null>,
): Promise<IamCall> {
  const nonce = c.req.header(NONCE) ?? '';
  if (!/^[\w-]{16,64}$/.test(nonce) || isPresigned(c)) throw new Problem('TOKEN_INVALID');
  const agency = await find(asClientId(c.req.header(IAM_CLIENT) ?? ''));
  const role = roleOf(c.env?.requestContext?.identity?.userArn);
  if (!agency || role === null) throw new Problem('TOKEN_INVALID');
  if (!agency.iamRoles?.some((arn) => roleOf(arn) === role)) throw new Problem('TOKEN_INVALID');
  const grant = () => {
    const text = Buffer.from(c.req.header(IAM_DETAILS) ?? '', 'base64url').toString('utf8');
    // The policy refuses a purpose that it does not know, and the refusal is logged.
    const asked = parseDetails(text);
    if (!asked || lackedBy(agency, asked).length > 0)
      throw new Problem('TOKEN_INVALID', { detail: commonTexts.iamDetails(IAM_DETAILS) });
    return asked;
  };
  const expires = Math.floor(now / 1000) + 2 * SIGNATURE_LASTS;
  const claim = { claim: claimName('sigv4', agency.clientId, nonce), expires };
  return { agency, grant, claim, person: c.req.header(IAM_PERSON) ?? null };
}

/** A presigned URL does not cover the headers, so its holder could choose them. A signature in headers has its date there. */
function isPresigned(c: Context): boolean {
  const named = Object.keys(c.req.query()).some((name) => /^x-amz-/i.test(name));
  return named || c.req.header('x-amz-date') === undefined;
}

/** `<partition>:<account>:<role>` of a role, or of a session in a role. The ARN of a session lacks the role's path. */
function roleOf(arn: unknown): string | null {
  if (typeof arn !== 'string') return null;
  const [, partition, account, name] =
    /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn) ??
    /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]+)$/.exec(arn) ??
    [];
  return name === undefined ? null : `${partition}:${account}:${name}`;
}
