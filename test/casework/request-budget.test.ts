/** People of a request are counted before they are looked up. */
import { expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { dayItem } from '../../functions/steps/misses.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { children } from '../policy/support.ts';
import { freshNumber } from '../support/people.ts';
import { DAY, fileDesk } from './desk.ts';

const desk = await fileDesk();

it('a request looks for no person once the people of the day are spent, nor again while it lies open', async () => {
  const { trail, tables } = desk.gateway;
  const macs = () => trail.filter(({ eventName }) => eventName === 'GenerateMac').length;
  const subjects = Array.from({ length: 5 }, () => ({ match: { id_number: freshNumber('2013-05-06') } }));
  const context = { reason: 'Status decision', officer: 'zhao.li' };
  const ask = (number: string) =>
    desk.act('mca-county', 'zhao.li', 'POST', '/v1/requests', {
      ...{ collection: 'children', purpose: 'W1', subjects, fields: ['hiv_status'] },
      context: { ...context, case: number },
    });
  const used = async (number: string) => {
    const before = macs();
    const { json } = await ask(number);
    return [json.code ?? json.state, macs() - before >= subjects.length];
  };
  expect(await used('COUNTED')).toEqual(['submitted', true]);
  expect(await used('COUNTED')).toEqual(['submitted', false]);
  const item = dayItem({ pack: children, clientId: 'mca-county', now: desk.now() });
  const requests = children.misses?.requests.stop ?? 0;
  await count(tables.claims, { ...item, add: { requests } });
  expect(await used('SPENT')).toEqual(['BUDGET_SPENT', false]);
  await count(tables.claims, { ...item, add: { requests: -requests } });
});

it('one clerk spends a share of the people of a day, and a colleague goes on', async () => {
  desk.later(DAY);
  const misses = pack.misses ?? expect.fail();
  const usual = misses.requests;
  Object.assign(misses, { requests: { alert: 20, slow: 20, stop: 20 } });
  let number = 0;
  const ask = async (officer: string) => {
    const { json } = await desk.act('mca-county', officer, 'POST', '/v1/requests', {
      ...{ collection: 'children', purpose: 'W1', fields: ['hiv_status'] },
      subjects: Array.from({ length: 5 }, () => ({ match: { id_number: freshNumber('2013-05-06') } })),
      context: { reason: 'Status decision', officer, case: `SHARE-${number++}` },
    });
    return json.code ?? json.state;
  };
  const three = [await ask('zhao.li'), await ask('zhao.li'), await ask('zhao.li')];
  expect(three).toEqual(['submitted', 'submitted', 'submitted']);
  expect(await ask('zhao.li')).toBe('BUDGET_SPENT');
  expect(await ask('wang.fang')).toBe('submitted');
  // What the office has together stays.
  expect(await ask('wang.fang')).toBe('BUDGET_SPENT');
  Object.assign(misses, { requests: usual });
});
