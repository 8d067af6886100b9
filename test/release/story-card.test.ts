/**
 * Story cards (M1): only a pseudonym, an age band, a province and a tested text, and only with everything
 * that the law requires.
 */
import { describe, expect, it as plain } from 'vitest';
import { casework } from '../../shared/messages/casework.ts';
import { common } from '../../shared/messages/common.ts';
import { speak } from '../../shared/messages/texts.ts';
import { entriesOf, put } from '../maintenance/rig.ts';
import type { Answer } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import {
  agreed,
  answer,
  approved,
  card,
  child,
  file,
  findingOf,
  gateway,
  M1,
  seen,
  TEXT,
  test,
  testIn,
  year,
} from './story-rig.ts';

await speak('zh');
const it = plain.extend('one', () => child());

describe('the text', () => {
  it('is tested against the record, each opening is logged before, and the answer reveals none of it', async () => {
    const one = await child();
    await card(one.match, undefined, '娜娜每天走很远的路去上学。');
    const from = gateway.trail.length;
    const bad = await test(one, '娜娜每天走很远的路去上学。');
    expect([bad.status, bad.json.code, bad.json.rule]).toEqual([403, 'TEXT_IDENTIFIES', 'A13.3']);
    expect(bad.text).not.toMatch(/name|娜|欧阳/);
    const [attempt] = (await entriesOf(gateway, 'attempt')).filter(({ code }) => code === 'STORY_TEXT');
    const opened = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt');
    expect(opened).toHaveLength(attempt?.keys?.length ?? -1);
    const [denial] = (await entriesOf(gateway, 'denial')).filter(({ code }) => code === 'TEXT_IDENTIFIES');
    expect(denial).toMatchObject({ outcome: 'refused' });
    expect(denial).not.toHaveProperty('withheld');
    const alerts = await entriesOf(gateway, 'alert');
    expect(alerts.map(({ code }) => code)).toContain('TEXT_IDENTIFIES');
    const good = await test(one);
    expect(good.json).toMatchObject({
      text: expect.stringMatching(/^[\w-]{43}$/),
      receipt: expect.anything(),
    });
    const found = await gateway.call(
      'audit-office',
      { actions: ['audit'] },
      'GET',
      '/v1/log/entries?outcome=tested',
    );
    expect(found.json.entries).toEqual([expect.objectContaining({ kind: 'decision', code: 'TEXT_TESTED' })]);
  });

  it('is tested only by a department of the child, in its area', async ({ one }) => {
    expect((await test(one, TEXT, 'mca-neighbour')).json.code).toBe('REFUSED');
    expect((await test({ ...one, ref: 'made-up' })).json.code).toBe('REFUSED');
  });

  it('is tested only within an open request to publish this very text of this child', async () => {
    const [one, other] = [await child(), await child()];
    const { json } = await card(one.match);
    expect((await testIn(json.request, one.ref)).status).toBe(200);
    expect((await testIn(json.request, other.ref)).json.code).toBe('REFUSED');
    const another = await testIn(json.request, one.ref, `${TEXT}她还爱画画。`);
    expect([another.json.code, another.json.errors[0].path]).toEqual(['INVALID_REQUEST', '/text']);
    // Whatever the reference, and nothing to an office that does not decide on the request.
    const unknown = await testIn(json.request, 'made-up', `${TEXT}她还爱画画。`);
    expect(unknown.json.errors).toEqual(another.json.errors);
    const strange = await testIn(json.request, one.ref, `${TEXT}她还爱画画。`, 'edu-county');
    expect(strange.json.code).toBe('REFUSED');
    expect((await testIn('A'.repeat(22), one.ref)).json.code).toBe('REFUSED');
    await gateway.call(
      'press-office',
      { actions: ['casework'], officer: 'gao', reason: 'not published' },
      'POST',
      `/v1/requests/${json.request}/withdraw`,
      {},
    );
    const closed = await testIn(json.request, one.ref);
    expect([closed.json.code, closed.json.detail]).toEqual(['CONFLICT', common.requestClosed]);
  });

  it('may not say of what kind the child is, and then nothing is opened', async ({ one }) => {
    await card(one.match, undefined, '这名孤儿的父亲正在服刑，孩子感染艾滋病。');
    const from = gateway.trail.length;
    const bad = await test(one, '这名孤儿的父亲正在服刑，孩子感染艾滋病。');
    expect(bad.json.code).toBe('TEXT_IDENTIFIES');
    expect(gateway.trail.slice(from).map(({ eventName }) => eventName)).not.toContain('Decrypt');
  });

  it('is tested five times a week for one child, by all departments together', async ({ one }) => {
    const { match } = one;
    const told = await put(gateway, 'mps-county', { match, fields: { ethnicity: '01' } });
    for (let times = 0; times < 3; times++) expect((await test(one, `${TEXT}${times}`)).status).toBe(200);
    // One person makes a share of them.
    expect((await test(one)).json.code).toBe('BUDGET_SPENT');
    const police = { match, ref: told.ref as string };
    for (const text of [TEXT, `${TEXT}!`]) expect((await test(police, text, 'mps-county')).status).toBe(200);
    const spent = await test(police, TEXT, 'mps-county');
    expect([spent.status, spent.json.code]).toEqual([429, 'BUDGET_SPENT']);
    expect(Number(spent.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('must not contain a stop word', async ({ one }) => {
    expect((await test(one, '为这个孩子募捐吧')).json.code).toBe('REASON_NEEDS_REVIEW');
  });
});

describe('the approval of a text', () => {
  const NAMED = '娜娜每天走很远的路去上学。';

  it('waits for its test: those who can test it see what was found, and the requester does not', async () => {
    const { match, ref } = await child();
    const { json } = await card(match);
    const { request } = json;
    for (const agency of ['mca-county', 'mps-county']) {
      expect(await seen(agency, request)).toMatchObject({ tested: 'missing', refs: [expect.any(String)] });
      const early = await answer(agency, request, 'approve');
      expect(early.json).toMatchObject({ status: 409, code: 'CONFLICT', detail: casework.textUntested });
    }
    expect(await seen('press-office', request)).toMatchObject({ state: 'submitted' });
    expect((await testIn(request, ref)).status).toBe(200);
    for (const agency of ['mca-county', 'mps-county']) {
      expect((await seen(agency, request)).tested).toBe('passed');
      expect((await answer(agency, request, 'approve')).status).toBe(200);
    }
    const told = await seen('press-office', request);
    expect([told.state, Object.hasOwn(told, 'tested')]).toEqual(['approved', false]);
  });

  it('is refused if the test failed, and every refusal may say that it must be reworded', async () => {
    const { match, ref } = await child();
    const { request } = (await card(match, undefined, NAMED)).json;
    expect((await testIn(request, ref, NAMED)).json.code).toBe('TEXT_IDENTIFIES');
    expect((await seen('mps-county', request)).tested).toBe('identifies');
    for (const agency of ['mps-county', 'mca-county']) {
      const { status, json } = await answer(agency, request, 'approve');
      expect([status, json.code, json.rule]).toEqual([403, 'TEXT_IDENTIFIES', 'A13.3']);
    }
    const unknown = (await card({ id_number: freshNumber() }, undefined, NAMED)).json.request;
    for (const one of [request, unknown])
      for (const agency of ['mps-county', 'mca-county'])
        expect((await answer(agency, one, 'refuse', { why: 'REWORD' })).status).toBe(200);
    const shown = async (id: string) =>
      Object.values<{ state: string; why: object }>((await seen('press-office', id)).fields).map(
        ({ state, why }) => ({ state, why }),
      );
    expect(await shown(request)).toEqual(await shown(unknown));
    expect(await shown(request)).toContainEqual({
      state: 'refused',
      why: { code: 'REWORD', label: { en: common.reword, zh: expect.stringMatching(/[一-龥]/) } },
    });
  });

  it('says REWORD of a text alone', async () => {
    const { match } = await child();
    const body = { collection: 'children', purpose: 'J1', subjects: [{ match }], fields: ['name'] };
    const context = { case: 'CR-1', instrument: 'WRIT-1' };
    const details = { actions: ['casework'], officer: 'wu.jun', reason: 'hearing of the case' };
    const filed = await gateway.call('court-county', details, 'POST', '/v1/requests', { ...body, context });
    expect(filed.status, filed.text).toBe(201);
    const { status, json } = await answer('mps-county', filed.json.id, 'refuse', { why: 'REWORD' });
    expect([status, json.errors?.[0].path]).toEqual([400, '/why']);
  });

  it('is given as before by those who hold nothing of the child, who can not test it', async () => {
    const nobody = { id_number: freshNumber() };
    // The hospital may decide on the date of birth, and holds none of this child.
    for (const match of [(await child()).match, nobody]) {
      const { request } = (await card(match)).json;
      const shown = await seen('health-hospital', request);
      expect([shown.mine, shown.refs, Object.hasOwn(shown, 'tested')]).toEqual([['birth_date'], [], false]);
      expect((await answer('health-hospital', request, 'approve')).status).toBe(200);
    }
  });
});

describe('a card', () => {
  it('needs an approval', async () => {
    const { match } = await child();
    const { status, json } = await card(match);
    expect([status, json.state, json.card]).toEqual([202, 'submitted', undefined]);
  });

  it('shows the least, with a watermark and the conditions of its use, once', async () => {
    const { match, ref } = await child();
    await agreed(match);
    await test({ match, ref });
    const request = await approved(match);
    const { status, json, text } = await card(match, request);
    expect(json.refused && (await findingOf({ status, json, text } as Answer)), text).toBeUndefined();
    expect(json.card).toEqual({
      pseudonym: expect.stringMatching(/^小/),
      shown: {
        birth_date: { level: 'age-band', value: '8-11' },
        division_code: { level: 'province', value: '99' },
      },
      text: TEXT,
    });
    expect(json.watermark).toBe(json.receipt.entry);
    expect(json.conditions).toContainEqual({
      code: 'ONE_WORK',
      text: { en: expect.stringContaining('watermark'), zh: expect.stringContaining('水印') },
    });
    expect(json.validUntil).toMatch(/Z$/);
    expect(text).not.toMatch(/娜|990001|"ref"/);
    const [entry] = (await entriesOf(gateway, 'decision')).filter(
      ({ purpose, outcome }) => purpose === 'M1' && outcome === 'released',
    );
    expect(entry).toMatchObject({
      id: json.watermark,
      operation: 'disclose',
      code: 'BOTH_CONSENTS_A13',
      approvals: expect.anything(),
    });
    expect((await card(match, request)).json.code).toBe('NO_APPROVAL');
  });

  it('is not made of another text than the approved one', async () => {
    const { match, ref } = await child();
    const other = `${TEXT}她还爱画画。`;
    await agreed(match, other);
    await test({ match, ref }, other);
    await test({ match, ref });
    const { json } = await card(match, await approved(match), other);
    expect([json.code, json.detail]).toEqual(['NO_APPROVAL', common.otherText]);
    expect((await card(match, await approved(match, other), other)).json.card.text).toBe(other);
  });

  it.each<[string, string, (match: object, ref: string) => Promise<unknown>, number?]>([
    [
      'where notices and consents are about another text',
      'SCOPE_CHANGED_RECONSENT',
      async (match, ref) => [await agreed(match, `${TEXT}她还爱画画。`), await test({ match, ref })],
    ],
    ['without notice', 'NO_PRIOR_NOTICE', async (match, ref) => test({ match, ref })],
    [
      'without the proof of processing',
      'NO_TECHNICAL_PROCESSING',
      async (match, ref) => {
        for (const act of ['notified', 'given'])
          for (const giver of ['child', 'guardian']) await file(match, act, giver);
        await test({ match, ref });
      },
    ],
    [
      'where too few children of the province are of that age',
      'K_TOO_SMALL',
      async (match, ref) => [await agreed(match), await test({ match, ref })],
      year - 13,
    ],
  ])('is refused %s, and does not say why', async (_, code, prepare, born) => {
    const { match, ref } = await child(born);
    await prepare(match, ref);
    const answer = await card(match, await approved(match));
    expect([answer.status, answer.json.refused]).toEqual([200, { code: 'REFUSED' }]);
    expect(await findingOf(answer)).toBe(code);
  });

  it('is refused if the text failed a test after its approval, and does not say why', async () => {
    const { match, ref } = await child();
    await agreed(match);
    await test({ match, ref });
    const request = await approved(match);
    // The record knows now what the text says.
    await put(gateway, 'mca-county', { match, fields: { visit_notes: TEXT } });
    expect((await testIn(request, ref)).json.code).toBe('TEXT_IDENTIFIES');
    const answer = await card(match, request);
    expect([answer.status, answer.json.refused]).toEqual([200, { code: 'REFUSED' }]);
    expect(await findingOf(answer)).toBe('TEXT_NOT_TESTED');
  });

  it('is refused in the same way if the child does not exist', async () => {
    const match = { id_number: freshNumber() };
    expect((await card(match, await approved(match))).json.refused).toEqual({ code: 'REFUSED' });
  });

  it('accepts only the purpose of publication, which no other route accepts', async () => {
    const { match } = await child();
    const body = { collection: 'children', subjects: [{ match }], fields: ['birth_date'] };
    const { json } = await gateway.call('press-office', M1, 'POST', '/v1/releases', body);
    expect(json.code).toBe('PURPOSE_ROUTE');
    const other = { ...M1, purpose: 'S1', reason: 'winter subsidy' };
    const wrong = { collection: 'children', subject: { match }, text: TEXT };
    expect((await gateway.call('edu-county', other, 'POST', '/v1/story-cards', wrong)).json.code).toBe(
      'PURPOSE_ROUTE',
    );
  });
});
