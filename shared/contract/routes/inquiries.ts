import * as v from 'valibot';
import { InquiryQuery, InquiryRequest } from './asks.ts';
import { AnyJson, byName, Name, Receipt, Subject, Text, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Named = { label: Text };
const Agency = v.object({ id: v.string(), ...Named });
const Use = v.object({
  time: v.string(),
  agency: Agency,
  departments: v.array(v.string()),
  purpose: v.object({ code: v.string(), ...Named }),
  /** Form in which each field was released. */
  fields: byName(v.string()),
});

export const InquiryAnswer = v.object({
  inquiry: v.string(),
  at: v.string(),
  purpose: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  obligations: v.array(v.string()),
  ref: v.string(),
  /** The held data that the inquirer may see, each with the department that is responsible for it. */
  held: byName(
    v.object({
      ...Named,
      form: v.string(),
      value: AnyJson,
      level: v.optional(v.string()),
      owner: v.object({ code: v.string(), ...Named }),
      asOf: v.string(),
      disputed: v.optional(v.literal(true)),
      /** For the members and codes in the value. */
      words: v.optional(byName(Text)),
    }),
  ),
  /** Recipients, with fields, purpose and time, newest first. */
  uses: v.array(Use),
  /** Bodies that checked whether the person is eligible for a programme, with the last stored answer. */
  checks: v.array(
    v.object({
      ...{ agency: Agency, purpose: v.string(), programme: v.string(), until: v.string() },
      outcome: v.optional(v.picklist(['YES', 'NOT_CONFIRMED'])),
      /** Explains NOT_CONFIRMED: conditions that the record, as it is now, does not confirm. */
      unconfirmed: v.optional(v.array(v.object(Named))),
    }),
  ),
  /** The writes, with the agency, newest first. */
  writes: v.array(
    v.object({ time: v.string(), agency: Agency, department: v.string(), fields: v.array(v.string()) }),
  ),
  /** Names of the fields in the lists above. */
  labels: byName(v.object(Named)),
  /** Only for the person: every log entry about the person, over all parts, to be compared with the log. */
  proof: v.optional(
    v.object({
      /** Id of the person in the log. */
      subject: v.string(),
      entries: v.array(
        v.object({
          entry: v.string(),
          /** The leaf, base64. */
          leaf: v.string(),
          /** The opening of the number under which the log counts the entry, base64. */
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
  /** Number of a part after the first. It holds older entries, and of the record only what says who the person is. */
  part: v.optional(v.number()),
  /**
   * Of the next part, for a repeat of the request within half an hour; also in the header `link`. Missing in the last
   * part.
   */
  cursor: v.optional(v.string()),
  /** Fields that an answer holds only with a second clerk; missing with one. */
  needsSecond: v.optional(v.array(v.string())),
  /** Names desk, time and number of the answer, across each printed page. */
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
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  subject: Subject,
  inquirer: Name,
  context: v.optional(strictObject({ ...Words })),
});
export type SecondClerk = v.InferOutput<typeof SecondClerk>;

export const inquiryRoutes = routes('inquiries', 'release', {
  makeInquiry: route('POST /v1/inquiries', 'inquiry.make', {
    query: InquiryQuery,
    request: { 'application/json': InquiryRequest },
    response: v.union([InquiryAnswer, InquiryRefused]),
    otherwise: { 'application/jose': v.string(), 'text/html': v.string() },
  }),
  secondInquiry: route('POST /v1/inquiries/seconds', 'inquiry.second', {
    request: { 'application/json': SecondClerk },
    response: v.object({ second: v.string(), expires: v.string(), receipt: Receipt }),
  }),
});
