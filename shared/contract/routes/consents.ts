/** Statements of people about the use of a person's data, filed by the desk that received them. */

import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import {
  byName,
  Entry,
  Instant,
  line,
  Name,
  Pending,
  Receipt,
  Ref,
  Subject,
  TextDigest,
  Words,
} from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, say(httpTexts.digestHex)));
const FORMS = ['plain', 'masked', 'generalised', 'predicate', 'token'] as const;
const ACTS = ['given', 'refused', 'objects', 'informed', 'notified', 'processed', 'able', 'unable'] as const;
/** A word without spaces. */
const Word = v.pipe(Name, v.regex(/^[\w.-]+$/, say(httpTexts.wordWithoutSpaces)));

/** The form of the statement, and its proof. */
const Proof = {
  method: v.optional(Word),
  noticeVersion: v.optional(Word),
  evidence: v.optional(Digest),
  at: v.optional(Instant),
};

/** A document that the giver showed. Its number is compared; no store or log keeps it. */
export const ShownDocument = strictObject({ kind: Word, number: line(40) });
/** As a desk handed it over; case, spaces and dashes do not matter. */
const Code = v.pipe(v.string(), v.minLength(12), v.maxLength(20));

export const FileConsent = strictObject({
  subject: Subject,
  purpose: Name,
  recipient: Name,
  fields: v.pipe(v.array(Name), v.maxLength(200)),
  forms: v.optional(byName(v.picklist(FORMS))),
  act: v.optional(v.picklist(ACTS), 'given'),
  giver: Word,
  relation: v.optional(Word),
  document: v.optional(ShownDocument),
  officers: v.optional(v.pipe(v.array(line(100)), v.maxLength(20))),
  text: v.optional(TextDigest),
  from: v.optional(Instant),
  until: v.optional(Instant),
  ...Proof,
  informed: v.optional(strictObject({ giver: v.optional(Word), ...Proof })),
  ...Words,
});
export type FileConsent = v.InferOutput<typeof FileConsent>;

export const WithdrawConsent = strictObject({
  method: Proof.method,
  evidence: Proof.evidence,
  document: v.optional(ShownDocument),
  code: v.optional(Code),
  ...Words,
});
export type WithdrawConsent = v.InferOutput<typeof WithdrawConsent>;

export const ConfirmConsent = strictObject({
  document: v.optional(ShownDocument),
  code: v.optional(Code),
  ...Words,
});
export type ConfirmConsent = v.InferOutput<typeof ConfirmConsent>;

export const MakeConsentCode = strictObject({ document: v.optional(ShownDocument), ...Words });
export type MakeConsentCode = v.InferOutput<typeof MakeConsentCode>;

export const ConsentsQuery = strictObject({ ref: Ref });
/** Names the person in the body, so that no number stands in an address. */
export const SearchConsents = strictObject({ subject: Subject });

export const ConsentView = v.object({
  id: v.string(),
  version: v.number(),
  purpose: v.string(),
  recipient: v.string(),
  fields: v.array(v.string()),
  forms: v.optional(byName(v.picklist(FORMS))),
  giver: v.string(),
  relation: v.optional(v.string()),
  officers: v.optional(v.array(v.string())),
  text: v.optional(v.string()),
  act: v.picklist([...ACTS, 'withdrawn', 'retracted', 'ended', 'waiting']),
  says: v.optional(v.picklist(ACTS)),
  confirmed: v.optional(v.object({ by: v.string(), at: v.string(), with: v.picklist(['desk', 'code']) })),
  at: v.string(),
  from: v.string(),
  until: v.string(),
  method: v.optional(v.string()),
  noticeVersion: v.optional(v.string()),
  evidence: v.optional(v.string()),
  filedBy: v.string(),
  entry: v.string(),
  history: v.array(v.object({ version: v.number(), act: v.string(), at: v.string(), entry: v.string() })),
});

export const SetConflict = strictObject({
  subject: Subject,
  state: v.optional(v.picklist(['set', 'lifted']), 'set'),
  evidence: Proof.evidence,
  entry: v.optional(Entry),
  ...Words,
});
export type SetConflict = v.InferOutput<typeof SetConflict>;

export const consentRoutes = routes('consents', 'casework', {
  fileConsent: route('POST /v1/consents', 'consent.file', {
    body: FileConsent,
    response: v.object({
      consent: ConsentView,
      informed: v.optional(ConsentView),
      receipt: v.optional(Receipt),
    }),
  }),
  listConsents: route('GET /v1/consents', 'consent.list', {
    query: ConsentsQuery,
    response: v.object({ consents: v.array(ConsentView) }),
  }),
  searchConsents: route('POST /v1/consents/search', 'consent.list', {
    body: SearchConsents,
    response: v.object({ consents: v.array(ConsentView) }),
  }),
  confirmConsent: route('POST /v1/consents/:id/confirm', 'consent.confirm', {
    body: ConfirmConsent,
    response: v.object({ consent: ConsentView, receipt: v.optional(Receipt) }),
  }),
  makeConsentCode: route('POST /v1/consents/:id/codes', 'consent.code', {
    body: MakeConsentCode,
    response: v.object({ code: v.string(), expires: v.string(), receipt: Receipt }),
  }),
  withdrawConsent: route('POST /v1/consents/:id/withdraw', 'consent.withdraw', {
    body: WithdrawConsent,
    response: v.object({ consent: ConsentView, receipt: v.optional(Receipt) }),
  }),
  setConflict: route('POST /v1/conflicts', 'conflict.set', {
    body: SetConflict,
    response: v.object({ state: v.picklist(['set', 'lifted']), receipt: Receipt }),
    accepted: Pending,
  }),
});
