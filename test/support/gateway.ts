/** A whole gateway in memory, and callers that speak to it over HTTP with nothing of the gateway's own client. */
import { createHash, randomUUID, type webcrypto } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { STEP } from '../../functions/http/deadline.ts';
import { NO_LIMITS } from '../../infra/local/admission/admission.ts';
import type { TrailRecord } from '../../infra/local/aws/kms/trail.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../infra/local/gateway.ts';
import { checkAnswer } from './answers.ts';
import { seenOnPages } from './as-page.ts';
import { type CaseStore, seedCase } from './cases.ts';
import { closedAfter } from './closed.ts';

/** One member of `authorization_details`, without its `type`. */
export interface Details {
  actions: string[];
  purpose?: string;
  case?: string;
  officer?: string;
  reason?: string;
  person?: { subject?: string; roles?: readonly string[] };
  /** The officer is only named by the office, and has not logged in. */
  claimed?: true;
  /** The case of a release is not put into the register first. */
  unregistered?: true;
  /** The second person confirms nothing that they have not been shown. */
  unseen?: true;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body as it came, and parsed when it is JSON. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

export interface Token {
  value: string;
  clientId: string;
  /** What it was asked for. A release under it has its case in the register, unless it says `unregistered`. */
  details?: Details;
  dpop: DpopKey;
}

export interface DpopKey {
  privateKey: webcrypto.CryptoKey;
  publicJwk: JWK;
}

/** Calls a gateway over HTTP as any of its agencies. */
export interface Callers {
  /** A fresh token; a new DPoP key each time. @throws Error when the gateway refuses it. */
  token(clientId: string, details: Details): Promise<Token>;
  /** One call with a fresh proof, under a token that is reused for equal details. */
  call(
    clientId: string,
    details: Details,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** An intake of children. @returns their results. @throws Error with the answer if one is refused. */
  put(clientId: string, ...records: object[]): Promise<Answer['json']>;
  /** What an auditor finds at a path. */
  audit(path: string): Promise<Answer['json']>;
  /** One call with this token. A string body is sent unchanged, anything else as JSON. */
  send(
    token: Token,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export interface TestGateway extends Omit<Gateway, 'trail'>, Callers {
  /** KMS calls so far, oldest first. */
  trail: TrailRecord[];
}

/** Milliseconds of a time step, in which a test of other matters waits for nothing. */
const SHORT_STEP = 20;
const FULL_STEP = STEP.ms;

/** From here on, steps are as long as in a deployment: for tests that measure time. */
export function fullSteps(): void {
  STEP.ms = FULL_STEP;
}

export function shortSteps(): void {
  STEP.ms = SHORT_STEP;
}

/** The duration of a call in milliseconds, under steps as long as in a deployment. */
export async function timeOf(call: () => Promise<unknown>): Promise<number> {
  fullSteps();
  const started = performance.now();
  await call();
  shortSteps();
  return performance.now() - started;
}

/** Starts a gateway in memory on a free port, fault injection open, with short steps. Close it in `afterAll`. */
export async function testGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  shortSteps();
  const gateway = await startGateway({
    folder: null,
    port: 0,
    faults: true,
    sequenceEvery: null,
    people: 'tokens',
    limits: NO_LIMITS,
    ...options,
  });
  const trail: TrailRecord[] = [];
  gateway.trail.subscribe((record) => trail.push(record));
  return { ...gateway, trail, ...callers(gateway, options.now) };
}

/** A gateway for the tests of one file, closed after them. */
export async function fileGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const gateway = await testGateway(options);
  return closedAfter(gateway, gateway);
}

/** Milliseconds of the gateway's clock for which one token is used, which ends after five minutes. */
const TOKEN = 240_000;

/** A gateway to call. `fetch`: by another way than the network. */
type Called = Pick<Gateway, 'url' | 'agency' | 'signIn'> & Partial<CaseStore> & Fetching;
interface Fetching {
  fetch?(url: URL, init: RequestInit): Promise<Response>;
}

/** @param now the gateway's clock, in epoch milliseconds. */
export function callers(gateway: Called, now: () => number = Date.now): Callers {
  const seeded = new Map<string, string>();
  const asPage = seenOnPages();
  const tokens = new Map<string, { token: Promise<Token>; from: number }>();
  const send: Callers['send'] = async (token, method, path, body, headers = {}) => {
    if (path === '/v1/releases' && token.details && !token.details.unregistered)
      await seedCase(gateway, token.clientId, { details: token.details, body, known: seeded, now });
    const url = new URL(gateway.url + path);
    const proof = await dpopProof(token.dpop, method, url, now(), token.value);
    const sent: RequestInit = {
      method,
      headers: { authorization: `DPoP ${token.value}`, dpop: proof, ...contentType(body), ...headers },
    };
    if (body !== undefined) sent.body = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await readAnswer(await (gateway.fetch ?? fetch)(url, sent));
    checkAnswer(method, path, answer.status, answer.headers.get('content-type') ?? '', answer.json);
    return answer;
  };
  const token: Callers['token'] = async (clientId, details) => {
    const dpop = await newDpopKey();
    const { claimed, unregistered: _, unseen: __, person, ...asked } = details;
    const actor = claimed ? null : await actorOf(gateway, clientId, { ...asked, person }, dpop);
    const answer = await requestToken(gateway, clientId, asked, dpop, now(), actor);
    if (answer.status !== 200) throw new Error(`token refused: ${answer.text}`);
    return { value: answer.json.access_token, clientId, dpop, details };
  };
  const call: Callers['call'] = async (clientId, given, ...rest) => {
    const details = { ...officerIn(rest[2]), ...given };
    const key = JSON.stringify([clientId, details]);
    let known = tokens.get(key);
    if (!known || now() < known.from || now() > known.from + TOKEN) {
      known = { token: token(clientId, details), from: now() };
      tokens.set(key, known);
    }
    const using = await known.token;
    return given.unseen ? send(using, ...rest) : asPage(key, (more) => send(using, ...more), rest);
  };
  return {
    send,
    token,
    call,
    audit: async (path) => (await call('audit-office', { actions: ['audit'] }, 'GET', path)).json,
    async put(clientId, ...records) {
      const body = { collection: 'children', records };
      const { json, text } = await call(clientId, { actions: ['intake'] }, 'POST', '/v1/intake', body);
      if (!json.results?.every(({ ref }: { ref?: string }) => ref)) throw new Error(text);
      return json.results;
    },
  };
}

/** An officer whom the body alone names acts through the token as well. */
function officerIn(body: unknown): { officer?: string } {
  const { officer, context } = (body ?? {}) as { officer?: unknown; context?: { officer?: unknown } };
  const named = officer ?? context?.officer;
  return typeof named === 'string' && named !== '' ? { officer: named } : {};
}

/** The officer's own token, bound to the key. Two offices never have one person. */
async function actorOf(
  { signIn }: Pick<Gateway, 'signIn'>,
  office: string,
  { officer, person }: Pick<Details, 'officer'> & { person: Details['person'] | undefined },
  dpop: DpopKey,
): Promise<string | null> {
  if (!signIn || officer === undefined) return null;
  const roles = ['casework', 'audit', 'steward', 'supervisor', 'release'] as const;
  const one = { id: officer, subject: `${officer}@${office}`, roles, office, ...person };
  const jkt = await calculateJwkThumbprint(dpop.publicJwk);
  return (signIn as (...given: unknown[]) => Promise<string>)(one, jkt, dpop);
}

/** The token request of an agency (private_key_jwt with DPoP), repeated with the given nonce. */
export async function requestToken(
  gateway: Pick<Gateway, 'url' | 'agency'> & Fetching,
  clientId: string,
  details: Details,
  dpop: DpopKey,
  now: number,
  actor: string | null = null,
): Promise<Answer> {
  const first = await requestTokenOnce(gateway, clientId, details, { dpop, now, actor });
  const nonce = first.headers.get('dpop-nonce');
  if (first.json?.error !== 'use_dpop_nonce' || nonce === null) return first;
  return requestTokenOnce(gateway, clientId, details, { dpop, now, actor, nonce });
}

async function requestTokenOnce(
  gateway: Pick<Gateway, 'url' | 'agency'> & Fetching,
  clientId: string,
  details: Details,
  { dpop, now, actor, nonce }: { dpop: DpopKey; now: number; actor: string | null; nonce?: string },
): Promise<Answer> {
  const { sig } = gateway.agency(clientId);
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: sig.kid as string })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(gateway.url)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(now / 1000) + 60)
    .sign(await importJWK(sig, 'ES256'));
  const url = new URL(`${gateway.url}/oauth/token`);
  const response = await (gateway.fetch ?? fetch)(url, {
    method: 'POST',
    headers: { dpop: await dpopProof(dpop, 'POST', url, now, undefined, nonce) },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      authorization_details: JSON.stringify([{ type: 'fieldgate', ...details }]),
      ...(actor !== null && {
        actor_token: actor,
        actor_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      }),
    }),
  });
  const answer = await readAnswer(response);
  checkAnswer('POST', '/oauth/token', answer.status, response.headers.get('content-type') ?? '', answer.json);
  return answer;
}

export async function newDpopKey(): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: await exportJWK(publicKey) };
}

/** @param accessToken bound into the proof as `ath` when given. */
export async function dpopProof(
  key: DpopKey,
  method: string,
  url: URL,
  now: number,
  accessToken?: string,
  nonce?: string,
): Promise<string> {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url');
  return new SignJWT({
    jti: randomUUID(),
    htm: method,
    htu: url.origin + url.pathname,
    ...(ath ? { ath } : {}),
    ...(nonce ? { nonce } : {}),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: key.publicJwk })
    .setIssuedAt(Math.floor(now / 1000))
    .sign(key.privateKey);
}

function contentType(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /^application\/(?:[a-z-]+\+)?json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}
