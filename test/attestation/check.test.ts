/** The complete check: keys and status from the issuer or stored earlier, and the refused ones. */
import { describe, expect, it } from 'vitest';
import { checkAttestation, proofIn, readKeys, wordsOf } from '../../shared/attestation/check.ts';
import type { Fault } from '../../shared/attestation/invalid.ts';
import { deflate, setBits } from '../../shared/attestation/status-list.ts';
import { ABOUT, forgeJwt, ISSUER, issue, issuer, NOW } from './issuer.ts';

const SECOND = NOW / 1000;
/** A list shows what ended before its own month. */
const MONTH = Date.parse(`${new Date(NOW).toISOString().slice(0, 7)}-01T00:00:00Z`) / 1000;

async function statusToken(change: object = {}, revoked: number[] = []): Promise<string> {
  const list = { bits: 1, lst: await deflate(setBits(1_000_000, revoked)) };
  const claims = { sub: ABOUT.status.uri, iss: ISSUER, iat: SECOND, exp: SECOND + 60, status_list: list };
  return forgeJwt({ alg: 'ES256', typ: 'statuslist+jwt', kid: 'issuer' }, { ...claims, ...change });
}

/** An issuer that answers with these texts by path, or not at all. */
function answering(texts: Record<string, string>): typeof fetch {
  return (async (url: string, init: RequestInit) => {
    expect(init).toMatchObject({ redirect: 'error', cache: 'no-store' });
    const text = texts[url];
    return new Response(text ?? '', { status: text === undefined ? 404 : 200 });
  }) as typeof fetch;
}

async function faultOf(options: object): Promise<Fault | string> {
  const status = await statusToken();
  const given = { issuer: ISSUER, keys: [issuer.jwk], now: NOW, status, ...options };
  return checkAttestation(await issue(), given).then(
    ({ outcome }) => outcome,
    (error) => error.fault ?? error.name,
  );
}

it('gets keys and status from the issuer, and says up to when an end is known', async () => {
  const texts = {
    [`${ISSUER}/.well-known/jwt-vc-issuer`]: JSON.stringify({ issuer: ISSUER, jwks: { keys: [issuer.jwk] } }),
    [ABOUT.status.uri]: `${await statusToken({ iat: SECOND - 30 })}\n`,
  };
  const options = { issuer: ISSUER, now: NOW, fetch: answering(texts) };
  expect(await checkAttestation(`\n ${await issue()}\n`, options)).toEqual({
    ...ABOUT,
    statusUntil: MONTH,
  });
});

describe('asked about one proof', () => {
  const asking = async (answer: object) => {
    const texts = { [`${ISSUER}/attestations/status`]: JSON.stringify(answer) };
    return checkAttestation(await issue(), {
      ...{ issuer: ISSUER, keys: [issuer.jwk], now: NOW, status: await statusToken() },
      ...{ ask: true, fetch: answering(texts) },
    });
  };
  const until = new Date(NOW).toISOString();

  it('the issuer says up to when it knows of no end', async () => {
    expect(await asking({ revoked: false, until })).toMatchObject({ statusUntil: SECOND });
  });

  it.each([
    [{ revoked: true, until }, 'REVOKED'],
    [{ revoked: 'no', until }, 'STATUS'],
    [{ revoked: false }, 'STATUS'],
    [[], 'STATUS'],
  ])('%j is refused as %s', async (answer, fault) => {
    await expect(asking(answer)).rejects.toMatchObject({ fault });
  });
});

it.each([
  [null, 'eligibleOnce'],
  [ABOUT.issued - 86_400, 'eligibleLately'],
  [ABOUT.issued, 'eligibleLately'],
  [ABOUT.issued + 1, 'eligible'],
] as const)('no words say more than was checked: ends known up to %s', (statusUntil, words) => {
  expect(wordsOf({ ...ABOUT, statusUntil })).toBe(words);
});

it("distinguishes a proof that can't be checked from a wrong one", async () => {
  expect(await faultOf({ status: undefined, fetch: answering({}) })).toBe('TypeError');
  expect(await faultOf({ keys: undefined, fetch: answering({}) })).toBe('TypeError');
});

it.each<[string, () => object | Promise<object>, Fault | 'YES']>([
  ['all as it should be', () => ({}), 'YES'],
  ['a status that the caller omits', () => ({ status: null }), 'YES'],
  ['a status with more bits', async () => ({ status: await statusToken(await wide(0)) }), 'YES'],
  ['a revoked one', async () => ({ status: await statusToken({}, [ABOUT.status.index]) }), 'REVOKED'],
  ['an unknown status', async () => ({ status: await statusToken(await wide(2)) }), 'STATUS'],
  [
    'a status list that never ends',
    async () => ({ status: await statusToken({ exp: undefined }) }),
    'STATUS',
  ],
  ['a status list that is over', async () => ({ status: await statusToken({ exp: SECOND }) }), 'EXPIRED'],
  ['a status list that is too short', async () => ({ status: await statusToken(await short()) }), 'STATUS'],
  ['a status list of another issuer', async () => ({ status: await statusToken({ iss: 'x' }) }), 'STATUS'],
  ['the attestation as its status', async () => ({ status: (await issue()).split('~')[0] }), 'TYPE'],
  ['an empty status list', () => ({ status: '' }), 'MALFORMED'],
])('%s', async (_, make, result) => {
  expect(await faultOf(await make())).toBe(result);
});

async function wide(status: number): Promise<object> {
  const bytes = new Uint8Array(250_000);
  bytes[ABOUT.status.index >> 2] = status << ((ABOUT.status.index & 3) * 2);
  return { status_list: { bits: 2, lst: await deflate(bytes) } };
}
async function short(): Promise<object> {
  return { status_list: { bits: 1, lst: await deflate(setBits(1000, [])) } };
}

it.each([
  ['no object', '[]'],
  ['null', 'null'],
  ['a page', '<html>'],
  ['keys elsewhere', JSON.stringify({ issuer: ISSUER, jwks_uri: 'https://other.example' })],
  ['keys that are no list', JSON.stringify({ issuer: ISSUER, jwks: { keys: {} } })],
  ['another issuer', JSON.stringify({ issuer: `${ISSUER}/`, jwks: { keys: [] } })],
  ['an issuer twice', `{"issuer":"${ISSUER}","issuer":"${ISSUER}","jwks":{"keys":[]}}`],
])('metadata with %s gives no keys', (_, text) => {
  expect(() => readKeys(text, ISSUER)).toThrow(/CLAIM|MALFORMED/);
});

it('a proof is also found in an answer', () => {
  expect(proofIn(' a~b~\n')).toBe('a~b~');
  expect(proofIn('{"outcome":"YES","attestation":"a~b~"}')).toBe('a~b~');
  for (const text of ['{', '{"attestation":7}', '{"attestation":"a","attestation":"b"}', '{}'])
    expect(proofIn(text)).toBeNull();
});
