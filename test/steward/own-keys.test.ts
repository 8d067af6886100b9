/** The keys of an agency: rotated by itself, replaced by two stewards, or kept at an address of its own. */
import { hash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { readAgency } from '../../shared/identity/agencies/agencies.ts';
import { markHybrid } from '../../shared/identity/agencies/marks.ts';
import { asClientId } from '../../shared/ids.ts';
import { ISSUER, signedHeaders } from '../support/identity.ts';
import { ecKey, type TestKey } from '../support/jws.ts';
import { openRegister, publicKey, register } from './register.ts';

const KEYS_AT = 'https://keys.agency.example/jwks.json';
let published: object | null = null;
const { parts, askToken, call, asSteward, asTwo, logged } = await openRegister(() => published);
afterAll(() => parts.close());

describe('the own keys', () => {
  const path = '/v1/agencies/self/jwks';

  async function rotate(
    signer: { key: TestKey; kid: string } | null,
    keys: object[],
    token: string,
    change = {},
  ) {
    const body = JSON.stringify({ keys });
    const authorization = `DPoP ${token}`;
    const about = { method: 'PUT', url: ISSUER + path, authorization, body, now: parts.clock.now };
    return call(token, 'PUT', path, body, { ...(signer ? signedHeaders(about, signer) : {}), ...change });
  }

  it('are rotated by a signature of a current one; the old ones remain valid for one day', async () => {
    const [old, next, thief] = [ecKey(), ecKey(), ecKey()];
    await asTwo('POST', '/v1/agencies', register('rotating', old));
    const { json } = await askToken({ clientId: 'rotating', key: old });
    const token = json.access_token as string;
    const set = [publicKey(next, 'sig-2'), publicKey(ecKey(), 'enc-2', 'enc')];
    const own = { key: old, kid: 'sig-1' };
    expect(await rotate(null, set, token)).toMatchObject({ status: 403, json: { code: 'NO_SIGNATURE' } });
    expect(await rotate({ key: thief, kid: 'sig-1' }, set, token)).toMatchObject({
      status: 400,
      json: { code: 'SIGNATURE_INVALID' },
    });
    const other = `sha-256=:${hash('sha256', '{}', 'base64')}:`;
    expect(await rotate(own, set, token, { 'content-digest': other })).toMatchObject({ status: 400 });
    expect(await rotate(own, [publicKey(next, 'x', 'enc')], token)).toMatchObject({
      json: { code: 'INVALID_REQUEST' },
    });
    expect(await rotate(own, set, token)).toMatchObject({
      status: 200,
      json: {
        agency: {
          keys: [
            { kid: 'sig-2', use: 'sig' },
            { kid: 'enc-2', use: 'enc' },
          ],
          retiring: [{ kid: 'sig-1', use: 'sig' }],
        },
      },
    });
    const ask = (key: TestKey, kid: string) => askToken({ clientId: 'rotating', key, kid });
    expect((await ask(old, 'sig-1')).status).toBe(200);
    expect((await ask(next, 'sig-2')).status).toBe(200);
    // A retiring key authenticates calls, but can't change the agency's keys.
    expect(await rotate(own, [publicKey(thief, 'sig-3')], token)).toMatchObject({ status: 400 });
    parts.clock.now += 86_400_000;
    parts.nonce = await parts.nonces.current();
    expect((await ask(old, 'sig-1')).status).toBe(401);
    expect((await ask(next, 'sig-2')).status).toBe(200);
    expect((await logged('rotating')).map(({ entry }) => entry?.outcome)).toEqual([
      'pending',
      'registered',
      'rotated',
    ]);
  });

  it('that are lost are replaced by two stewards, and the old ones end at once', async () => {
    const [old, next] = [ecKey(), ecKey()];
    await asTwo('POST', '/v1/agencies', register('lost-keys', old));
    const body = { jwks: { keys: [publicKey(next, 'sig-9')] } };
    const at = '/v1/agencies/lost-keys/jwks';
    expect(await asSteward('li.na', 'PUT', at, body)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'PUT', at, body)).toMatchObject({ status: 202 });
    expect((await askToken({ clientId: 'lost-keys', key: old })).status).toBe(200);
    const made = await asSteward('wang.fang', 'PUT', at, body);
    expect(made).toMatchObject({ status: 200 });
    expect((await asSteward('wang.fang', 'PUT', at, body)).json).toEqual(made.json);
    expect((await askToken({ clientId: 'lost-keys', key: old })).status).toBe(401);
    expect((await askToken({ clientId: 'lost-keys', key: next, kid: 'sig-9' })).status).toBe(200);
  });

  it('may be at an address of the agency', async () => {
    const key = ecKey();
    const body = register('by-address', key, { jwks: undefined, jwksUri: KEYS_AT });
    expect(await asTwo('POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    expect((await askToken({ clientId: 'by-address', key })).status).toBe(401);
    published = { keys: [publicKey(key, 'sig-1')] };
    parts.clock.now += 11_000;
    expect((await askToken({ clientId: 'by-address', key })).status).toBe(200);
  });

  it('at an address that had a hybrid one lose the mark of it by two stewards alone', async () => {
    const [id, jwksUri] = [asClientId('marked'), 'https://keys.agency.example/marked.json'];
    const body = register(id, ecKey(), { jwks: undefined, jwksUri });
    expect(await asTwo('POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    const { agencies } = parts.deps.tables;
    const stored = async () => (await readAgency(agencies, id)) ?? expect.fail('no agency');
    const { revision } = await stored();
    await markHybrid(agencies, id, jwksUri);
    await markHybrid(agencies, id, jwksUri);
    // What was proposed before is proposed again.
    expect(await stored()).toMatchObject({ agency: { hybrid: true }, revision: revision + 1 });
    const again = (officer: string) => asSteward(officer, 'PUT', `/v1/agencies/${id}/jwks`, { jwksUri });
    expect(await again('li.na')).toMatchObject({ status: 202 });
    expect((await stored()).agency.hybrid).toBe(true);
    expect(await again('wang.fang')).toMatchObject({ status: 200 });
    expect((await stored()).agency.hybrid).toBeUndefined();
  });
});
