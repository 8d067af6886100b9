/** People of a request are counted before they are looked up. */
import { expect, it } from 'vitest';
import { dayItem } from '../../functions/steps/misses.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { children } from '../policy/support.ts';
import { freshNumber } from '../support/people.ts';
import { fileDesk } from './desk.ts';

const desk = await fileDesk();

it('a request looks for no person once the people of the day are spent, nor again while it lies open', async () => {
  const { trail, tables } = desk.gateway;
  const macs = () => trail.filter(({ eventName }) => eventName === 'GenerateMac').length;
  const subjects = Array.from({ length: 5 }, () => ({ match: { id_number: freshNumber('2013-05-06') } }));
  const context = { reason: 'as the rules say', officer: 'zhao.li' };
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
