/** Inquiries, objections, freezes, legal holds and incidents, for desks and officers. */

import type { Body } from '../contract/api.ts';
import type { Freeze, Hold, Incident, IncidentInList, Objection } from '../contract/casework.ts';
import type { Pending, Receipt } from '../contract/common.ts';
import type { CheckCode, InquiryAnswer, InquiryRefused, SecondWord } from '../contract/release.ts';
import { type AskRoute, every, type WithAnyToken } from './ask.ts';
import { call, type Wire } from './wire/call.ts';
import { FieldgateError, parseObject } from './wire/errors.ts';
import { nextCursor } from './wire/link.ts';
import { isSealed, SEALED } from './wire/media.ts';
import { openSealed, openSigned } from './wire/sealed.ts';
import type { Grant } from './wire/tokens.ts';
import type { Subject } from './wire/types.ts';

/** The acting person and the reason. */
export interface DeskWords {
  officer?: string;
  reason?: string;
  case?: string;
}

/** A language tag, such as `zh`. */
export type Language = string;

export interface InquiryRequest extends DeskWords {
  subject: Subject;
  /** `child` or `guardian`: the desk has verified it. */
  inquirer: string;
  /** Name and resident ID number of the document that the inquirer showed. */
  identity: { name: string; number: string };
  /** From `secondInquiry`. Without it the answer leaves out the restricted classes. */
  second?: string;
  /** A public key of the inquirer's own device: the answer comes as a JWE that only that device opens. */
  sealTo?: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  collection?: string;
}

type Worded<B> = Omit<B, 'officer' | 'reason' | 'case'>;

export type FreezeTarget = Body<'POST /v1/freezes'>['target'];
export type LiftAnswer = { freeze: Freeze; receipt?: Receipt } | Pending;
/** Either `subjects`, or the `ticket` of a leak check. `grade` absent: the policy's own default. */
export type IncidentRequest = Body<'POST /v1/incidents'>;
export type ObjectionFiling = Worded<Body<'POST /v1/objections'>>;
/** What waits for an answer or a finding, and what has one. */
export type ListedState = 'open' | 'closed';

type Opened<Name extends string, Value> = { [N in Name]: Value } & { receipt?: Receipt };

export type Desk = ReturnType<typeof deskOf>;

const CASEWORK = { actions: ['casework'] };

