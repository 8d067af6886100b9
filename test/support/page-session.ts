/** The console's calls without a browser: the login of a person and calls bound to a key. */
import { createHash, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { type Answer, dpopProof, newDpopKey } from './gateway.ts';
import { browse } from './login.ts';

type DpopKey = Awaited<ReturnType<typeof newDpopKey>>;

export interface Asked {
  action: 'release' | 'verify';
  purpose: string;
  case?: string;
  reason?: string;
}

export interface Pages {
  key: DpopKey;
  /** A code of the person with its verifier, as the page brings them back from the issuer. */
  code(
    person: string,
    more?: Record<string, string>,
  ): Promise<{ code: string; codeVerifier: string; redirectUri: string }>;
  /** One call of the session's routes with a fresh nonce. */
  post(path: string, body: unknown, options?: { key?: DpopKey; nonce?: string }): Promise<Answer>;
  /** One call of the API under a token of the session. */
  call(token: string, method: string, path: string, body?: unknown, key?: DpopKey): Promise<Answer>;
  /** Signs in. @param enc the page's key for sealed answers. @returns the answer's body */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  signIn(person: string, enc?: JWK): Promise<any>;
  /** A token of the session for one purpose, or the refusal. */
  ask(session: string, details: Asked): Promise<Answer>;
}

export async function pages({ url }: { url: string }, now: () => number = Date.now): Promise<Pages> {
  const key = await newDpopKey();
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  const read = async (path: string): Promise<any> => (await fetch(url + path)).json();
  const redirectUri = `${url}/console/`;
  const answered = async (response: Response): Promise<Answer> => {
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  const send = async (path: string, method: string, headers: Record<string, string>, body: unknown) => {
    const init: RequestInit = { method, headers: { ...headers, 'content-type': 'application/json' } };
    if (body !== undefined) init.body = JSON.stringify(body);
    return answered(await fetch(url + path, init));
  };
  const made: Pages = {
    key,
    async code(person, more = {}) {
      const about = await read('/.well-known/oauth-protected-resource');
      const { console: client, scope, resource } = about.fieldgate_people;
      const codeVerifier = randomBytes(32).toString('base64url');
      const from = new URL(client.authorization_endpoint);
      from.search = new URLSearchParams({
        response_type: 'code',
        client_id: client.client_id,
        redirect_uri: redirectUri,
        scope,
        resource,
        state: 'state',
        code_challenge_method: 'S256',
        code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      }).toString();
      const back = await browse(from, { person, ...more }, ({ pathname }) => pathname === '/console/');
      return { code: back.searchParams.get('code') ?? '', codeVerifier, redirectUri };
    },
    async post(path, body, options = {}) {
      const nonce = options.nonce ?? (await read('/v1/sessions')).nonce;
      const proof = await dpopProof(options.key ?? key, 'POST', new URL(url + path), now(), undefined, nonce);
      return send(path, 'POST', { dpop: proof }, body);
    },
    async call(token, method, path, body, by = key) {
      const target = new URL(url + path.split('?')[0]);
      const dpop = await dpopProof(by, method, target, now(), token);
      return send(path, method, { authorization: `DPoP ${token}`, dpop }, body);
    },
    ask: (session, details) => made.post('/v1/sessions/renew', { session, details }),
    async signIn(person, enc) {
      const answer = await made.post('/v1/sessions', { ...(await made.code(person)), ...(enc && { enc }) });
      if (answer.status !== 201) throw new Error(`no session: ${answer.text}`);
      return answer.json;
    },
  };
  return made;
}
