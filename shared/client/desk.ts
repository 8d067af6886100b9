/** Inquiries, objections, freezes, legal holds and incidents, for desks and officers. */

import type {
  Freeze,
  Hold,
  Incident,
  IncidentInList,
  IncidentReport,
  Objection,
} from '../contract/casework.ts';
import type { Pending, Receipt } from '../contract/common.ts';
import type { CheckCode, InquiryAnswer, InquiryRefused, SecondWord } from '../contract/release.ts';
import type { ShownDocument } from './casework.ts';
import { call, under, type Wire } from './wire/call.ts';
import { FieldgateError, parseObject } from './wire/errors.ts';
import { nextCursor } from './wire/link.ts';
import { isSealed, openSealed, openSigned, SEALED } from './wire/sealed.ts';
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

export type FreezeTarget =
  | { subject: Subject }
  | { agency: string; officer?: string }
  | { purpose: string }
  | { class: string };

export type LiftAnswer = { freeze: Freeze; receipt?: Receipt } | Pending;

export interface IncidentRequest extends DeskWords {
  /** Either these people, or the `ticket` of a leak check. */
  subjects?: Subject[];
  ticket?: string;
  fields: string[];
  from: string;
  until: string;
  operator: string;
  /** Of the policy; absent: its own default. */
  grade?: string;
  knownAt?: string;
}

export interface ObjectionFiling {
  subject: Subject;
  field: string;
  /** `child` or `guardian`; `recipient`: this office reports an error in what it received. */
  by: string;
  /** `correction` (also if absent), `restriction`, `deletion` or `explanation`. */
  right?: string;
  /** Of a report of a recipient: `outdated`, `contradicted`, `incomplete` or `other-person`. */
  fault?: string;
  /** What the person showed; restriction and deletion need it. */
  document?: ShownDocument;
}

/** What waits for an answer or a finding, and what has one. */
export type ListedState = 'open' | 'closed';

export interface Desk {
  /**
   * The data held and its recipients; opened if it came sealed. Never sent twice: see `ANSWER_LOST`. If the answer has a
   * `cursor`, older entries follow: `inquiryParts` asks for them.
   */
  inquire(request: InquiryRequest & { cursor?: string }): Promise<InquiryAnswer | InquiryRefused>;
  /** All parts of the answer, each an inquiry of its own, asked for while the caller reads; a refused one is the last. */
  inquiryParts(request: InquiryRequest): AsyncGenerator<InquiryAnswer | InquiryRefused>;
  /** The parts, unopened, for `sealTo`: a compact JWE each. */
  sealedInquiryParts(request: InquiryRequest & { sealTo: object }): AsyncGenerator<string>;
  /** A copy for a machine: each part as a compact JWS of the gateway, opened if it came sealed to this desk. */
  inquiryCopies(request: InquiryRequest): AsyncGenerator<string>;
  /** By the second clerk, who names the person in the same way as the first one will. */
  secondInquiry(
    request: Pick<InquiryRequest, 'subject' | 'inquirer' | 'collection'> & DeskWords,
  ): Promise<SecondWord>;
  /** The answer as printable pages, one a part. */
  inquiryPages(request: InquiryRequest, lang: Language): AsyncGenerator<string>;
  /** For a programme that starts with a code. @param request `recipient`: client id of the platform */
  checkCode(
    request: DeskWords & { programme: string; recipient: string; subject: Subject },
  ): Promise<CheckCode>;
  freezes: {
    set(target: FreezeTarget, words: DeskWords): Promise<{ freeze: Freeze; receipt: Receipt }>;
    /** Freezes in force; those of people only for stewards and auditors. */
    list(): Promise<Freeze[]>;
    /** One freeze with how much it stopped, for stewards and auditors. */
    read(id: string): Promise<Freeze>;
    /** By two people, one after the other. */
    lift(id: string, words: DeskWords): Promise<LiftAnswer>;
  };
  holds: {
    /**
     * By the first person of a body that may order it. The answer is the same whether or not a record exists. The same person's
     * repeat reads the hold once it is in force.
     */
    request(
      hold: { subject: Subject; fields?: readonly string[]; instrument: string },
      words: DeskWords,
    ): Promise<(Pending & { id: string }) | { hold: Hold; receipt?: Receipt }>;
    /** By the second person of the office. */
    confirm(id: string, words: DeskWords): Promise<{ hold: Hold; receipt?: Receipt }>;
    /** All in force for auditors, its own for an office. */
    list(): Promise<Hold[]>;
    /** By two people, one after the other. */
    lift(id: string, words: DeskWords): Promise<{ hold: Hold; receipt?: Receipt } | Pending>;
  };
  objections: {
    file(objection: ObjectionFiling, words: DeskWords): Promise<{ objection: Objection; receipt?: Receipt }>;
    /** Those that the office filed or answers, newest first and without their words. Default: open ones. */
    list(state?: ListedState): AsyncGenerator<Objection>;
    read(id: string): Promise<Objection>;
    /** The answer in writing, with its number, as a printable page. */
    page(id: string, lang: Language): Promise<string>;
    /** `reason` is the written answer. */
    resolve(
      id: string,
      outcome: 'upheld' | 'rejected',
      words: DeskWords,
    ): Promise<{ objection: Objection; receipt?: Receipt }>;
  };
  incidents: {
    open(request: IncidentRequest): Promise<{ incident: Incident; receipt?: Receipt }>;
    /** Those that the office opened, all for stewards and auditors; newest first. Default: open ones. */
    list(state?: ListedState): AsyncGenerator<IncidentInList>;
    read(id: string): Promise<Incident>;
    /** `reason` is the finding. */
    close(
      id: string,
      outcome: 'confirmed' | 'unfounded',
      words: DeskWords,
    ): Promise<{ incident: Incident; receipt?: Receipt }>;
    /** Records a report as it was sent. `evidence`: its SHA-256, in hexadecimal. */
    sent(
      id: string,
      report: { kind: IncidentReport['kind']; evidence: string; grade?: string } & DeskWords,
    ): Promise<{ incident: Incident; receipt?: Receipt }>;
    /** The report as a printable page. */
    report(id: string, lang: Language): Promise<string>;
  };
}

