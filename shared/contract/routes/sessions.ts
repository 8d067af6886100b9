/** Sessions of people in a browser. */

import * as v from 'valibot';
import { line, Name, SealingKey } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Handle = v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'is not a session'));

/** What the page brings back from the issuer. */
const LOGIN = {
  code: line(2048),
  codeVerifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/, 'is not a code verifier')),
  redirectUri: line(512),
};

export const StartSession = strictObject({
  ...LOGIN,
  enc: v.optional(SealingKey),
});
export const RenewSession = strictObject({
  session: Handle,
  login: v.optional(strictObject(LOGIN)),
  details: v.optional(
    strictObject({
      action: v.picklist(['release', 'verify']),
      purpose: Name,
      case: v.optional(line(128)),
      reason: v.optional(line(1000)),
    }),
  ),
});
export const EndSession = strictObject({ session: Handle });

const Renewed = {
  access_token: v.string(),
  token_type: v.literal('DPoP'),
  expires_in: v.number(),
  idle: v.number(),
  ends: v.number(),
  authTime: v.nullable(v.number()),
  person: v.object({
    name: v.string(),
    subject: v.string(),
    office: v.string(),
    actions: v.array(v.string()),
  }),
};

const PROOF = { DPoP: { schema: v.string(), required: true } } as const;

export const sessionRoutes = routes('sessions', 'token', {
  getSessionNonce: route('GET /v1/sessions', 'public.read', { response: v.object({ nonce: v.string() }) }),
  startSession: route('POST /v1/sessions', 'token.issue', {
    headers: PROOF,
    body: StartSession,
    response: null,
    created: v.object({ session: Handle, ...Renewed }),
  }),
  renewSession: route('POST /v1/sessions/renew', 'token.issue', {
    headers: PROOF,
    body: RenewSession,
    response: v.object(Renewed),
  }),
  endSession: route('POST /v1/sessions/end', 'token.issue', {
    headers: PROOF,
    body: EndSession,
    response: v.object({ ended: v.literal(true) }),
  }),
});
