/** Story cards: what may be published about a person, and the test of the text for publication. */
import * as v from 'valibot';
import { CardRequest, TestText } from './asks.ts';
import { Receipt, Text } from './common.ts';
import { FiledRequest } from './requests.ts';
import { route, routes } from './route.ts';

export const TestedText = v.object({
  text: v.string(),
  testedAt: v.string(),
  receipt: Receipt,
});

const Card = v.object({
  pseudonym: v.string(),
  shown: v.record(v.string(), v.object({ level: v.string(), value: v.string() })),
  text: v.string(),
});

export const CardResponse = v.union([
  v.object({
    card: Card,
    watermark: v.string(),
    conditions: v.array(v.object({ code: v.string(), text: Text })),
    policy: v.object({ version: v.string(), hash: v.string() }),
    validUntil: v.optional(v.string()),
    receipt: Receipt,
  }),
  v.object({ refused: v.object({ code: v.literal('REFUSED') }), receipt: Receipt }),
]);

export const textRoutes = routes('story-cards', 'maintenance', {
  testStoryText: route('POST /v1/story-texts', 'text.test', { body: TestText, response: TestedText }),
});

export const cardRoutes = routes('story-cards', 'release', {
  makeStoryCard: route('POST /v1/story-cards', 'release.card', {
    body: CardRequest,
    response: CardResponse,
    accepted: FiledRequest,
  }),
});
