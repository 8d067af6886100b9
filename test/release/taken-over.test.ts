import { describe, expect, it } from 'vitest';
import { purposeSessions } from '../../functions/release/purpose-sessions.ts';
import { pack } from '../../functions/session/policy.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { mintedToken } from '../../functions/token/issue-token.ts';
import { keyPolicies, SESSION_ROLE, sessionTrust } from '../../infra/local/aws/kms/key-policies.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { keysOf, localSts } from '../../infra/local/aws/sts.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { readClassKeys } from '../../shared/env.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';

import { asClientId, asKeyId, asSubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { assumeRole } from '../../shared/keys/assume-role.ts';
import { publicKeysOf, signUnder } from '../../shared/keys/signing-keys.ts';
import { unwrapDataKey } from '../../shared/keys/unwrap.ts';
import { findUnwrapToken } from '../../shared/keys/unwrap-token.ts';
import { generateDataKey } from '../../shared/keys/wrap.ts';

const URL = 'http://gate.example';
let time = Date.UTC(2026, 10, 25);
const now = () => time;
const ring = openKeyRing(null, now);
const env = localSettings(URL, ring, new Map(), pack.classes.keys(), 'none', { purposes: 'token' });
const kms = localKms(ring, openTrail(null), now, {
  sts: localSts(sessionTrust(pack, { url: URL, keys: () => keysOf(URL, issuer) }), now),
  mayUse: keyPolicies(pack),
});
const token = {
  env,
  kms: kms.client('fieldgate-token'),
  dynamo: { middlewareStack: { add() {} } },
  now,
} as never;
const issuer = tokenApp(token) as unknown as { fetch(request: Request): Promise<Response> };
const ours = kms.client('fieldgate-release');
const sessions = purposeSessions({ env, kms: ours, now, kmsAs: kms.clientAs } as never);
const agency = asClientId('edu-county');

/** The access token of a caller, and what is hidden in it. */
async function caller(purpose = 'S1') {
  const grant = { actions: ['release' as const], purpose };
  const { access_token: text } = await mintedToken(token, { clientId: agency, grant, jkt: 'j'.repeat(43) });
  const unwrap: string = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).unw;
  const open = (await findUnwrapToken(ours, env.unwrapKey, unwrap)) ?? expect.fail();
  return { text, unwrap, open };
}

const request = { endpoint: env.stsEndpoint, roleArn: env.sessionRole, name: 'W4@edu-county', seconds: 900 };
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

