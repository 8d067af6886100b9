/** Requests at a fixed rate, whatever becomes of those before. */
import { createHash, KeyObject, randomUUID, sign } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Callers, Details, Token } from '../support/gateway.ts';

/** A release, ready to be sent any number of times. */
export type Shot = () => Promise<number>;

export interface Load {
  /** Complete answers, and these a second. */
  answered: number;
  goodput: number;
  /** Milliseconds of these. */
  p50: number;
  p99: number;
  /** Answers 429 or 503 with `Retry-After` a second, and their time. */
  told: number;
  toldAfter: number;
  /** Neither of both. */
  other: number;
}

/** Seconds after which a caller no longer waits. */
const PATIENCE = 10;

/** A token lasts 5 minutes. */
const RENEWED = 100_000;

export async function shot(
  { url, token }: Pick<Callers, 'token'> & { url: string },
  agency: string,
  details: Details,
  { match, fields }: { match: object; fields: string[] },
): Promise<Shot> {
  const renew = async () => {
    const made = await token(agency, details);
    return { made, key: KeyObject.from(made.dpop.privateKey), until: Date.now() + RENEWED };
  };
  let held = await renew();
  let coming = false;
  // A busy gateway may refuse a new token; the old one is good for a while.
  const renewSoon = async () => {
    coming = true;
    held = await renew().catch(() => held);
    coming = false;
  };
  const body = JSON.stringify({ collection: 'children', subjects: [{ match }], fields });
  return async () => {
    if (held.until < Date.now() && !coming) void renewSoon();
    const { made, key } = held;
    return post(new URL(`${url}/v1/releases`), body, made, key);
  };
}

/** A case for each shot, and so a token, which serves one case. Its time is that of both. */
export function shotOfCase(
  { url, token }: Pick<Callers, 'token'> & { url: string },
  agency: string,
  details: Details & { case: string },
  { match, fields }: { match: object; fields: string[] },
): Shot {
  let nth = 0;
  const body = JSON.stringify({ collection: 'children', subjects: [{ match }], fields });
  return async () => {
    const asked = { ...details, case: `${details.case}-${++nth}` };
    const made = await token(agency, asked).catch((error: Error) => error.message);
    if (typeof made === 'string') return /temporarily_unavailable|"status":(429|503)/.test(made) ? 503 : 0;
    const key = KeyObject.from(made.dpop.privateKey);
    return post(new URL(`${url}/v1/releases`), body, made, key);
  };
}

function post(url: URL, body: string, token: Token, key: KeyObject): Promise<number> {
  const headers = {
    authorization: `DPoP ${token.value}`,
    dpop: proof(url, token, key),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((done, fail) => {
    const sent = request(url, { method: 'POST', headers, timeout: PATIENCE * 1000 }, (answer) => {
      answer.resume().on('end', () => {
        const { statusCode = 0 } = answer;
        const told = statusCode === 429 || statusCode === 503;
        done(told && answer.headers['retry-after'] === undefined ? 0 : statusCode);
      });
      answer.on('error', fail);
    });
    sent.on('timeout', () => sent.destroy(new Error('late'))).on('error', fail);
    sent.end(body);
  });
}

function proof(url: URL, { value, dpop }: Token, key: KeyObject): string {
  const part = (of: object) => Buffer.from(JSON.stringify(of)).toString('base64url');
  const ath = createHash('sha256').update(value).digest('base64url');
  const head = part({ alg: 'ES256', typ: 'dpop+jwt', jwk: dpop.publicJwk });
  const claims = { jti: randomUUID(), htm: 'POST', htu: url.href, ath, iat: Math.floor(Date.now() / 1000) };
  const text = `${head}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export async function openLoop(one: Shot, perSecond: number, seconds: number): Promise<Load> {
  const good: number[] = [];
  const told: number[] = [];
  let other = 0;
  const send = async () => {
    const start = performance.now();
    const status = await one().catch(() => 0);
    const list = status === 200 ? good : status === 429 || status === 503 ? told : null;
    if (list === null) other += 1;
    else list.push(performance.now() - start);
  };
  const start = performance.now();
  const sent: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const early = start + (n * 1000) / perSecond - performance.now();
    if (early > 1) await sleep(early);
    sent.push(send());
  }
  await sleep(Math.max(0, start + seconds * 1000 - performance.now()));
  await Promise.all(sent);
  // What came after the end of the step counts, and so does the time that it took.
  const length = (performance.now() - start) / 1000;
  return {
    answered: good.length,
    goodput: Number((good.length / length).toFixed(1)),
    p50: at(good, 0.5),
    p99: at(good, 0.99),
    told: Number((told.length / length).toFixed(1)),
    toldAfter: at(told, 0.99),
    other,
  };
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
