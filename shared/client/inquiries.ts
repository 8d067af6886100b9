/** Inquiries about what is held of a person: they come in parts, sealed, as pages, or as copies for machines. */

import type { Body } from '../contract/api.ts';
import type { InquiryAnswer, InquiryRefused } from '../contract/release.ts';
import { call, type Wire } from './wire/call.ts';
import { FieldgateError, parseObject } from './wire/errors.ts';
import { nextCursor } from './wire/link.ts';
import { isSealed, sealedForm } from './wire/media.ts';
import { openSealed, openSigned } from './wire/sealed.ts';
import type { DeskWords, Language, Subject } from './wire/types.ts';

export interface InquiryRequest extends DeskWords {
  subject: Subject;
  /** `child` or `guardian`: the desk has verified it. */
  inquirer: string;
  /** Name and resident ID number of the document that the inquirer showed. */
  identity: { name: string; number: string };
  /** From `POST /v1/inquiries/seconds`. Without it the answer leaves out the restricted classes. */
  second?: string;
  /** A public key of the inquirer's own device, on P-256 or hybrid: only that device opens the answer. */
  sealTo?: Body<'POST /v1/inquiries'>['sealTo'];
  collection?: string;
}

export type Inquiries = ReturnType<typeof inquiriesOf>;

const CASEWORK = { actions: ['casework'] };

export function inquiriesOf(wire: Wire) {
  const texts = (request: InquiryRequest, accept: string, lang?: Language) =>
    everyPart((cursor) => askOne(wire, request, accept, { lang, cursor }));
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
    /** The parts, unopened, for `sealTo`. */
    sealedInquiryParts: (request: InquiryRequest & { sealTo: object }) => texts(request, 'application/json'),
    /** A copy for a machine: each part as a compact JWS of the gateway, opened if it came sealed to this desk. */
    inquiryCopies: (request: InquiryRequest) => texts(request, sealedForm(wire.session)),
    /** The answer as printable pages, one a part. */
    inquiryPages: (request: InquiryRequest, lang: Language) => texts(request, 'text/html', lang),
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
  const open = accept === sealedForm(wire.session) ? openSigned : openSealed;
  return { given: await open(wire.session, answer), next };
}
