/** The examples of the reference: one for each body, by its schema, and sent to a gateway, which understands each. */
import { beforeAll, expect, it } from 'vitest';
import { check } from '../../functions/http/body.ts';
import { ALL_ROUTES } from '../../functions/steward/app.ts';
import { examplesFor, WHY } from '../../functions/steward/docs/examples.ts';
import { actDef } from '../../shared/policy/acts/names.ts';
import { children as pack } from '../policy/support.ts';
import { fileGateway, type TestGateway } from '../support/gateway.ts';

const AGENCIES: Readonly<Record<string, readonly [agency: string, purpose?: string]>> = {
  intake: ['mps-county'],
  release: ['mca-county', 'W1'],
  verify: ['charity-sunrise', 'C1'],
  casework: ['mca-county'],
  audit: ['audit-office'],
  steward: ['steward-office'],
};

const examples = examplesFor(pack);
const bodies = ALL_ROUTES.flatMap(({ method, path, request, act }) => {
  const schema = request?.['application/json'];
  return schema ? [{ name: `${method} ${path}`, method, path, schema, act }] : [];
});
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
