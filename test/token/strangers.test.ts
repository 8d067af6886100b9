/** A flood of requests without a valid client assertion stops no token of an agency. */
import { afterAll, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { OPEN_BUDGET } from '../../functions/http/open-budget.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import {
  agencyWith,
  ISSUER,
  KID,
  makeAssertion,
  openParts,
  tokenForm,
  tokenHeaders,
} from '../support/identity.ts';
import { assertion, ecKey } from '../support/jws.ts';
import { postTo } from './post.ts';

Object.assign(OPEN_BUDGET, { burst: 3, perSecond: 0.25 });
const parts = await openParts();
const app = tokenApp(parts.deps, { knows: () => true });
afterAll(() => parts.close());

const ask = (client_assertion = makeAssertion(parts)) =>
  postTo(app, tokenForm(parts, { client_assertion }), tokenHeaders(parts));
const by = (clientId: string, key = ecKey()) =>
  assertion({ clientId, issuer: ISSUER, key, kid: KID, now: parts.clock.now });
/** Another instance registers the keys. */
const elsewhere = withTables({ ...parts.deps, dynamo: parts.otherDynamo() }).tables.agencies;
const rotating = (key = ecKey()) =>
  putAgency(elsewhere, agencyWith(key, { clientId: asClientId('rotating') }));

it('answers strangers only so often, and agencies always', async () => {
  const [old, next] = [ecKey(), ecKey()];
  await rotating(old);
  expect((await ask(by('rotating', old))).status).toBe(200);
  // Requests of agencies spend nothing.
  for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(200);
  for (const name of ['unknown', 'rotating', 'unknown'])
    expect(await ask(by(name))).toMatchObject({ status: 401, error: 'invalid_client' });
  for (const name of ['unknown', 'rotating']) {
    const refused = await ask(by(name));
    expect(refused).toMatchObject({ status: 429, error: 'temporarily_unavailable' });
    expect(refused.headers.get('retry-after')).toBe('4');
  }
  expect((await ask()).status).toBe(200);
  expect((await ask(by('rotating', old))).status).toBe(200);

  // A key that no instance has cached counts within a second, even if strangers use the agency's name meanwhile.
  parts.clock.now += 1000;
  expect((await ask(by('rotating'))).status).toBe(429);
  await rotating(next);
  expect((await ask(by('rotating', next))).status).toBe(429);
  parts.clock.now += 1000;
  expect((await ask(by('rotating', next))).status).toBe(200);

  // Four seconds give one request back.
  parts.clock.now += 2000;
  expect((await ask(by('unknown'))).status).toBe(401);
  expect((await ask(by('unknown'))).status).toBe(429);
  expect((await ask()).status).toBe(200);
});
