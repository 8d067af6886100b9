/** Tokens of people that their issuer bound to a key (RFC 9449, `cnf.jkt`), and those that it bound to none. */
import { expect, it } from 'vitest';
import { readPublicJwk } from '../../shared/identity/jwk.ts';
import { boundTo, type Holder, readPeople, verifyPerson } from '../../shared/identity/people/people.ts';
import { ecKey, makeJws } from '../support/jws.ts';

const NOW = Date.parse('2026-07-10T08:00:00Z');
const ISSUER = 'https://login.example';
const SETTINGS = {
  ...{ issuer: ISSUER, kind: 'at+jwt', audience: 'https://gateway.example', algorithm: 'ES256' },
  ...{ roles: 'roles', office: 'office' },
};
const key = ecKey();
const published = readPublicJwk(key.jwk) ?? expect.fail();

function token(cnf?: unknown): string {
  const claims = {
    ...{ iss: ISSUER, aud: SETTINGS.audience, sub: 'u-1', roles: ['audit'], office: 'audit-office' },
    ...{ iat: NOW / 1000, exp: NOW / 1000 + 600, ...(cnf !== undefined && { cnf }) },
  };
  return makeJws({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' }, claims, key);
}

async function isTaken(text: string, holder: Holder, bearer?: boolean): Promise<boolean> {
  const people = readPeople(JSON.stringify({ ...SETTINGS, bearer })) ?? expect.fail();
  return (await verifyPerson(text, people, async () => [published], NOW, holder)) !== null;
}

it.each([undefined, false, true])(
  'a bound one is taken with the proof of its key alone, if bearer tokens are allowed by %s',
  async (bearer) => {
    const bound = token({ jkt: 'x' });
    expect(await isTaken(bound, { jkt: 'x' }, bearer)).toBe(true);
    for (const other of [{ jkt: null }, { jkt: 'y' }, { jkt: '' }, 'exchanged'] as const)
      expect(await isTaken(bound, other, bearer)).toBe(false);
    // No caller has proven a binding of another kind.
    for (const cnf of [{}, { jkt: null }, { 'x5t#S256': 'x' }, null, 'x', ['x']])
      expect(await isTaken(token(cnf), { jkt: 'x' }, bearer)).toBe(false);
  },
);

it('an unbound one is taken where the setting allows it, and from the issuer itself', async () => {
  for (const holder of [{ jkt: null }, { jkt: 'x' }]) {
    expect(await isTaken(token(), holder)).toBe(false);
    expect(await isTaken(token(), holder, false)).toBe(false);
    expect(await isTaken(token(), holder, true)).toBe(true);
  }
  expect(await isTaken(token(), 'exchanged')).toBe(true);
});

it('names its key before it is verified, if it is of the issuer', () => {
  const people = readPeople(JSON.stringify(SETTINGS)) ?? expect.fail();
  expect(boundTo(token({ jkt: 'x' }), people)).toBe('x');
  expect(boundTo(token({ jkt: 'x' }), { ...people, issuer: 'https://other.example' })).toBeNull();
  for (const text of [token(), token({ jkt: 1 }), token('x'), 'a.b.c', ''])
    expect(boundTo(text, people)).toBeNull();
});
