/** The journey of the smoke test, against a whole gateway: it passes where all holds, and says which stage does not. */
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { count } from '../../infra/canary/canary.ts';
import { flightOf } from '../../infra/canary/flight.ts';
import { type Journey, travel } from '../../infra/canary/journey.ts';
import { type Office, readPlan } from '../../infra/canary/plan.ts';
import { erasersOf, inAccount, unwrapsIn } from '../../infra/canary/smoke.ts';
import { throwaway } from '../../infra/canary/throwaway.ts';
import { answerKeys, openSigner, PEOPLE_PATH, settingFor } from '../../infra/local/people/sign-in.ts';
import { SHIPPED } from '../../infra/local/sample/parties.ts';
import { readAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { fileGateway } from '../support/gateway.ts';
import { listen } from './rest-front.ts';
import { synthesise } from './synthesise.ts';

const gateway = await fileGateway();
const plan = readPlan(`${SHIPPED}/sample/smoke.yaml`);
const wait = { tree: 20_000, record: 300, pause: 100 };
let offices: Awaited<ReturnType<typeof throwaway>>[] = [];
let steps: NodeJS.Timeout;

beforeEach(async () => {
  const { agencies } = gateway.tables;
  offices = await Promise.all(
    [plan.office, plan.auditor].map((one) => throwaway(agencies, gateway.url, one)),
  );
  steps = setInterval(() => void gateway.sequencer.step().catch(() => {}), 200);
});
afterEach(async () => {
  clearInterval(steps);
  vi.restoreAllMocks();
  for (const one of offices) await one.remove();
});

const trail = async (since: Date) => unwrapsIn(gateway.trail as never, since);
function go({ unwrapped = trail, ...more }: Partial<Journey> & { unwrapped?: typeof trail } = {}) {
  const [office, auditor] = offices;
  if (!office || !auditor) throw new Error('no offices');
  return travel({ office, plan, compare: { auditor, unwrapped }, wait, ...more });
}
const faults = (stages: Awaited<ReturnType<typeof travel>>) => stages.map(({ fault }) => fault);

it('passes each stage, twice, and leaves no office and no field', async () => {
  expect(faults(await go())).toEqual([null, null, null, null, null, null]);
  expect(faults(await go())).toEqual([null, null, null, null, null, null]);
  const [office] = offices;
  await office?.remove();
  expect(await readAgency(gateway.tables.agencies, asClientId(office?.clientId ?? ''))).toBe(null);
  expect(faults(await go())).toEqual(['TOKEN_REFUSED']);
});

/** Two offices whose people have an issuer of their own, which stands for the pool of a smoke run. */
async function erasers({ orders = plan.erasure?.office } = {}) {
  const server = createServer((request, response) => {
    request.url = (request.url ?? '').slice(PEOPLE_PATH.length);
    answerKeys(signer, request, response);
  });
  const signer = await openSigner(await listen(server), Date.now, gateway.url);
  const token = (id: string) => signer.sign({ id, roles: [], office: '' });
  const setting = settingFor(signer.issuer, gateway.url, { bearer: true });
  const tokens = { first: await token('first'), second: await token('second') };
  const logIn = (name: string) => tokens[name as keyof typeof tokens];
  const make = async (office: Office, people: string) => {
    const one = await throwaway(gateway.tables.agencies, gateway.url, office, people);
    offices.push(one);
    return one;
  };
  if (!orders) throw new Error('the plan says nothing of an erasure');
  const erase = await erasersOf(make, { setting, logIn }, plan.office, orders);
  return { erase, tokens, close: () => server.close() };
}

it('ends with an erasure by two people of two lines, after which the same person may be put in again', async () => {
  const { erase, close } = await erasers();
  for (let time = 0; time < 2; time++) {
    const stages = await go({ erase });
    expect(faults(stages)).toEqual([null, null, null, null, null, null]);
    expect(stages.at(-1)?.name).toMatch(/^two people of two lines erase/);
  }
  const erasures = await gateway.audit('/v1/log/entries?kind=erasure');
  expect(erasures.entries.length).toBe(2);
  close();
});

it('says that nothing was erased if one person is both, or no office has an order, and deletes the record all the same', async () => {
  const { erase, tokens, close } = await erasers();
  tokens.second = tokens.first;
  expect(faults(await go({ erase })).slice(-2)).toEqual(['APPROVER_IS_REQUESTER', null]);
  close();
  const other = await erasers({ orders: { ...plan.office, actions: ['intake', 'casework'] } });
  expect(faults(await go({ erase: other.erase })).slice(-2)).toEqual(['FAULT', null]);
  other.close();
});

it('fails if the field has another value than went in, as one has that is given in a coarser form', async () => {
  const ask = { ...plan.ask, field: 'guardianship_status' };
  const stages = await go({ plan: { ...plan, ask } });
  expect(faults(stages)).toEqual([null, null, 'another value than went in', null]);
});

it('fails if KMS unwrapped a key that its record or the log does not have, and deletes the record all the same', async () => {
  const stages = await go({ unwrapped: async () => [] });
  expect(stages.at(-2)?.fault).toMatch(/^the log names \d, KMS's record \d of them$/);
  expect(stages.at(-1)).toMatchObject({ fault: null });
  const twice = async (since: Date) => [...(await trail(since)), ...(await trail(since))];
  expect((await go({ unwrapped: twice })).at(-2)?.fault).toMatch(/^the log names/);
});

it('fails if the entry does not reach the tree', async () => {
  clearInterval(steps);
  expect(faults(await go({ wait: { ...wait, tree: 0 } }))).toEqual([null, null, null, 'NOT_IN_TREE', null]);
});

it('fails if nothing is released', async () => {
  const stages = await go({ plan: { ...plan, ask: { ...plan.ask, purpose: 'S1' } } });
  expect(faults(stages).slice(0, 3)).toEqual([null, null, expect.stringMatching(/^[A-Z_]+$/)]);
});

it('is a good flight of the canary if each stage holds, and one that names what does not', async () => {
  expect(flightOf(await go({ compare: null }))).toEqual({
    good: true,
    failed: null,
    milliseconds: expect.any(Number),
  });
  const [office] = offices;
  await office?.remove();
  expect(flightOf(await go({ compare: null }))).toMatchObject({
    good: false,
    failed: 'an office gets a token: TOKEN_REFUSED',
  });
});

it('finds unwraps in the events of an account', async () => {
  const event = (keyId: string, more: object = {}) => ({
    CloudTrailEvent: JSON.stringify({
      ...{ eventName: 'Decrypt', eventTime: '2026-11-26T08:00:01Z', ...more },
      requestParameters: { encryptionContext: { keyId } },
    }),
  });
  const events = [
    event('a'),
    event('b', { errorCode: 'AccessDenied' }),
    event('c', { eventTime: '2026-11-26T07:59:59Z' }),
  ];
  const look = inAccount(() => ({ Events: events }));
  expect(await look(new Date('2026-11-26T08:00:00Z'))).toEqual(['a']);
});

it('counts where the alarm of the stack looks, whose silence raises it', () => {
  const told: string[][] = [];
  count((...words) => void told.push(words), 'prod', { good: true, milliseconds: 1, failed: null });
  const alarms = [...synthesise('prod', { canary: 'outside' }).resources.values()].filter(
    ({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties.MetricName === 'CanaryReleases',
  );
  expect(alarms).toMatchObject([
    {
      Properties: {
        Namespace: 'Fieldgate',
        Dimensions: [{ Name: 'environment', Value: 'prod' }],
        TreatMissingData: 'breaching',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      },
    },
  ]);
  expect(told).toEqual([
    [
      'cloudwatch',
      'put-metric-data',
      '--namespace',
      'Fieldgate',
      '--metric-data',
      'MetricName=CanaryReleases,Value=1,Dimensions=[{Name=environment,Value=prod}]',
    ],
  ]);
});
