import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import { line, Match, Name, Receipt, Ref, Text, Words } from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** The code that a desk gives to a representative; lower case, spaces and hyphens are accepted too. */
const Code = v.pipe(v.string(), v.regex(/^[0-9A-Za-z -]{12,32}$/, say(httpTexts.deskCode)));

/** The subject of a verification. A `name` in `match` is accepted and not compared: see docs. */
export const Verified = v.pipe(
  strictObject({ ref: v.optional(Ref), match: v.optional(Match), code: v.optional(Code) }),
  v.check(
    ({ ref, match, code }) => [ref, match, code].filter((name) => name !== undefined).length === 1,
    say(httpTexts.oneOfThree),
  ),
);

export const VerificationRequest = strictObject({
  programme: Name,
  subject: Verified,
  context: v.optional(strictObject(Words)),
});
export type VerificationRequest = v.InferOutput<typeof VerificationRequest>;

export const VerificationResponse = v.object({
  outcome: v.picklist(['YES', 'NOT_CONFIRMED']),
  programme: v.string(),
  attestation: v.string(),
  validUntil: v.string(),
  obligations: v.array(v.string()),
  watermark: v.string(),
  receipt: Receipt,
});

const Programme = v.object({
  name: v.string(),
  label: Text,
  purpose: v.string(),
  start: v.picklist(['name', 'code']),
  who: v.array(v.string()),
  recipients: v.optional(v.array(v.string())),
  areas: v.array(v.string()),
  from: v.string(),
  until: v.optional(v.string()),
  proofDays: v.number(),
  fields: v.array(v.string()),
  when: v.unknown(),
  budgets: v.object({
    subject: v.number(),
    day: v.number(),
    misses: v.object({ alert: v.number(), slow: v.number(), stop: v.number() }),
  }),
  left: v.optional(v.object({ day: v.number(), misses: v.number() })),
});

export const CheckCodeRequest = strictObject({
  programme: Name,
  recipient: line(64),
  subject: v.pipe(
    strictObject({ ref: v.optional(Ref), match: v.optional(Match) }),
    v.check(
      ({ ref, match }) => (ref === undefined) !== (match === undefined),
      say(httpTexts.eitherRefOrMatch),
    ),
  ),
  context: v.optional(strictObject(Words)),
});
export type CheckCodeRequest = v.InferOutput<typeof CheckCodeRequest>;

export const verifyRoutes = routes('verifications', 'verify', {
  verifyEligibility: route('POST /v1/verifications', 'verification.make', {
    body: VerificationRequest,
    response: VerificationResponse,
  }),
  listProgrammes: route('GET /v1/programmes', 'programme.read', {
    response: v.object({ programmes: v.array(Programme) }),
  }),
  makeCheckCode: route('POST /v1/check-codes', 'check-code.make', {
    body: CheckCodeRequest,
    response: v.object({
      code: v.string(),
      expires: v.string(),
      givers: v.array(v.string()),
      receipt: Receipt,
    }),
  }),
});

const SignedPart = strictObject({ attestation: v.pipe(v.string(), v.maxLength(8192)) });

/** What anyone may need who checks a proof of eligibility. */
export const proofRoutes = routes('attestations', 'verify', {
  readStatusList: route('GET /v1/status/:list', 'public.read', {
    response: v.string(),
    produces: 'application/statuslist+jwt',
  }),
  readIssuerMetadata: route('GET /.well-known/jwt-vc-issuer', 'public.read', {
    response: v.looseObject({ issuer: v.string(), jwks: v.object({ keys: v.array(v.looseObject({})) }) }),
  }),
  askProofStatus: route('POST /attestations/status', 'public.read', {
    readsOnly: true,
    body: SignedPart,
    response: v.object({ revoked: v.boolean(), until: v.string() }),
  }),
  signProof: route('POST /attestations/signature', 'public.read', {
    readsOnly: true,
    body: SignedPart,
    response: v.object({ signature: v.string() }),
  }),
  openCheckPage: route('GET /attestations/check', 'public.read', {
    response: v.string(),
    produces: 'text/html',
  }),
});
