import * as v from 'valibot';
import { InquiryQuery, InquiryRequest } from './asks.ts';
import { AnyJson, byName, Receipt } from './common.ts';
import type { RouteContract } from './route.ts';

const Named = { label: v.string(), zh: v.string() };
const Agency = v.object({ id: v.string(), name: v.string(), zh: v.string() });
const Use = v.object({
  time: v.string(),
  agency: Agency,
  departments: v.array(v.string()),
  purpose: v.object({ code: v.string(), ...Named }),
  /** Field to the form in which it was given. */
  fields: byName(v.string()),
});

export const InquiryAnswer = v.object({
  inquiry: v.string(),
  at: v.string(),
  purpose: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  obligations: v.array(v.string()),
  ref: v.string(),
  /** What is held, each from the department that answers for it, as the inquirer may see it. */
  held: byName(
    v.object({
      ...Named,
      form: v.string(),
      value: AnyJson,
      level: v.optional(v.string()),
      owner: v.object({ code: v.string(), ...Named }),
      asOf: v.string(),
      disputed: v.optional(v.literal(true)),
    }),
  ),
  /** Who received what, for which purpose and when, newest first. */
  uses: v.array(Use),
  /** Bodies that were told whether the person is eligible for a programme, with the last answer that is kept. */
  checks: v.array(
    v.object({ agency: Agency, purpose: v.string(), programme: v.string(), until: v.string() }),
  ),
  /** Which office wrote what, newest first. */
  writes: v.array(
    v.object({ time: v.string(), agency: Agency, department: v.string(), fields: v.array(v.string()) }),
  ),
  /** Names of the fields in the lists above. */
  labels: byName(v.object(Named)),
  /** For the person alone: every entry of the log that concerns it, to be compared with the log itself. */
  proof: v.optional(
    v.object({
      /** The name of the person in the log. */
      subject: v.string(),
      entries: v.array(
        v.object({
          entry: v.string(),
          /** The leaf, base64. */
          leaf: v.string(),
          /** Opens the number that the log counts the entry by, base64. */
          salt: v.string(),
          /** Opens what the person may see; missing where the entry is proven to be one, and no more. */
          openings: v.optional(byName(v.object({ salt: v.string(), text: v.string() }))),
        }),
      ),
    }),
  ),
  receipt: Receipt,
});
export type InquiryAnswer = v.InferOutput<typeof InquiryAnswer>;

export const InquiryRefused = v.object({
  inquiry: v.string(),
  at: v.string(),
  refused: v.object({ code: v.string() }),
  receipt: Receipt,
});
export type InquiryRefused = v.InferOutput<typeof InquiryRefused>;

export const inquiryRoutes: RouteContract[] = [
  {
    method: 'POST',
    path: '/v1/inquiries',
    summary: 'What is held about somebody and who received it, for the child or guardian at a desk',
    act: 'inquiry.make',
    query: InquiryQuery,
    request: { 'application/json': InquiryRequest },
    response: v.union([InquiryAnswer, InquiryRefused]),
    otherwise: { 'application/jose': v.string(), 'text/html': v.string() },
  },
];
