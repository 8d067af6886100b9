/** A second factor that the operator's setting demands of people, by the values of `acr` (RFC 9470). */
import { describe, expect, it } from 'vitest';
import { type Answer, dpopProof, fileGateway, newDpopKey } from '../support/gateway.ts';
import { pages } from '../support/page-session.ts';
import { ahead } from '../support/people.ts';

const CHALLENGE =
  'DPoP error="insufficient_user_authentication", max_age="300", acr_values="urn:fieldgate:two-factors"';
const refusal = ({ status, json, headers }: Pick<Answer, 'status' | 'json' | 'headers'>) => [
  ...[status, json?.code, json?.reason],
  headers.get('www-authenticate'),
];
const REFUSED = [401, 'STEP_UP_REQUIRED', 'SECOND_FACTOR', CHALLENGE];
const office = (clientId: string, actions: string[]) => ({
  ...{ clientId, name: { en: 'A new office', zh: '新单位' }, departments: ['MCA'], roles: [] },
  ...{ areas: ['990001'], purposes: [], actions, trainedUntil: ahead(180) },
  ...{ jwksUri: `https://${clientId}.example/jwks.json`, reason: 'a new office of the county' },
});

describe('for acts that demand a recent login', async () => {
  const gateway = await fileGateway({ people: true, factors: 'recent' });
  const page = await pages(gateway);

  it('is asked for after any login, and such a login opens the act in the same session', async () => {
    const { access_token: weak, session } = await page.signIn('li.na');
    expect((await page.call(weak, 'GET', '/v1/agencies')).status).toBe(200);
    const ask = async (token: string) =>
      page.call(token, 'POST', '/v1/agencies', office('audit-two', ['audit']));
    expect(refusal(await ask(weak))).toEqual(REFUSED);
    const again = async (more?: { second: string }) =>
      page.post('/v1/sessions/renew', { session, login: await page.code('li.na', more) });
    expect(refusal(await again())).toEqual(REFUSED);
    const { json } = await again({ second: 'on' });
    expect((await ask(json.access_token)).status).toBe(202);
    // The session keeps what its login has shown.
    const { json: later } = await page.post('/v1/sessions/renew', { session });
    expect((await ask(later.access_token)).json.code).not.toBe('STEP_UP_REQUIRED');
  });

  it('is asked for of a person who acts through an agency’s token', async () => {
    const ask = (oneFactor?: true) =>
      gateway.call(
        'steward-office',
        {
          actions: ['steward'],
          officer: 'li.na',
          reason: 'a new office of the county',
          person: { oneFactor } as object,
        },
        ...(['POST', '/v1/agencies', office('audit-three', ['audit'])] as const),
      );
    expect(refusal(await ask(true))).toEqual(REFUSED);
    expect((await ask()).json.code).not.toBe('STEP_UP_REQUIRED');
  });

  it('is named by the metadata', async () => {
    const about = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`);
    expect(await about.json()).toMatchObject({
      fieldgate_people: { acr_values: 'urn:fieldgate:two-factors' },
    });
  });
});

describe('for each call', async () => {
  const gateway = await fileGateway({ people: true, factors: 'always' });
  const page = await pages(gateway);

  it('is demanded of sessions before they begin, and of the issuer’s own tokens', async () => {
    expect(refusal(await page.post('/v1/sessions', await page.code('li.na')))).toEqual(REFUSED);
    const made = await page.post('/v1/sessions', await page.code('li.na', { second: 'on' }));
    expect((await page.call(made.json.access_token, 'GET', '/v1/agencies')).status).toBe(200);
    const dpop = await newDpopKey();
    const { calculateJwkThumbprint } = await import('jose');
    const jkt = await calculateJwkThumbprint(dpop.publicJwk);
    const read = async (more: { oneFactor?: true }) => {
      const person = { id: 'li.na', roles: ['steward'] as const, office: 'steward-office', ...more };
      const token = (await gateway.signIn?.(person, jkt)) ?? '';
      const url = new URL(`${gateway.url}/v1/agencies`);
      const proof = await dpopProof(dpop, 'GET', url, Date.now(), token);
      const answer = await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } });
      return { status: answer.status, headers: answer.headers, json: (await answer.json()) as unknown };
    };
    expect(refusal(await read({ oneFactor: true }))).toEqual(REFUSED);
    expect((await read({})).status).toBe(200);
  });

  it('is not demanded of an agency that calls by its keys', async () => {
    expect((await gateway.call('mca-county', { actions: ['intake'] }, 'GET', '/v1/catalogue')).status).toBe(
      200,
    );
  });
});
