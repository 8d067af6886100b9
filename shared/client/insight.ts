/** Counts of people, leak checks, texts for story cards, and the cards. */

import type { Body } from '../contract/api.ts';
import type { Receipt } from '../contract/common.ts';
import type { Card, Counts, LeakCheck } from '../contract/release.ts';
import { type PurposeRoute, purposeOf } from './defaults.ts';
import { checkReceipts } from './evidence/receipts.ts';
import { justificationOf } from './release.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { Justification, ReceiptsState } from './wire/types.ts';

type Route = 'POST /v1/statistics' | 'POST /v1/leak-checks' | 'POST /v1/story-cards';
type Asks<L extends Route> = Partial<Justification> & Omit<Body<L>, 'context'>;

/**
 * `by`: a dimension of the policy's cohorts, such as `age`; absent: people by county. `areas`: division codes of counties, or
 * prefixes of them; absent: the agency's own areas.
 */
export type StatisticsRequest = Asks<'POST /v1/statistics'>;

export interface Statistics extends Counts {
  receipts: ReceiptsState;
}

/** `candidates`: texts of at most 128 characters that were found elsewhere. */
export type LeakCheckRequest = Asks<'POST /v1/leak-checks'>;

export interface LeakChecked extends LeakCheck {
  receipts: ReceiptsState;
}

/** `text`: exactly as tested by a department that holds data about the person. `request`: id of the approved request. */
export type StoryCardRequest = Asks<'POST /v1/story-cards'> & { request?: string };

export interface StoryCard extends Card {
  receipts: ReceiptsState;
}

/** The card, a refusal that depends on the person, or a request that is pending with its owners. */
export type StoryCardAnswer =
  | StoryCard
  | { refused: { code: 'REFUSED' }; receipt: Receipt; receipts: ReceiptsState }
  | { request: string; receipts: ReceiptsState };

export interface Insight {
  /** Needs the action `release` and a purpose that is served as counts. */
  statistics(request: StatisticsRequest): Promise<Statistics>;
  /** Needs the action `release` and a purpose that is served as leak checks. */
  leakCheck(request: LeakCheckRequest): Promise<LeakChecked>;
  /** Needs the action `release` and a purpose for publication. */
  storyCard(request: StoryCardRequest): Promise<StoryCardAnswer>;
}

/** Every method throws `FieldgateError`, or `TypeError` if there is no purpose: none is named, and the policy has none. */
export function insightOf(wire: Wire): Insight {
  const ask = async <Result>(route: PurposeRoute, request: Partial<Justification>, body: object) => {
    const path = `/v1/${route}`;
    const purpose = purposeOf(wire.session, route, request.purpose);
    const words = justificationOf({ ...request, purpose }, wire.session.officer);
    const grant = { actions: ['release'], ...words };
    const answer = bodyOf(await call(wire, { method: 'POST', path, grant, body, safety: 'once' }));
    const { receipt } = answer;
    if (receipt === undefined && typeof answer['request'] !== 'string')
      throw new FieldgateError('ANSWER_INVALID', 'The answer has no receipt');
    const receipts = await checkReceipts(wire, grant, receipt === undefined ? [] : [receipt]);
    return { ...answer, receipts } as unknown as Result;
  };
  return {
    statistics: ({ by, areas, collection, ...request }: StatisticsRequest) =>
      ask<Statistics>('statistics', request, { collection, by, areas }),
    leakCheck: ({ candidates, collection, ...request }: LeakCheckRequest) =>
      ask<LeakChecked>('leak-checks', request, { collection, candidates }),
    storyCard({ subject, text, collection, request: named, ...request }: StoryCardRequest) {
      const body = { collection, subject, text, ...(named !== undefined && { context: { request: named } }) };
      return ask<StoryCardAnswer>('story-cards', request, body);
    },
  };
}
