/** Story cards: what of a child may be told to everybody, and the test of the text that tells it. */
import * as v from 'valibot';
import { CardRequest, TestText } from './asks.ts';
import { Receipt } from './common.ts';
import { FiledRequest } from './requests.ts';
import type { RouteContract } from './route.ts';

export const TestedText = v.object({
  /** Digest of the text, by which a card knows it. */
  text: v.string(),
  testedAt: v.string(),
  receipt: Receipt,
});
export type TestedText = v.InferOutput<typeof TestedText>;

const Card = v.object({
  /** From a list, the same for this child and agency each time. */
  pseudonym: v.string(),
  /** What the policy shows of the child, each with its level. */
  shown: v.record(v.string(), v.object({ level: v.string(), value: v.string() })),
  text: v.string(),
});

export const CardResponse = v.union([
  v.object({
    card: Card,
    /** To be printed on the work: leads back to the log entry. */
    watermark: v.string(),
    /** What using the card is subject to. */
    conditions: v.array(v.object({ code: v.string(), text: v.string() })),
    policy: v.object({ version: v.string(), hash: v.string() }),
    validUntil: v.optional(v.string()),
    receipt: Receipt,
  }),
  v.object({ refused: v.object({ code: v.literal('REFUSED') }), receipt: Receipt }),
]);
export type CardResponse = v.InferOutput<typeof CardResponse>;

export const cardRoutes: RouteContract[] = [
  {
    method: 'POST',
    path: '/v1/story-texts',
    summary: 'Test a text for a story card against what is on record of the child',
    act: 'text.test',
    request: { 'application/json': TestText },
    response: TestedText,
  },
  {
    method: 'POST',
    path: '/v1/story-cards',
    summary: 'A card about a child for publication: pseudonym, age band, province and a tested text',
    act: 'release.card',
    request: { 'application/json': CardRequest },
    response: CardResponse,
    accepted: FiledRequest,
  },
];
