/** The real local KMS and store in memory, with one agency, for apps that only authenticate. */

import { hash, type KeyObject, sign } from 'node:crypto';
import { withTables } from '../../functions/deps.ts';
import { faultList, injectFaults } from '../../infra/local/aws/faults.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { envOf, localSettings } from '../../infra/local/settings.ts';
import { type Agency, type NewAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { dpopNonces } from '../../shared/identity/tokens/nonce.ts';
import { asClientId } from '../../shared/ids.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { closedAfter } from './closed.ts';
import { assertion, ecKey, proof, type TestKey } from './jws.ts';

export const ISSUER = 'https://gateway.example';
export const CLIENT = 'edu-county';
export const KID = 'sig-1';

export const AGENCY: Omit<Agency, 'jwks'> = {
  clientId: asClientId(CLIENT),
  name: { en: 'County education bureau', zh: '县教育局' },
  departments: ['EDU'],
  roles: ['education'],
  areas: ['990001'],
  purposes: ['S1'],
  actions: ['intake', 'release', 'verify'],
  trainedUntil: '2999-01-01',
  suspended: false,
};

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** Everything that an app's `deps` need, and the keys of the agency. Close it in `afterAll`. */
export async function openParts() {
  const clock = { now: Date.parse('2026-03-02T08:00:00Z') };
  const now = () => clock.now;
  const store = await openStore(null);
  const ring = openKeyRing(null, now);
  const env = envOf(localSettings(ISSUER, ring, store.tables, ['identity']), 'steward');
  const faults = faultList();
  const kms = localKms(ring, openTrail(null), now).client('fieldgate-test');
  const dynamo = store.client();
  injectFaults(kms, faults);
  injectFaults(dynamo, faults, env.logTable);
  const [sig, dpop] = [ecKey(), ecKey()];
  const deps = withTables({ env, kms, dynamo, now });
  await putAgency(deps.tables.agencies, agencyWith(sig));
  const nonces = dpopNonces({ mac: (message) => generateMac(kms, env.nonceKey, message), now });
  // Proofs are made without waiting, so the nonce of the clock's first moments is fetched here.
  const nonce = await nonces.current();
  return {
    deps,
    clock,
    faults,
    sig,
    dpop,
    nonce,
    nonces,
    /** A client of its own, as another instance would have. */
    otherDynamo: () => store.client(),
    close: () => store.close(),
  };
}

/** The same for the tests of one file, closed after them. */
export async function fileParts() {
  const parts = await openParts();
  return closedAfter(parts, parts);
}

export function agencyWith(sig: TestKey, changes: Partial<NewAgency> = {}): Agency {
  const keys = [
    { ...sig.jwk, kty: 'EC', kid: KID, use: 'sig' as const },
    { ...ecKey().jwk, kty: 'EC', kid: 'enc-1', use: 'enc' as const },
  ];
  const { clientId, ...rest } = changes;
  return {
    ...AGENCY,
    jwks: { keys },
    ...rest,
    ...(clientId !== undefined && { clientId: asClientId(clientId) }),
  };
}

type Members = Record<string, unknown>;

export const makeAssertion = (parts: Parts, claims: Members = {}, header: Members = {}) =>
  assertion(
    { clientId: CLIENT, issuer: ISSUER, key: parts.sig, kid: KID, now: parts.clock.now },
    claims,
    header,
  );

/** A proof for `method path`: with a token it carries `ath`, without one the server's nonce. */
export function makeProof(
  parts: Parts,
  about: { method: string; path: string; token?: string; key?: TestKey },
  claims: Members = {},
  header: Members = {},
): string {
  const { method, path, token, key = parts.dpop } = about;
  const ath = token === undefined ? {} : { ath: hash('sha256', token, 'base64url') };
  const nonce = token === undefined ? { nonce: parts.nonce } : {};
  return proof(
    { key, method, url: ISSUER + path, now: parts.clock.now, ...ath },
    { ...nonce, ...claims },
    header,
  );
}

/** The form of a token request; members given as `undefined` are left out. */
export function tokenForm(parts: Parts, changes: Record<string, string | undefined> = {}): URLSearchParams {
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: makeAssertion(parts),
    authorization_details: JSON.stringify([{ type: 'fieldgate', purpose: 'S1', actions: ['release'] }]),
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(form).filter((member): member is [string, string] => member[1] !== undefined),
  );
}

/** The headers of a token request: a form, and a proof of its own. */
export const tokenHeaders = (parts: Parts) => ({
  'content-type': 'application/x-www-form-urlencoded',
  dpop: makeProof(parts, { method: 'POST', path: '/oauth/token' }),
});

/** RFC 9421: headers that sign a request as an agency does. Members given as `undefined` are left out. */
export function signedHeaders(
  request: {
    method: string;
    url: string;
    authorization?: string;
    credential?: { header: string; value: string };
    body: string;
    now: number;
  },
  { key, kid, alg = 'ecdsa-p256-sha256' }: { key: TestKey; kid: string; alg?: string },
  change: { components?: string[]; parameters?: string; digest?: string } = {},
): Record<string, string> {
  const digest = change.digest ?? `sha-256=:${hash('sha256', request.body, 'base64')}:`;
  const { credential = { header: 'authorization', value: request.authorization ?? '' } } = request;
  const values: Record<string, string> = {
    '@method': request.method,
    '@target-uri': request.url,
    'content-digest': digest,
    [credential.header]: credential.value,
  };
  const components = change.components ?? Object.keys(values);
  const list = components.map((name) => `"${name}"`).join(' ');
  const created = Math.floor(request.now / 1000);
  const parameters = `(${list})${change.parameters ?? `;created=${created};keyid="${kid}";alg="${alg}"`}`;
  const lines = components.map((name) => `"${name}": ${values[name] ?? ''}`);
  const base = Buffer.from([...lines, `"@signature-params": ${parameters}`].join('\n'));
  const signature = signBase(base, key.privateKey);
  return {
    'content-digest': digest,
    'signature-input': `sig1=${parameters}`,
    signature: `sig1=:${signature.toString('base64')}:`,
  };
}

function signBase(base: Buffer, key: KeyObject): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, base, key);
  if (key.asymmetricKeyType === 'rsa') return sign('sha512', base, { key, padding: 6, saltLength: 64 });
  return sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' });
}
