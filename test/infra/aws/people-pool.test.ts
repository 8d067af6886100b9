/** The people of a smoke run: the real AWS CLI and an emulator that others wrote make the tokens. */
import { execFileSync } from 'node:child_process';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peoplePool } from '../../../infra/canary/people-pool.ts';
import { readPeople } from '../../../shared/identity/people/people.ts';
import { startMoto } from './moto.ts';

let moto: Awaited<ReturnType<typeof startMoto>>;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

function aws(...words: string[]): unknown {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: moto.url,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  };
  const all = [...words, '--region', 'eu-west-1', '--output', 'json'];
  const said = execFileSync('/usr/bin/aws', all, {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return said === '' ? null : JSON.parse(said);
}

it('logs two people in, each by tokens of the issuer that the setting names, and leaves no pool', async () => {
  const pool = peoplePool(aws, 'eu-west-1');
  const { issuer, audience, scope, kind, bearer } = readPeople(pool.setting) ?? expect.fail('no setting');
  // Tokens of the emulator lack scope and `iat`, so the gateway's own check refuses them; journey.test.ts passes it.
  expect({ scope, kind, bearer }).toEqual({
    ...{ scope: 'aws.cognito.signin.user.admin', kind: 'cognito', bearer: true },
  });
  const [one, other, again] = [
    decodeJwt(pool.logIn('first')),
    decodeJwt(pool.logIn('second')),
    decodeJwt(pool.logIn('first')),
  ];
  const access = { iss: issuer, client_id: audience, token_use: 'access', auth_time: expect.any(Number) };
  expect([one, other]).toMatchObject([
    { ...access, username: 'first' },
    { ...access, username: 'second' },
  ]);
  expect([other.sub === one.sub, again.sub === one.sub]).toEqual([false, true]);
  pool.remove();
  expect(aws('cognito-idp', 'list-user-pools', '--max-results', '10')).toMatchObject({ UserPools: [] });
});
