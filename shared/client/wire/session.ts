/**
 * The state of a connection: the gateway's metadata, the agency's keys as CryptoKeys, one DPoP key of this
 * connection, and the fetch function.
 */
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { type Answer, FieldgateError, parseUrl } from './errors.ts';
import type { HybridKey } from './hybrid.ts';
import { DEFAULT_RETRY, type RetryPolicy, send } from './send.ts';
import { assertedBy, type KeptKey, type Signer } from './sign.ts';

export type ConnectOptions = CommonOptions & (AgencyOptions | PersonOptions);

/** A person's access token; with the private key, a P-256 JWK, if the issuer has bound it to one (RFC 9449). */
export type PersonToken = string | { token: string; key: JWK };

/** An agency with its keys. */
export interface AgencyOptions {
  clientId: string;
  /**
   * The agency's private signing key as a JWK: P-256 or Ed25519. `kid` is needed if the agency has several. Or what signs by a
   * P-256 key that does not leave its keeper, such as KMS.
   */
  key: JWK | KeptKey;
  /** The agency's private encryption key as a JWK, for opening sealed answers. */
  enc?: JWK;
  /** Its private hybrid key: `{ kty: 'AKP', alg: 'X-Wing', priv }`. Once it is registered, answers are sealed to it alone. */
  hybrid?: JWK;
  /**
   * The access token of the acting person, or a function that gives the current one. That person is then the
   * officer. The agency's tokens are bound to the key of a bound one.
   */
  actorToken?: PersonToken | (() => PersonToken | Promise<PersonToken>);
  accessToken?: undefined;
}

/** A person who has logged in at the issuer that the gateway trusts. */
export interface PersonOptions {
  /** The access token, or a function that gives the current one and is called for each request. */
  accessToken: PersonToken | (() => PersonToken | Promise<PersonToken>);
  clientId?: undefined;
  key?: undefined;
  enc?: undefined;
  hybrid?: undefined;
  actorToken?: undefined;
}

export interface CommonOptions {
  /** The gateway's address, which is also its OAuth issuer: `https://gateway.example`. */
  issuer: string;
  /**
   * The default purpose of verifications, and the purpose of `whoami` and similar calls for an agency that
   * only verifies.
   */
  purpose?: string;
  /** The default officer of releases. */
  officer?: string;
  /**
   * The log's public key in vkey form, against which receipts are checked. If absent, the first key that the
   * gateway gives is used for the lifetime of the connection.
   */
  logKey?: string;
  /** The reader's own policy of witnesses (text of a C2SP tlog-policy), for `checkReceipt`. It pins the log's key, too. */
  policy?: string;
  /** Seconds: how old a quorum of these witnesses may be. */
  fresh?: number;
  /** The reader's own key of releases, in vkey form: `checkReceipt` then names the release of the package that the writer says it runs. */
  releaseKey?: string;
  /** The file of signed builds, if it is not that of the gateway. */
  builds?: string;
  /** A checkpoint from an earlier `checkReceipt`. The log must continue it. */
  checkpoint?: string;
  /**
   * Called if an act demands that the person logs in again (`STEP_UP_REQUIRED`). If it answers true, the same request is
   * sent once more, with the token that `accessToken` or `actorToken` gives then.
   */
  logInAgain?: () => Promise<boolean>;
  retry?: Partial<RetryPolicy>;
  /** Language tags, the preferred one first, of the texts in answers: sent as `Accept-Language`. */
  language?: string;
  /** Milliseconds for one attempt. 30,000 by default. */
  timeout?: number;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
}

/** The part of `fetch` that the libraries use. */
type Fetch = (url: string, init: object) => Promise<Response>;

/** The credentials of an agency. */
export interface AgencyKeys {
  client: oauth.Client;
  authenticate: oauth.ClientAuth;
  dpop: oauth.DPoPHandle;
  /** For requests signed as a whole. */
  signer: Signer;
}

export interface Session {
  as: oauth.AuthorizationServer;
  /** `null` for a person. */
  agency: AgencyKeys | null;
  /** The token of the person who acts through the agency; `null` if the agency only names its officer. */
  actorToken: (() => Promise<Held>) | null;
  /** The person's access token; `null` for an agency. */
  accessToken: (() => Promise<Held>) | null;
  logInAgain: (() => Promise<boolean>) | null;
  base: string;
  enc: CryptoKey | null;
  hybrid: HybridKey | null;
  purpose: string | undefined;
  officer: string | undefined;
  language: string | undefined;
  retry: RetryPolicy;
  timeout: number;
  fetch: Fetch;
  /** Options that every oauth4webapi call gets. */
  http: { [oauth.customFetch]: Fetch; [oauth.allowInsecureRequests]: boolean };
}

/** A token as it is sent: with proofs of `dpop`, or as a bearer token without. */
export interface Held {
  token: string;
  dpop?: oauth.DPoPHandle | undefined;
}

type Given = PersonToken | (() => PersonToken | Promise<PersonToken>) | undefined;

function asked(given: Given, skew: number): (() => Promise<Held>) | null {
  if (given === undefined) return null;
  const handles = new Map<string, Promise<oauth.DPoPHandle>>();
  return async () => {
    const person = typeof given === 'function' ? await given() : given;
    if (typeof person === 'string') return { token: person };
    const { token, key } = person;
    const name = String(key.x);
    const handle = handles.get(name) ?? handleOf(key, skew);
    handles.set(name, handle);
    return { token, dpop: await handle };
  };
}