/** @param ask stewards and auditors also freeze and open incidents, with tokens of their own */
export function deskOf(wire: Wire, withAnyToken: WithAnyToken, ask: AskRoute) {
  const texts = (request: InquiryRequest, accept: string, lang?: Language) =>
    everyPart((cursor) => askOne(wire, request, accept, { lang, cursor }));
  const page = async (grant: Grant, path: string, lang: Language) => {
    const request = { method: 'GET', path, grant, safety: 'repeatable' } as const;
    return (await call(wire, { ...request, query: { lang }, headers: { accept: 'text/html' } })).text;
  };
  return {
    /**
     * The data held and its recipients; opened if it came sealed. Never sent twice: see `ANSWER_LOST`. If the answer has a
     * `cursor`, older entries follow: `inquiryParts` asks for them.
     */
    inquire: async ({
      cursor,
      ...request
    }: InquiryRequest & { cursor?: string }): Promise<InquiryAnswer | InquiryRefused> =>
      (await inquire(wire, request, cursor)).given,
    /** All parts of the answer, each an inquiry of its own, asked for while the caller reads; a refused one is the last. */
    inquiryParts: (request: InquiryRequest): AsyncGenerator<InquiryAnswer | InquiryRefused> =>
      everyPart((cursor) => inquire(wire, request, cursor)),
    /** The parts, unopened, for `sealTo`: a compact JWE each. */
    sealedInquiryParts: (request: InquiryRequest & { sealTo: object }) => texts(request, 'application/json'),
    /** A copy for a machine: each part as a compact JWS of the gateway, opened if it came sealed to this desk. */
    inquiryCopies: (request: InquiryRequest) => texts(request, SEALED),
    /** By the second clerk, who names the person in the same way as the first one will. */
    secondInquiry: ({
      subject,
      inquirer,
      collection,
      ...context
    }: Pick<InquiryRequest, 'subject' | 'inquirer' | 'collection'> & DeskWords): Promise<SecondWord> =>
      ask('POST /v1/inquiries/seconds', { body: { collection, subject, inquirer, context } }),
    /** The answer as printable pages, one a part. */
    inquiryPages: (request: InquiryRequest, lang: Language) => texts(request, 'text/html', lang),
    /** For a programme that starts with a code. A lost code is never used, so another one may be made. */
    checkCode: ({
      programme,
      recipient,
      subject,
      ...context
    }: DeskWords & { programme: string; recipient: string; subject: Subject }): Promise<CheckCode> =>
      ask('POST /v1/check-codes', { body: { programme, recipient, subject, context } }),
    freezes: {
      /** Setting a freeze twice makes two freezes, which does no harm. */
      set: (target: FreezeTarget, words: DeskWords): Promise<{ freeze: Freeze; receipt: Receipt }> =>
        ask('POST /v1/freezes', { body: { target, ...words } }),
      /** Freezes in force; those of people only for stewards and auditors. */
      list: async (): Promise<Freeze[]> => (await ask('GET /v1/freezes', {})).freezes,
      /** One freeze with how much it stopped, for stewards and auditors. */
      read: async (id: string): Promise<Freeze> => (await ask('GET /v1/freezes/:id', { id })).freeze,
      /** By two people, one after the other. The second names the entry of the request. */
      lift: (id: string, body: DeskWords & { entry?: string }): Promise<LiftAnswer> =>
        ask('DELETE /v1/freezes/:id', { id, body }),
    },
    holds: {
      /**
       * By the first person of a body that may order it. The answer is the same whether or not a record exists. The same
       * person's repeat reads the hold once it is in force.
       */
      request: (
        { fields, ...hold }: { subject: Subject; fields?: readonly string[]; instrument: string },
        words: DeskWords,
      ): Promise<(Pending & { id: string }) | Opened<'hold', Hold>> =>
        ask('POST /v1/holds', { body: { ...hold, ...(fields && { fields: [...fields] }), ...words } }),
      /** By the second person of the office. @param entry of the request */
      confirm: (id: string, entry: string, words: DeskWords): Promise<Opened<'hold', Hold>> =>
        ask('POST /v1/holds/:id/confirm', { id, body: { entry, ...words } }),
      /** All in force for auditors, its own for an office. */
      list: async (): Promise<Hold[]> => (await ask('GET /v1/holds', {})).holds,
      /** By two people, one after the other. The second names the entry of the request. */
      lift: (id: string, body: DeskWords & { entry?: string }): Promise<Opened<'hold', Hold> | Pending> =>
        ask('DELETE /v1/holds/:id', { id, body }, CASEWORK),
    },
    objections: {
      file: (objection: ObjectionFiling, words: DeskWords): Promise<Opened<'objection', Objection>> =>
        ask('POST /v1/objections', { body: { ...objection, ...words } }),
      /** Those that the office filed or answers, newest first and without their words. Default: open ones. */
      list: (state: ListedState = 'open'): AsyncGenerator<Objection> =>
        every(async (cursor) => {
          const { objections: items, ...rest } = await ask('GET /v1/objections', {
            query: { state, cursor },
          });
          return { items, ...rest };
        }),
      read: async (id: string): Promise<Objection> => (await ask('GET /v1/objections/:id', { id })).objection,
      /** The answer in writing, with its number, as a printable page. */
      page: (id: string, lang: Language) => page(CASEWORK, `/v1/objections/${encodeURIComponent(id)}`, lang),
      /** @param words `reason` is the written answer */
      resolve: (
        id: string,
        outcome: 'upheld' | 'rejected',
        words: DeskWords,
      ): Promise<Opened<'objection', Objection>> =>
        ask('POST /v1/objections/:id/resolve', { id, body: { outcome, ...words } }),
    },
    incidents: {
      open: (body: IncidentRequest): Promise<Opened<'incident', Incident>> =>
        ask('POST /v1/incidents', { body }),
      /** Those that the office opened, all for stewards and auditors; newest first. Default: open ones. */
      list: (state: ListedState = 'open'): AsyncGenerator<IncidentInList> =>
        every(async (cursor) => {
          const { incidents: items, ...rest } = await ask('GET /v1/incidents', { query: { state, cursor } });
          return { items, ...rest };
        }),
      read: async (id: string): Promise<Incident> => (await ask('GET /v1/incidents/:id', { id })).incident,
      /** @param words `reason` is the finding */
      close: (
        id: string,
        outcome: 'confirmed' | 'unfounded',
        words: DeskWords,
      ): Promise<Opened<'incident', Incident>> =>
        ask('POST /v1/incidents/:id/close', { id, body: { outcome, ...words } }),
      /** Records a report as it was sent. @param body `evidence`: its SHA-256, in hexadecimal */
      sent: (
        id: string,
        body: Body<'POST /v1/incidents/:id/reports'>,
      ): Promise<Opened<'incident', Incident>> => ask('POST /v1/incidents/:id/reports', { id, body }),
      /** The report as a printable page. */
      report: (id: string, lang: Language) =>
        withAnyToken((grant) => page(grant, `/v1/incidents/${encodeURIComponent(id)}`, lang)),
    },
  };
}

/** One part, and the cursor of the next. */
interface Part<Given> {
  given: Given;
  next: string | undefined;
}

async function* everyPart<Given>(
  ask: (cursor: string | undefined) => Promise<Part<Given>>,
): AsyncGenerator<Given> {
  let cursor: string | undefined;
  do {
    const part = await ask(cursor);
    yield part.given;
    cursor = part.next;
  } while (cursor !== undefined);
}

async function inquire(
  wire: Wire,
  request: InquiryRequest,
  cursor: string | undefined,
): Promise<Part<InquiryAnswer | InquiryRefused>> {
  const { given: text } = await askOne(wire, request, 'application/json', { cursor });
  const body = parseObject(text);
  const known = typeof body?.['inquiry'] === 'string' && ('held' in body || 'refused' in body);
  if (!known) throw new FieldgateError('ANSWER_INVALID', 'The answer is not one to this inquiry');
  const answer = body as unknown as InquiryAnswer | InquiryRefused;
  return { given: answer, next: 'refused' in answer ? undefined : answer.cursor };
}

async function askOne(
  wire: Wire,
  { subject, inquirer, identity, second, sealTo, collection, ...words }: InquiryRequest,
  accept: string,
  query: { lang?: Language | undefined; cursor: string | undefined },
): Promise<Part<string>> {
  const more = { ...(second !== undefined && { second }), ...(sealTo && { sealTo }) };
  const body = { collection, subject, inquirer, identity, ...more, context: words };
  const answer = await call(wire, {
    ...{ method: 'POST', path: '/v1/inquiries', grant: CASEWORK, safety: 'once' },
    ...{ query, headers: { accept }, body },
  });
  const next = nextCursor(answer.headers);
  if (sealTo || !isSealed(answer)) return { given: answer.text, next };
  const open = accept === SEALED ? openSigned : openSealed;
  return { given: await open(wire.session, answer), next };
}
