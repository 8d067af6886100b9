import * as v from 'valibot';
import { InquiryQuery, InquiryRequest } from './asks.ts';
import { AnyJson, byName, Name, Receipt, SEALED, Subject, Text, Words } from './common.ts';
import { SecondWord } from './release.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Named = { label: Text };
const Agency = v.object({ id: v.string(), ...Named });
const Use = v.object({
  time: v.string(),
  agency: Agency,
  departments: v.array(v.string()),
  purpose: v.object({ code: v.string(), ...Named }),
  fields: byName(v.string()),
});

export const InquiryAnswer = v.object({
  inquiry: v.string(),
  at: v.string(),
  purpose: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  obligations: v.array(v.string()),
  ref: v.string(),
  held: byName(
    v.object({
      ...Named,
      form: v.string(),
      value: AnyJson,
      level: v.optional(v.string()),
      owner: v.object({ code: v.string(), ...Named }),
      asOf: v.string(),
      disputed: v.optional(v.literal(true)),
      words: v.optional(byName(Text)),
    }),
  ),
  uses: v.array(Use),
  checks: v.array(
    v.object({
      ...{ agency: Agency, purpose: v.string(), programme: v.string(), until: v.string() },
      outcome: v.optional(v.picklist(['YES', 'NOT_CONFIRMED'])),
      unconfirmed: v.optional(v.array(v.object(Named))),
    }),
  ),
  writes: v.array(
    v.object({ time: v.string(), agency: Agency, department: v.string(), fields: v.array(v.string()) }),
  ),
  labels: byName(v.object(Named)),
  proof: v.optional(
    v.object({
      subject: v.string(),
      entries: v.array(
        v.object({
          entry: v.string(),
          /** Log id of the record that the entry names, if it was merged into this one. */
          subject: v.optional(v.string()),
          leaf: v.string(),
          salt: v.string(),
          /**
           * Openings of the members that the person may see. Absent if the proof only shows that the entry
           * exists.
           */
          openings: v.optional(byName(v.object({ salt: v.string(), text: v.string() }))),
        }),
      ),
    }),
  ),
  part: v.optional(v.number()),
  /**
   * Of the next part, for a repeat of the request within half an hour; also in the header `link`. Missing in the last
   * part.
   */
  cursor: v.optional(v.string()),
  needsSecond: v.optional(v.array(v.string())),
  unavailable: v.optional(v.array(v.string())),
  watermark: v.string(),
  receipt: Receipt,
});

export const InquiryRefused = v.object({
  inquiry: v.string(),
  at: v.string(),
  refused: v.object({ code: v.string() }),
  receipt: Receipt,
});

export const SecondClerk = strictObject({
  collection: v.optional(Name),
  subject: Subject,
  inquirer: Name,
  context: v.optional(strictObject({ ...Words })),
});
export type SecondClerk = v.InferOutput<typeof SecondClerk>;

export const inquiryRoutes = routes('inquiries', 'release', {
  makeInquiry: route('POST /v1/inquiries', 'inquiry.make', {
    query: InquiryQuery,
    body: InquiryRequest,
    response: v.union([InquiryAnswer, InquiryRefused]),
    otherwise: { ...SEALED, 'text/html': v.string() },
  }),
  secondInquiry: route('POST /v1/inquiries/seconds', 'inquiry.second', {
    body: SecondClerk,
    response: SecondWord,
  }),
});