async function handleOf(key: JWK, skew: number): Promise<oauth.DPoPHandle> {
  const { kty, crv, x, y } = key;
  const publicKey = (await importJWK({ kty, crv, x, y } as JWK, 'ES256', { extractable: true })) as CryptoKey;
  const privateKey = await importPrivate(key, 'ES256', 'key');
  return oauth.DPoP({ [oauth.clockSkew]: skew }, { privateKey, publicKey });
}

/**
 * @throws TypeError for options that cannot work (no https outside this machine, a public or unknown key).
 * @throws FieldgateError `UNREACHABLE`, or `ANSWER_INVALID` if the metadata names another issuer.
 */
export async function openSession(options: ConnectOptions): Promise<Session> {
  const issuer = issuerOf(options.issuer);
  const doFetch: Fetch = (input, init) => (options.fetch ?? fetch)(input, init);
  const http = { [oauth.customFetch]: doFetch, [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const timeout = options.timeout ?? 30_000;

  const { key, accessToken } = options;
  if ((key === undefined) === (accessToken === undefined)) {
    throw new TypeError('give either clientId and key, or accessToken');
  }
  const signer = key && (isKept(key) ? { ...key, alg: 'ES256' as const } : await signerOf(key));
  const enc = options.enc ? await importPrivate(options.enc, 'ECDH-ES', 'enc') : null;
  const hybrid = options.hybrid ? await (await import('./hybrid.ts')).hybridKey(options.hybrid) : null;
  const answer = await send(
    (signal) => oauth.discoveryRequest(issuer, { ...http, algorithm: 'oauth2', signal }),
    { to: issuer.href, safety: 'repeatable', retry, timeout },
  );
  const as = await readMetadata(issuer, answer);
  return {
    as,
    agency: signer ? await agencyKeys(options as AgencyOptions, signer, skewOf(answer)) : null,
    accessToken: asked(accessToken, skewOf(answer)),
    actorToken: asked(options.actorToken, skewOf(answer)),
    logInAgain: options.logInAgain ?? null,
    base: as.issuer.replace(/\/$/, ''),
    enc,
    hybrid,
    purpose: options.purpose,
    officer: options.officer,
    language: options.language,
    retry,
    timeout,
    fetch: doFetch,
    http,
  };
}

/** @param skew seconds; corrects proofs and assertions for a wrong clock, which the gateway would refuse. */
async function agencyKeys(
  { clientId, key }: AgencyOptions,
  signer: Signer & { key?: CryptoKey },
  skew: number,
): Promise<AgencyKeys> {
  const client: oauth.Client = { client_id: clientId, [oauth.clockSkew]: skew };
  const { kid } = key;
  return {
    client,
    authenticate: signer.key
      ? oauth.PrivateKeyJwt(kid ? { key: signer.key, kid } : signer.key)
      : assertedBy(signer, skew),
    dpop: oauth.DPoP(client, await oauth.generateKeyPair('ES256')),
    signer,
  };
}

const isKept = (key: JWK | KeptKey): key is KeptKey => typeof (key as KeptKey).sign === 'function';

async function signerOf(jwk: JWK): Promise<Signer & { key: CryptoKey }> {
  const alg = signingAlgorithm(jwk);
  const key = await importPrivate(jwk, alg, 'key');
  const how = alg === 'Ed25519' ? alg : { name: 'ECDSA', hash: 'SHA-256' };
  const sign = async (data: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign(how, key as never, data as never));
  return { key, kid: jwk.kid ?? (await calculateJwkThumbprint(jwk)), alg, sign };
}

function issuerOf(text: string): URL {
  const url = parseUrl(text);
  if (!url) throw new TypeError('issuer must be an absolute URL');
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError('issuer must use https; http is for a gateway on this machine only');
  }
  return url;
}

async function readMetadata(issuer: URL, answer: Answer): Promise<oauth.AuthorizationServer> {
  try {
    const { status, headers, text } = answer;
    return await oauth.processDiscoveryResponse(issuer, new Response(text, { status, headers }));
  } catch (cause) {
    const own = issuerIn(answer.text);
    const message = `${issuer.origin} does not describe itself as the gateway ${issuer.href}${own && `, but as ${own}`}`;
    throw new FieldgateError('ANSWER_INVALID', message, { status: answer.status, cause });
  }
}

/** What the other side calls itself, if that is an address. */
function issuerIn(metadata: string): string {
  try {
    const { issuer } = JSON.parse(metadata);
    return (typeof issuer === 'string' && parseUrl(issuer)?.href) || '';
  } catch {
    return '';
  }
}

/** Seconds by which the gateway's clock is ahead; 0 if the difference is small or unknown. */
function skewOf(answer: Answer): number {
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  const seconds = Math.round((theirs - Date.now()) / 1000);
  return Math.abs(seconds) > 5 ? seconds : 0;
}

function signingAlgorithm(key: JWK): 'ES256' | 'Ed25519' {
  if (key.kty === 'EC' && key.crv === 'P-256') return 'ES256';
  if (key.kty === 'OKP' && key.crv === 'Ed25519') return 'Ed25519';
  throw new TypeError('key must be a P-256 or Ed25519 private JWK');
}

async function importPrivate(jwk: JWK, algorithm: string, name: string): Promise<CryptoKey> {
  if (typeof jwk.d !== 'string') throw new TypeError(`${name} must be a private JWK`);
  // `alg` and `key_ops` in the file must not widen the use of the key.
  const { kty, crv, x, y, d } = jwk;
  const material = { kty, crv, x, y, d } as JWK;
  const key = await importJWK(material, algorithm, { extractable: false });
  if (key instanceof Uint8Array || key.type !== 'private')
    throw new TypeError(`${name} must be a private JWK`);
  return key;
}
