/** The one-time codes by which a guardian lets a help platform check. */
import { describe, expect, it } from 'vitest';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { freshNumber } from '../support/people.ts';
import { fileWorld } from './world.ts';

const world = await fileWorld();

describe('a platform check', () => {
  const details = { actions: ['verify'], purpose: 'C2', officer: 'chen.yu', reason: 'appeal of the family' };
  const desk = { actions: ['casework'], officer: 'li.na', reason: 'guardian at the desk' };
  const check = (code: string, by = 'platform-lantern') =>
    world.call(by, details, 'POST', '/v1/verifications', { programme: 'help-page-check', subject: { code } });
  const makeCode = (subject: object, more: object = {}, agency = 'mca-county') =>
    world.call(agency, desk, 'POST', '/v1/check-codes', {
      programme: 'help-page-check',
      recipient: 'platform-lantern',
      subject,
      ...more,
    });

  it('starts with a code from the desk, which works once', async () => {
    world.later();
    const child = await world.child();
    await world.consent(child, 'platform-lantern', { purpose: 'C2' });
    const { status, json } = await makeCode({ match: child.match });
    expect(status).toBe(200);
    expect(json.code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect((await check(json.code.toLowerCase().replaceAll('-', ' '))).json.outcome).toBe('YES');
    expect((await check(json.code)).json.outcome).toBe('NOT_CONFIRMED');
  });

  it('is refused a day later, with a made-up code, and once the consent is withdrawn', async () => {
    world.later();
    const child = await world.child();
    const consent = { id: 'c-one', purpose: 'C2' };
    await world.consent(child, 'platform-lantern', consent);
    const { code, givers } = (await makeCode({ match: child.match })).json;
    expect(givers).toEqual(['guardian']);
    const second = { id: 'c-two', purpose: 'C2', giver: 'child' };
    await world.consent(child, 'platform-lantern', second);
    expect((await makeCode({ match: child.match })).json.givers).toEqual(['child', 'guardian']);
    await world.consent(child, 'platform-lantern', { ...second, act: 'withdrawn' });
    world.later(24 * 3_600_000 + 1000);
    const late = await check(code);
    const madeUp = await check('ABCD-EFGH-JKMN');
    expect([late.json.outcome, madeUp.json.outcome]).toEqual(['NOT_CONFIRMED', 'NOT_CONFIRMED']);
    expect(late.text.length).toBe(madeUp.text.length);
    const before = (await makeCode({ match: child.match })).json.code;
    await world.consent(child, 'platform-lantern', { ...consent, act: 'withdrawn' });
    expect((await check(before)).json.outcome).toBe('NOT_CONFIRMED');
    expect((await makeCode({ match: child.match })).json.code).toBe('NO_CONSENT');
  });

  const day = (days: number) => new Date(world.now() + days * 24 * 3_600_000).toISOString();
  it.each<[string, string, () => Partial<ConsentArtefact>]>([
    ['no consent', 'another-platform', () => ({})],
    ['a consent for another purpose', 'platform-lantern', () => ({ purpose: 'C1' })],
    ['a refusal', 'platform-lantern', () => ({ act: 'refused' })],
    ['a consent that was withdrawn', 'platform-lantern', () => ({ act: 'withdrawn' })],
    ['a consent that waits for a confirmation', 'platform-lantern', () => ({ act: 'waiting' as never })],
    ['a consent without a field', 'platform-lantern', () => ({ fields: ['birth_date', 'illness'] })],
    ['a consent to a weaker form', 'platform-lantern', () => ({ forms: { illness: 'token' } })],
    ['a consent that is over', 'platform-lantern', () => ({ from: day(-9), until: day(-1) })],
    ['a consent that begins later', 'platform-lantern', () => ({ from: day(1) })],
  ])('is not made on %s, and says which consent to take', async (_, recipient, change) => {
    world.later();
    const child = await world.child();
    await world.consent(child, recipient, { purpose: 'C2', ...change() });
    const { status, json } = await makeCode({ match: child.match });
    expect([status, json.code, json.rule]).toEqual([403, 'NO_CONSENT', 'A16.1']);
    expect(json.detail).toContain('C2 to this recipient and names birth_date, hardship_category, illness');
    const [entry] = await world.entries('&kind=denial');
    expect(entry).toMatchObject({ code: 'CHECK_CODE', words: { finding: 'NO_CONSENT' } });
    // A desk of elsewhere learns nothing of it.
    expect((await makeCode({ match: child.match }, {}, 'mca-neighbour')).json.code).toBe('REFUSED');
    await world.consent(child, 'platform-lantern', { purpose: 'C2' });
    const { code } = (await makeCode({ match: child.match })).json;
    expect((await check(code)).json.outcome).toBe('YES');
  });

  it('is made only by a desk of the child’s area, and only for a platform that may ask', async () => {
    const child = await world.child();
    for (const subject of [{ match: { id_number: freshNumber() } }, { ref: 'made-up' }])
      expect((await makeCode(subject)).json.code).toBe('REFUSED');
    expect((await makeCode({ match: child.match }, {}, 'mca-neighbour')).json.code).toBe('REFUSED');
    expect((await makeCode({ match: child.match }, { recipient: 'charity-sunrise' })).status).toBe(400);
    expect((await makeCode({ match: child.match }, { programme: 'spring-bud' })).status).toBe(400);
    for (const office of ['steward-office', 'edu-county', 'press-office'])
      expect((await makeCode({ match: child.match }, {}, office)).json.code).toBe('ROLE_REQUIRED');
  });

  it('is accepted once under concurrent attempts', async () => {
    world.later();
    const child = await world.child();
    await world.consent(child, 'platform-lantern', { purpose: 'C2' });
    const { code } = (await makeCode({ match: child.match })).json;
    const answers = await Promise.all(Array.from({ length: 8 }, () => check(code)));
    const outcomes = answers.map(({ json }) => json.outcome).sort();
    expect(outcomes).toEqual([...Array(7).fill('NOT_CONFIRMED'), 'YES']);
  });

  it('leaves the code valid if the gateway failed to answer', async () => {
    world.later();
    const child = await world.child();
    await world.consent(child, 'platform-lantern', { purpose: 'C2' });
    const { code } = (await makeCode({ match: child.match })).json;
    await check('ABCD-EFGH-JKMN');
    world.gateway.faults.add({ service: 'kms', kind: 'error', operation: 'Decrypt', times: 40 });
    const failed = await check(code);
    world.gateway.faults.clear();
    expect([failed.status, failed.json.code]).toEqual([503, 'KMS_UNAVAILABLE']);
    expect((await check(code)).json.outcome).toBe('YES');
    expect((await check(code)).json.outcome).toBe('NOT_CONFIRMED');
  });

  it.each<[string, readonly Partial<ConsentArtefact>[], string]>([
    [
      'the child alone, and the guardian was told',
      [{ giver: 'child' }, { act: 'informed' }],
      'NOT_CONFIRMED',
    ],
    ['the guardian alone', [{}], 'NOT_CONFIRMED'],
    ['both', [{ giver: 'child' }, {}], 'YES'],
    ['both, and the guardian took it back', [{ giver: 'child' }, { act: 'withdrawn' }], 'NOT_CONFIRMED'],
  ])('from 14 on needs the consent of both: %s', async (_, acts, outcome) => {
    world.later();
    const born = `${new Date(world.now()).getFullYear() - 16}-05-06`;
    const child = await world.child({ 'mps-county': { birth_date: born } });
    for (const act of acts) await world.consent(child, 'platform-lantern', { purpose: 'C2', ...act });
    const { code } = (await makeCode({ match: child.match })).json;
    expect((await check(code)).json.outcome).toBe(outcome);
  });
});
