/** Of each budget of an office one person spends a share, and a colleague goes on. */
import { expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { fileDesk } from '../../casework/desk.ts';
import { freshNumber } from '../../support/people.ts';
import { WORDS } from '../../verify/world.ts';

const desk = await fileDesk();

/** How often each of these people is answered, one after the other, before their share or the budget is spent. */
async function answered(
  people: readonly string[],
  ask: (officer: string) => Promise<{ status: number; json: { code?: string } }>,
): Promise<number[]> {
  const counts: number[] = [];
  for (const officer of people) {
    let count = 0;
    for (;;) {
      const { status, json } = await ask(officer);
      if (status >= 300) {
        expect(json.code).toBe('BUDGET_SPENT');
        break;
      }
      count += 1;
    }
    counts.push(count);
  }
  return counts;
}

it('requests that lie open with a department', async () => {
  const { match } = await desk.child();
  let number = 0;
  const ask = (officer: string) => {
    const request = { subjects: [{ match }], fields: ['name'] };
    return desk.release('procuratorate-county', 'J1', request, { officer, case: `PR-${number++}` });
  };
  expect(await answered(['wu.jun', 'he.ping', 'zhu.de'], ask)).toEqual([12, 8, 0]);
});

it('inquiries of a desk', async () => {
  const { inquiries } = pack.casework ?? expect.fail();
  const usual = inquiries.perDay;
  Object.assign(inquiries, { perDay: 5 });
  const { match } = await desk.child();
  const ask = async (officer: string) => {
    const details = { actions: ['casework'], case: 'DESK-1', officer, reason: 'asks at the desk' };
    await desk.gateway.sequencer.step();
    const identity = { name: '欧阳娜娜', number: match.id_number };
    const body = { collection: 'children', subject: { match }, inquirer: 'child', identity };
    return desk.call('desk-county', details, 'POST', '/v1/inquiries', body);
  };
  expect(await answered(['li.jing', 'wang.lei', 'he.hua'], ask)).toEqual([3, 2, 0]);
  Object.assign(inquiries, { perDay: usual });
});

it('checks that confirm no one, of a programme and of all, which the office’s program makes beyond any share', async () => {
  const ask = (officer: string) => {
    const named = officer === '' ? { claimed: true as const } : { officer };
    const details = { actions: ['verify'], purpose: 'C1', ...WORDS, ...named };
    const body = { programme: 'spring-bud', subject: { match: { id_number: freshNumber() } } };
    return desk.call('charity-sunrise', details, 'POST', '/v1/verifications', body);
  };
  const left = async (officer: string) => {
    const details = { actions: ['verify'], purpose: 'C1', ...WORDS, officer };
    const { json } = await desk.call('charity-sunrise', details, 'GET', '/v1/programmes');
    return json.programmes.find(({ name }: { name: string }) => name === 'spring-bud').left.misses;
  };
  expect([await left('li.na'), await left('he.hua')]).toEqual([12, 12]);
  expect(await answered(['li.na'], ask)).toEqual([12]);
  expect([await left('li.na'), await left('he.hua')]).toEqual([0, 8]);
  expect(await answered(['he.hua', ''], ask)).toEqual([8, 0]);
}, 60_000);
