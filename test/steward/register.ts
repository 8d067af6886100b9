/** The steward app with a steward's office, and the calls of tests of the register. */
import { logStore } from '../../functions/steps/log.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { openSigner, settingFor } from '../../infra/local/people/sign-in.ts';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { readEntries } from '../../shared/log/read/read.ts';
import { seenOnPages } from '../support/as-page.ts';
import { agencyWith, ISSUER, makeProof, openParts, tokenHeaders } from '../support/identity.ts';
import { assertion, ecKey, type TestKey } from '../support/jws.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
export type Any = any;
interface Caller {
  clientId: string;
  key: TestKey;
  kid?: string;
  details?: object;
  /** The logged-in person who acts through the token. */
  person?: { id: string; roles: readonly ['steward']; office: string };
}
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';

export const publicKey = (key: TestKey, kid: string, use = 'sig') => ({ ...key.jwk, kid, use });

export const RIGHTS = {
  name: { en: 'New school', zh: '新学校' },
  departments: ['EDU'],
  roles: ['county-education'],
  areas: ['990001'],
  purposes: ['S1'],
  actions: ['intake', 'release'],
  trainedUntil: '2027-01-01',
};
export const register = (clientId: string, key: TestKey, change: object = {}) => ({
  clientId,
  ...RIGHTS,
  jwks: { keys: [publicKey(key, 'sig-1')] },
  ...change,
});

/** @param jwksAt what every address of keys holds at the moment; `null` while it is down */
export async function openRegister(jwksAt: () => object | null = () => null) {
  const parts = await openParts();
  const steward = ecKey();
  const fetchJwks = async () => {
    const published = jwksAt();
    if (!published) throw new Error('down');
    return JSON.stringify(published);
  };
  const signer = await openSigner(ISSUER, parts.deps.now);
  const keysAt = new Map<string, object>([
    [
      `${signer.issuer}/.well-known/openid-configuration`,
      { issuer: signer.issuer, jwks_uri: `${signer.issuer}/jwks` },
    ],
    [`${signer.issuer}/jwks`, { keys: [(({ d: _, ...jwk }) => jwk)(signer.key)] }],
  ]);
  const fetchIssuer = async (url: string) => JSON.stringify(keysAt.get(url));
  const env = { ...parts.deps.env, people: settingFor(signer.issuer, ISSUER, { bearer: true }) };
  const deps = { ...parts.deps, env, fetchJwks, fetchIssuer };
  const app = stewardApp(deps);
  const tokens = tokenApp(deps, { knows: () => true });
  const { tables } = parts.deps;
  const office = {
    clientId: 'steward-office',
    departments: [],
    roles: [],
    purposes: [],
    actions: ['steward'],
  };
  await putAgency(tables.agencies, agencyWith(steward, office));

  async function askToken({
    clientId,
    key,
    kid = 'sig-1',
    details = { actions: ['intake'] },
    person,
  }: Caller) {
    const response = await tokens.request('/oauth/token', {
      method: 'POST',
      headers: tokenHeaders(parts),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion({ clientId, issuer: ISSUER, key, kid, now: parts.clock.now }),
        authorization_details: JSON.stringify([{ type: 'fieldgate', ...details }]),
        ...(person && { actor_token: await signer.sign(person), actor_token_type: ACCESS }),
      }),
    });
    return { status: response.status, json: (await response.json()) as Any };
  }

  async function call(
    token: string,
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ) {
    const dpop = makeProof(parts, { method, path, token });
    const response = await app.request(path, {
      method,
      headers: { authorization: `DPoP ${token}`, dpop, 'content-type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Any };
  }

  /** One call by an officer of the steward's office who has logged in. */
  const asPage = seenOnPages();
  async function asSteward(
    officer: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    unseen = false,
  ) {
    const words = officer === undefined ? {} : { officer, reason: 'test' };
    const details = { actions: ['steward'], ...words };
    const id = officer?.trim().toLowerCase();
    const person =
      id === undefined ? undefined : { id, roles: ['steward'] as const, office: 'steward-office' };
    const { json } = await askToken({
      clientId: 'steward-office',
      key: steward,
      details: { ...details, ...(id !== undefined && { officer: id }) },
      ...(person && { person }),
    });
    const send = (rest: Parameters<typeof asPage>[2]) =>
      call(json.access_token, rest[0], rest[1], rest[2]) as Promise<Any>;
    return unseen ? send([method, path, body]) : asPage(id ?? '', send, [method, path, body]);
  }

  /** Entries about an agency, oldest first; the clock stands, so their places tell. */
  async function logged(about: string) {
    const { env, dynamo, now } = parts.deps;
    const store = logStore({ env, dynamo });
    const span = { from: now() - 1e9, to: now() + 1e9 };
    const page = await readEntries(store, { ...span, filter: { kind: 'agency' }, limit: 500, asked: {} });
    const own = page.entries.filter(({ entry }) => entry?.about === about);
    own.sort((a, b) => (a.entry?.seq ?? 0) - (b.entry?.seq ?? 0));
    return own.map(({ entry, words }) => ({ entry, words }));
  }

  /** The same change by two stewards, one after the other. @returns the answer to the second */
  async function asTwo(method: string, path: string, body: unknown) {
    const first = await asSteward('li.na', method, path, body);
    if (first.status !== 202) return first;
    return asSteward('wang.fang', method, path, body);
  }

  return { parts, app, askToken, call, asSteward, asTwo, logged };
}
