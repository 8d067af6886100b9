/** The examples of the reference: one for each body, by its schema, and sent to a gateway, which understands each. */
import { createPrivateKey, type JsonWebKey, randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { check } from '../../functions/http/body.ts';
import { examplesFor, WHY } from '../../functions/steward/docs/examples.ts';
import { tokenExample } from '../../functions/steward/docs/token-example.ts';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/parties.ts';
import { actDef } from '../../shared/acts.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { children as pack } from '../policy/support.ts';
import { fileGateway, type TestGateway } from '../support/gateway.ts';
import { ecKey, makeJws } from '../support/jws.ts';

const AGENCIES: Readonly<Record<string, readonly [agency: string, purpose?: string]>> = {
  intake: ['mps-county'],
  release: ['mca-county', 'W1'],
  verify: ['charity-sunrise', 'C1'],
  casework: ['mca-county'],
  audit: ['audit-office'],
  steward: ['steward-office'],
};

const examples = examplesFor(pack);
const bodies = ALL_ROUTES.flatMap(({ method, path, body, act }) =>
  body ? [{ name: `${method} ${path}`, method, path, schema: body, act }] : [],
);
/** A compiled pack is no example; the gateway refuses the empty one. */
const ABRIDGED = ['POST /v1/policy/versions', 'POST /v1/policy/versions/preview'];
const closed = bodies.filter(
  ({ name, act }) => !actDef(act).open && act !== 'token.issue' && !ABRIDGED.includes(name),
);

/** The examples name an office that no pack has. */
const ofSample = (body: object): object =>
  JSON.parse(JSON.stringify(body).replaceAll('another-office', 'charity-sunrise'));

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await fileGateway();
});

it('there is one for each body, and none for another', () => {
  expect(Object.keys(examples).sort()).toEqual(bodies.map(({ name }) => name).sort());
});

it('a token request is complete: with the marks filled in, and signed, it gets a token', async () => {
  const { form, assertion, proof } = tokenExample(pack, gateway.url);
  const [{ actions, purpose }] = JSON.parse(form['authorization_details'] ?? '');
  const office = [...SAMPLE_AGENCIES].find(
    ({ purposes, actions: own }) => purposes.includes(purpose) && own.includes(actions[0]),
  );
  const { clientId } = office ?? expect.fail('no office of the purpose');
  const { sig } = gateway.agency(clientId);
  const key = { privateKey: createPrivateKey({ key: sig as JsonWebKey, format: 'jwk' }), jwk: {} };
  const own = ecKey();
  const [now, used] = [Math.floor(Date.now() / 1000), new Set<string>()];
  let nonce = '';
  const marks = (): Record<string, unknown> => ({
    ...{
      '<kid of the signing key>': sig['kid'],
      '<client id>': clientId,
      '<x>': own.jwk['x'],
      '<y>': own.jwk['y'],
    },
    ...{ '<seconds since 1970>': now, '<at most 300 seconds later>': now + 60 },
    ...{ '<new for each request>': randomUUID(), '<DPoP-Nonce of the last answer>': nonce },
  });
  const filled = (value: object) =>
    JSON.parse(JSON.stringify(value), (_, one) => {
      if (typeof one !== 'string' || !/^<.*>$/.test(one)) return one;
      used.add(one);
      return marks()[one];
    });
  const ask = () =>
    fetch(`${gateway.url}/oauth/token`, {
      method: 'POST',
      headers: { dpop: makeJws(filled(proof.header), filled(proof.claims), own) },
      body: new URLSearchParams({
        ...form,
        client_assertion: makeJws(filled(assertion.header), filled(assertion.claims), key),
      }),
    });
  nonce = (await ask()).headers.get('dpop-nonce') ?? expect.fail('no nonce');
  const answer = await ask();
  const text = await answer.text();
  expect([answer.status, text]).toEqual([200, expect.stringContaining('access_token')]);
  expect([...used].sort()).toEqual(Object.keys(marks()).sort());
  // The page shows each of them.
  const page = await (await fetch(`${gateway.url}/docs`)).text();
  for (const mark of [...used, '<assertion>', '<proof>'])
    expect(page).toContain(mark.replace('<', '&lt;').replace('>', '&gt;'));
  expect(page).toContain('authorization_details=%5B%7B%22type%22%3A%22fieldgate%22');
});

it.each(bodies)('$name has the form that the contract asks for', ({ name, schema }) => {
  expect(() => check(schema, examples[name])).not.toThrow();
});

it.each(closed)('$name is understood by the gateway', async ({ name, method, path, act }) => {
  const actions = [...new Set(pack.acts.get(act)?.who.flatMap((way) => way.actions) ?? [])];
  const action = actions[0] ?? 'casework';
  const [agency = '', purpose] = AGENCIES[action] ?? [];
  const details = { actions: [action], ...WHY, ...(purpose && { purpose }) };
  const token = await gateway.token(agency, details);
  const target = path.replaceAll(/:\w+/g, 'AQ9cf-GmBEoA2THS-7b4x9Q');
  const answer = await gateway.send(token, method, target, ofSample(examples[name] as object));
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(['INVALID_REQUEST', 'INVALID_JSON', 'TOO_LARGE'], answer.text).not.toContain(answer.json?.code);
});
