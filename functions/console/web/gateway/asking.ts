/** Questions about one person, and the answers that only this page can open. */
import { compactVerify, createLocalJWKSet } from 'jose';
import { answersThat } from '../../../../shared/client/wire/asked.ts';
import type { Body } from '../../../../shared/contract/api.ts';
import type {
  Counts,
  InquiryAnswer,
  InquiryRefused,
  Released,
  Verified,
} from '../../../../shared/contract/release.ts';
import type { Json } from '../../../../shared/json.ts';
import { about } from './about.ts';
import { call, callSealed, file } from './api.ts';
import { ApiError } from './problems.ts';
import { type Asked, answerKey, clockSkew, credentialsFor, person } from './session.ts';

/** Names one person by a field of the pack, by the office's own reference, or by the code of a desk. */
export type Named = { match: Record<string, string> } | { ref: string } | { code: string };

/** @param by `code`, `ref`, or a field of the pack */
export function namedBy(by: string, value: string): Named {
  const text = value.trim();
  if (by === 'code') return { code: text };
  return by === 'ref' ? { ref: text } : { match: { [by]: text } };
}

export interface Question extends Omit<Asked, 'action'> {
  subject: Exclude<Named, { code: string }>;
  fields: readonly string[];
  instrument?: string;
  activity?: string;
  /** The request whose approval is collected. */
  request?: string;
}

export type Asking = { answer: Released } | { filed: string };

/** Never repeated: a lost answer may have been released. @throws ApiError */
export async function ask({
  subject,
  fields,
  instrument,
  activity,
  request,
  ...about
}: Question): Promise<Asking> {
  const as = () => credentialsFor({ action: 'release', ...about });
  const context = {
    ...(instrument && { instrument }),
    ...(activity && { activity }),
    ...(request && { request }),
  };
  const body = {
    subjects: [subject],
    fields: [...fields],
    ...(Object.keys(context).length > 0 && { context }),
  };
  const answer = await callSealed('POST /v1/releases', { body }, { as });
  if ('request' in answer) return { filed: answer.request };
  return { answer: 'sealed' in answer ? (JSON.parse(await open(answer)) as Released) : answer };
}

/** @throws ApiError */
export function verify(programme: string, subject: Named, details: Omit<Asked, 'action'>): Promise<Verified> {
  const as = () => credentialsFor({ action: 'verify', ...details });
  return call('POST /v1/verifications', { body: { programme, subject } }, { as });
}

/** @throws ApiError */
export async function count(details: Omit<Asked, 'action'>, by: string | undefined): Promise<Counts> {
  const as = () => credentialsFor({ action: 'release', ...details });
  return call('POST /v1/statistics', { body: by === undefined ? {} : { by } }, { as });
}

/** Never repeated: a lost answer may have been given. @throws ApiError */
export async function inquire(
  body: Body<'POST /v1/inquiries'>,
  cursor?: string,
): Promise<InquiryAnswer | InquiryRefused> {
  const answer = await callSealed('POST /v1/inquiries', { query: { cursor }, body });
  return 'sealed' in answer ? JSON.parse(await open(answer)) : answer;
}

/** A route by a line that is only known here. @param details of a token for one purpose. @throws ApiError */
export async function callNamed(
  { line, purposeful, sealed }: { line: string; purposeful: 'release' | 'verify' | null; sealed: boolean },
  asked: object,
  details: Omit<Asked, 'action'>,
): Promise<Json> {
  const as = purposeful && { as: () => credentialsFor({ action: purposeful, ...details }) };
  // The document of the gateway names lines of its contract alone.
  const [known, its] = [line as 'GET /v1/whoami', asked as Record<string, never>];
  const answer = sealed ? await callSealed(known, its, as ?? {}) : await call(known, its, as ?? {});
  return 'sealed' in answer ? JSON.parse(await open(answer)) : (answer as unknown as Json);
}

/** Encryption does not authenticate the sender, so only the signature inside proves that the answer is the gateway's. */
async function open({ sealed, asked }: { sealed: string; asked: string }): Promise<string> {
  try {
    const jws = await answerKey().open(sealed.trim());
    const [keys, { resource }] = await Promise.all([file('/.well-known/jwks.json'), about()]);
    const known = createLocalJWKSet(JSON.parse(new TextDecoder().decode(keys)));
    const { payload, protectedHeader: head } = await compactVerify(jws, known, { algorithms: ['ES256'] });
    if (
      head.typ !== 'fieldgate-release+jws' ||
      head['iss'] !== resource ||
      head['aud'] !== person.value?.office
    )
      throw new Error('signed for another use');
    const text = new TextDecoder().decode(payload);
    const now = Date.now() / 1000 + clockSkew();
    if (!answersThat(head, text, { asked, now })) throw new Error('the answer to another request');
    return text;
  } catch {
    throw new ApiError(0, { code: 'ANSWER_INVALID' });
  }
}