type WithAnyToken = <Result>(act: (grant: Grant) => Promise<Result>) => Promise<Result>;

const CASEWORK = { actions: ['casework'] };

/** @param withAnyToken stewards and auditors also freeze and open incidents, with tokens of their own */
export function deskOf(wire: Wire, withAnyToken: WithAnyToken): Desk {
  const at = (path: string, id: string, rest = '') => `${path}/${encodeURIComponent(id)}${rest}`;
  const { get, post, list } = under(wire, CASEWORK);
  /** As `post`, under the first grant that the office can get. */
  const postAny = <Result>(path: string, body: object) =>
    withAnyToken((grant) => under(wire, grant).post<Result>(path, body));
  const getAny = <Result>(path: string) => withAnyToken((grant) => under(wire, grant).get<Result>(path));
  async function* listAny<Item>(path: string, member: string, state: ListedState): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const read = (grant: Grant) => under(wire, grant).get<Record<string, unknown>>(path, { state, cursor });
      const answer: Record<string, unknown> = await withAnyToken(read);
      yield* answer[member] as Item[];
      cursor = (answer['cursor'] as string | null) ?? undefined;
    } while (cursor !== undefined);
  }
  const texts = (request: InquiryRequest, accept: string, lang?: Language) =>
    everyPart((cursor) => askOne(wire, request, accept, { lang, cursor }));
  const page = async (grant: Grant, path: string, lang: Language) => {
    const request = { method: 'GET', path, grant, safety: 'repeatable' } as const;
    return (await call(wire, { ...request, query: { lang }, headers: { accept: 'text/html' } })).text;
  };
  return {
    inquire: async ({ cursor, ...request }) => (await inquire(wire, request, cursor)).given,
    inquiryParts: (request) => everyPart((cursor) => inquire(wire, request, cursor)),
    sealedInquiryParts: (request) => texts(request, 'application/json'),
    inquiryCopies: (request) => texts(request, SEALED),
    secondInquiry: ({ subject, inquirer, collection, ...context }) =>
      post('/v1/inquiries/seconds', { collection, subject, inquirer, context }),
    inquiryPages: (request, lang) => texts(request, 'text/html', lang),
    // A lost code is never used, so another one may be made.
    checkCode: ({ programme, recipient, subject, ...context }) =>
      post('/v1/check-codes', { programme, recipient, subject, context }),
    freezes: {
      // Setting a freeze twice makes two freezes, which does no harm. A repeated lift would count as the
      // second person.
      set: (target, words) => postAny('/v1/freezes', { target, ...words }),
      list: async () => (await getAny<{ freezes: Freeze[] }>('/v1/freezes')).freezes,
      read: async (id) => (await getAny<{ freeze: Freeze }>(at('/v1/freezes', id))).freeze,
      lift: (id, body) =>
        withAnyToken((grant) =>
          under(wire, grant).ask({ method: 'DELETE', path: at('/v1/freezes', id), body, safety: 'once' }),
        ),
    },
    holds: {
      request: (hold, words) => post('/v1/holds', { ...hold, ...words }),
      confirm: (id, words) => post(at('/v1/holds', id, '/confirm'), words),
      list: async () => (await getAny<{ holds: Hold[] }>('/v1/holds')).holds,
      lift: (id, body) =>
        under(wire, CASEWORK).ask({ method: 'DELETE', path: at('/v1/holds', id), body, safety: 'once' }),
    },
    objections: {
      file: (objection, words) => post('/v1/objections', { ...objection, ...words }),
      list: (state = 'open') => list<Objection>('/v1/objections', 'objections', { state }),
      read: async (id) => (await get<{ objection: Objection }>(at('/v1/objections', id))).objection,
      page: (id, lang) => page(CASEWORK, at('/v1/objections', id), lang),
      resolve: (id, outcome, words) => post(at('/v1/objections', id, '/resolve'), { outcome, ...words }),
    },
    incidents: {
      open: (request) => postAny('/v1/incidents', request),
      list: (state = 'open') => listAny<IncidentInList>('/v1/incidents', 'incidents', state),
      read: async (id) => (await getAny<{ incident: Incident }>(at('/v1/incidents', id))).incident,
      sent: (id, report) => postAny(at('/v1/incidents', id, '/reports'), report),
      close: (id, outcome, words) => postAny(at('/v1/incidents', id, '/close'), { outcome, ...words }),
      report: (id, lang) => withAnyToken((grant) => page(grant, at('/v1/incidents', id), lang)),
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
  return { given: await open(wire.session, answer.text), next };
}
