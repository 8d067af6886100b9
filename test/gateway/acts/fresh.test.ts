/** Each row that demands a recent login, with an officer whose login is five minutes old, and with an older one. */
import { describe, expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import { ACTS, type ActName } from '../../../shared/acts.ts';
import { ALL_ROUTES as ROUTES } from '../../../shared/contract/routes/all.ts';
import { type Answer, fileGateway, newDpopKey, requestToken } from '../../support/gateway.ts';
import { reasonFor } from '../../support/reasons.ts';
import { SCENE } from '../scenes/scene.ts';
import { barredAtDoor } from './expected.ts';
import { actionsFor } from './world.ts';

let now = Date.parse('2026-11-26T01:00:00Z');
const gateway = await fileGateway({ now: () => now, agencies: SCENE.agencies });

/** One call by an officer of the agency who logged in so many seconds ago; `null`: the agency alone. */
async function send(
  agency: SampleAgency,
  act: ActName,
  [method, path]: [string, string],
  age: number | null,
) {
  const { clientId, purposes } = agency;
  const actions = actionsFor(agency, act);
  const [purpose] = purposes;
  const asks = actions.some((action) => action === 'release' || action === 'verify');
  const details = { actions, officer: 'zhao.min', reason: reasonFor(purpose), ...(asks && { purpose }) };
  const roles = ['casework', 'audit', 'steward'] as const;
  const actor = { id: 'zhao.min', subject: `zhao.min@${clientId}`, roles, office: clientId };
  const signed = age === null ? null : await gateway.signIn?.(actor);
  now += (age ?? 0) * 1000;
  const dpop = await newDpopKey();
  const { json } = await requestToken(gateway, clientId, details, dpop, now, signed ?? null);
  const token = {
    value: json.access_token,
    clientId,
    dpop,
    details: { ...details, unregistered: true as const },
  };
  return gateway.send(token, method, path.replace(/:\w+/g, 'x'), method === 'GET' ? undefined : {});
}

const READS = new Set(['POST /v1/policy/versions/preview']);
const guarded = ROUTES.map((route) => ({ ...route, name: `${route.method} ${route.path}` }));
const demanding = guarded.filter(
  ({ act, name }) => pack.acts.get(act)?.fresh === 'always' && !READS.has(name),
);
const able = (act: ActName) =>
  SCENE.agencies.find((agency) => barredAtDoor({ agency, known: 'authenticated' }, act) === null);

const demand = ({ status, json, headers }: Answer) => ({
  status,
  code: json.code,
  maxAge: json.maxAge,
  challenge: headers.get('www-authenticate'),
});
const STEP_UP = {
  ...{ status: 401, code: 'STEP_UP_REQUIRED', maxAge: 300 },
  challenge: 'DPoP error="insufficient_user_authentication", max_age="300"',
};

describe('an act that demands a recent login', () => {
  it('is each of these', () => {
    const acts = [...pack.acts]
      .filter(([, { fresh }]) => fresh)
      .map(([name, { fresh }]) => `${name}: ${fresh}`);
    expect(acts.sort()).toMatchSnapshot();
    // What a row may make it depend on, the handler looks at.
    expect(
      Object.entries(ACTS)
        .filter(([, def]) => 'fresh' in def)
        .map(([name]) => name)
        .sort(),
    ).toEqual(acts.filter((act) => !act.endsWith(': always')).map((act) => act.split(':')[0]));
  });

  it.each(demanding)('$name is refused for an older login alone', async ({ act, method, path }) => {
    const agency = able(act);
    if (!agency) throw new Error(`no sample agency may ${act}`);
    expect(demand(await send(agency, act, [method, path], 301))).toEqual(STEP_UP);
    expect((await send(agency, act, [method, path], 300)).json.code).not.toBe('STEP_UP_REQUIRED');
    // Without a person there is no login to repeat.
    expect((await send(agency, act, [method, path], null)).json.code).not.toBe('STEP_UP_REQUIRED');
  });

  it('refuses an agency without the right before it asks for a login', async () => {
    const bystander = SCENE.agencies.find(
      (agency) => barredAtDoor({ agency, known: 'authenticated' }, 'subject.erase') !== null,
    ) as SampleAgency;
    const answer = await send(bystander, 'subject.erase', ['POST', '/v1/subjects/:ref/erase'], 301);
    expect(answer.json.code).toBe(
      barredAtDoor({ agency: bystander, known: 'authenticated' }, 'subject.erase'),
    );
  });

  it('previews a policy after any login', async () => {
    const agency = able('policy.publish') as SampleAgency;
    const preview = await send(agency, 'policy.publish', ['POST', '/v1/policy/versions/preview'], 301);
    expect(preview.json.code).toBe('INVALID_REQUEST');
  });
});