/** A token for this purpose, signed by a function that may use such a key. */
async function signed(role: string, key: string, change: Record<string, unknown>) {
  const of = claimsOf((await caller()).open);
  const client = kms.client(role);
  const [published] = await publicKeysOf(kms.client('fieldgate-token'), key);
  const kid = thumbprintOf(published?.export({ format: 'jwk' }) as Json);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'unwrap+jwt', alg: 'ES256', kid })}.${part({ ...of, ...change })}`;
  const signature = await signUnder(client, key, 'ECDSA_SHA_256', Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}
/** STS says the same of a token that no issuer made, and if it can't reach the issuer. */
const REFUSED = { code: 'KMS_UNAVAILABLE', cause: { name: 'InvalidIdentityToken' } };
const W4 = { 'https://aws.amazon.com/tags': { principal_tags: { agency: ['edu-county'], purpose: ['W4'] } } };

describe('a release function that was taken over', () => {
  it('opens what the purpose of a caller opens, and nothing else, in the whole matrix', async () => {
    const { unwrap } = await caller('S1');
    const client = await sessions.client(agency, 'S1', unwrap);
    const reports = new Set(Object.values(pack.casework?.harm?.classes ?? {}));
    const opened: string[] = [];
    for (const [name] of pack.classes) {
      const place = { collection: pack.collection, class: name, owner: 'EDU' };
      const use = { ...place, subject: asSubjectId('s'.repeat(22)), keyId: asKeyId('k'.repeat(22)) };
      const key = readClassKeys(env.classKeys).get(name) ?? expect.fail();
      const writer = kms.client(reports.has(name) ? 'fieldgate-casework' : 'fieldgate-intake');
      const { wrapped } = await generateDataKey(writer, key, use, 32);
      await expect(unwrapDataKey(ours, key, use, wrapped)).rejects.toThrow();
      if (await unwrapDataKey(client, key, use, wrapped).catch(() => null)) opened.push(name);
    }
    const meant = [...pack.classes].filter(([, { openedBy }]) => openedBy.includes('S1'));
    expect(opened).toEqual(meant.map(([name]) => name));
    expect(opened.length).toBeLessThan(pack.classes.size);
  });

  it('names no purpose itself, whichever it is', async () => {
    for (const purpose of pack.purposes.keys()) {
      const asked = assumeRole(ours, { ...request, tags: new Map(Object.entries({ agency, purpose })) });
      await expect(asked).rejects.toMatchObject({ cause: { name: 'AccessDenied' } });
    }
  });

  it('makes no token: neither by another key that the gateway publishes, nor by that of tokens', async () => {
    const forged = await signed('fieldgate-release', env.answerKey, W4);
    await expect(assumeRole(ours, { ...request, token: forged })).rejects.toMatchObject(REFUSED);
    await expect(signed('fieldgate-release', env.tokenKey, W4)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    // Its twin differs in who signs.
    const genuine = await signed('fieldgate-token', env.tokenKey, W4);
    expect(await assumeRole(ours, { ...request, token: genuine })).toMatchObject({
      accessKeyId: expect.any(String),
    });
  });

  it('bends no token that it holds', async () => {
    const [head, , signature] = (await caller()).open.split('.');
    const bent = Buffer.from(JSON.stringify({ ...claimsOf((await caller()).open), ...W4 })).toString(
      'base64url',
    );
    await expect(
      assumeRole(ours, { ...request, token: `${head}.${bent}.${signature}` }),
    ).rejects.toMatchObject(REFUSED);
  });

  it('has no use of a token after five minutes, and none of a caller without one', async () => {
    const { open, unwrap } = await caller('F1');
    await assumeRole(ours, { ...request, token: open });
    time += 301_000;
    await expect(assumeRole(ours, { ...request, token: open })).rejects.toMatchObject({
      cause: { name: 'ExpiredTokenException' },
    });
    await expect(sessions.client(agency, 'F1', unwrap)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    // Not even the session that another caller's token gave.
    for (const purpose of ['S1', 'F1'])
      await expect(sessions.client(agency, purpose)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(sessions.client(agency, 'F1', 'x.y.z')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('gives a caller with a good token its session, while another with a bad one is refused', async () => {
    const { unwrap } = await caller('E1');
    const asked = ['x.y.z', unwrap].map((one) => sessions.client(agency, 'E1', one));
    const found = await Promise.allSettled(asked);
    expect(found.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it.each([
    [
      'a purpose that no role trusts',
      { ...W4, 'https://aws.amazon.com/tags': { principal_tags: { agency: ['a'], purpose: ['PX3'] } } },
    ],
    ['no purpose', { 'https://aws.amazon.com/tags': { principal_tags: { agency: ['a'] } } }],
    [
      'a third tag',
      { 'https://aws.amazon.com/tags': { principal_tags: { agency: ['a'], purpose: ['S1'], more: ['x'] } } },
    ],
    ['another audience', { aud: URL }],
    ['another issuer', { iss: 'http://other.example' }],
  ])('gets no session for a token of %s', async (_, change) => {
    const made = await signed('fieldgate-token', env.tokenKey, change);
    await expect(assumeRole(ours, { ...request, token: made })).rejects.toThrow();
  });
});

it('an agency trades neither its access token nor what is hidden in it', async () => {
  const { text, unwrap, open } = await caller();
  const stranger = kms.client('anonymous');
  for (const traded of [text, unwrap])
    await expect(assumeRole(stranger, { ...request, token: traded })).rejects.toMatchObject(REFUSED);
  // The hidden token would do by itself. The two functions alone may make the key that hides it.
  await assumeRole(stranger, { ...request, token: open });
  for (const role of ['anonymous', 'fieldgate-verify', SESSION_ROLE])
    await expect(findUnwrapToken(kms.client(role), env.unwrapKey, unwrap)).rejects.toThrow();
});

it('publishes for STS the keys of tokens alone', async () => {
  const found = await keysOf(URL, issuer);
  const own = await publicKeysOf(kms.client('fieldgate-token'), env.tokenKey);
  expect(found.keys.map(({ kid }) => kid)).toEqual(
    own.map((key) => thumbprintOf(key.export({ format: 'jwk' }) as Json)),
  );
});
