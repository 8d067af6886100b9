/** A call for each rule of Articles 1 to 8. */
import { expect } from 'vitest';
import { OPERATIONS } from '../../../shared/entry-kinds.ts';
import { children as pack } from '../../policy/support.ts';
import { freshNumber } from '../../support/people.ts';
import { bornAgo, type Law, SCHOOL, WORDS, wordsFor } from './world.ts';

const REFUSED = { code: 'REFUSED' };

export const ARTICLES_1_TO_8: Record<string, (law: Law) => Promise<void>> = {
  async 'A1.1'({ world, release, entry }) {
    const { receipt } = await release('edu-county', 'S1', await world.child(), ['sex']);
    const { policy } = await entry(receipt.entry);
    expect(policy).toEqual({ version: pack.version, hash: pack.hash, basis: pack.purposes.get('S1')?.basis });
  },
  async 'A2.1'({ gateway, person, release }) {
    const child = await person(bornAgo(10));
    const fields = { hardship_category: ['rich'], guardian_phone: '13900000001' };
    const record = { ...child, fields };
    const body = { collection: 'children', records: [record] };
    const { json } = await gateway.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', body);
    expect(json.results[0].refused.hardship_category.code).toBe('MALFORMED');
    // A record without a category has the same protection.
    expect((await release('cdpf-county', 'D1', child, ['name'])).refused).toEqual(REFUSED);
  },
  async 'A2.2'({ world, ask }) {
    const foreign = await world.child(true);
    const answers = [
      await ask('edu-county', 'S1', foreign, ['sex']),
      await ask('edu-county', 'S1', { match: { id_number: freshNumber() } }, ['sex']),
    ];
    const [one, other] = answers.map(({ json, text }) => [json.results[0].refused, text.length]);
    expect(one).toEqual([REFUSED, other?.[1]]);
  },
  async 'A2.3'({ person, release }) {
    const fields = ['guardian_phone'];
    const care = { 'mca-county': { guardian_phone: '13900000001' } };
    const [grown, young] = [await person(bornAgo(18), care), await person(bornAgo(18, -1), care)];
    expect((await release('mca-county', 'W1', grown, fields)).refused).toEqual(REFUSED);
    expect((await release('mca-county', 'W1', young, fields)).fields.guardian_phone).toBeDefined();
  },
  async 'A3.1'({ gateway, world }) {
    const record = {
      ...(await world.child()),
      fields: { selfie: 'x', photo: 'x'.repeat(301), guardian_phone: '13900000001' },
    };
    const body = { collection: 'children', records: [record] };
    const { json } = await gateway.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', body);
    expect(Object.keys(json.results[0].refused).sort()).toEqual(['photo', 'selfie']);
  },
  async 'A3.2'({ gateway }) {
    const details = { actions: ['release'], purpose: 'A1', ...WORDS };
    const count = async (by?: string): Promise<number[]> => {
      const body = { collection: 'children', ...(by && { by }) };
      const { json } = await gateway.call('mca-county', details, 'POST', '/v1/statistics', body);
      return json.areas[0].cells.map((cell: { count: number }) => cell.count);
    };
    expect((await count())[0]).toBeGreaterThanOrEqual(30);
    for (const number of await count('age')) expect(number).toBeGreaterThanOrEqual(10);
    // All who were counted have one sex: a cell would say who has none.
    expect(await count('sex')).toEqual([]);
  },
  async 'A3.3'({ world, release }) {
    const child = await world.child();
    const token = async (agency: string, purpose: string) =>
      (await release(agency, purpose, child, ['record_token'])).fields.record_token.value;
    const first = await token('edu-county', 'S1');
    expect(await token('edu-county', 'S1')).toBe(first);
    expect(await token('mca-county', 'W1')).not.toBe(first);
  },
  async 'A4.1'({ world, release, entry }) {
    const { receipt } = await release('edu-county', 'S1', await world.child(), ['sex']);
    const { operation } = await entry(receipt.entry);
    expect(OPERATIONS).toContain(operation);
    expect(operation).toBe('provide');
  },
  async 'A4.2'({ world, release, entry }) {
    const { receipt } = await release('edu-county', 'S1', await world.child(), ['sex']);
    const { owners, handler } = await entry(receipt.entry);
    expect(owners).toEqual(['MPS']);
    expect(handler).toMatchObject({ agency: 'edu-county', officerBy: 'authenticated' });
  },
  async 'A4.3'({ gateway, world, person, release, entry }) {
    const child = await world.child();
    const from = gateway.trail.length;
    const { receipt } = await release('edu-county', 'S1', child, ['name', 'sex']);
    // biome-ignore lint/suspicious/noExplicitAny: records of the trail
    const opened = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt') as any[];
    const contexts = opened.map(({ requestParameters }) => requestParameters.encryptionContext);
    const keys = contexts.map(({ keyId }) => keyId);
    expect((await entry(receipt.entry)).keys.sort()).toEqual([...new Set(keys)].sort());
    expect(new Set(contexts.map((one) => one.class)).size).toBeGreaterThan(1);
    // An officer whom the office only names gets values of the two lowest levels alone.
    const pupil = await person(bornAgo(10), { 'edu-county': { school_name: { school: SCHOOL } } });
    const claimed = { officer: 'wu.ming', claimed: true } as const;
    const { fields, withheld } = await release('school-second', 'S1', pupil, ['name', 'sex'], claimed);
    expect([fields.sex.form, withheld.name.code]).toEqual(['plain', 'PERSON_REQUIRED']);
  },
  async 'A5.1'({ gateway, world }) {
    const { match } = await world.child();
    const details = { actions: ['release'], purpose: 'N1', ...WORDS };
    const candidates = [`身份证：${match.id_number}`, freshNumber()];
    const body = { collection: 'children', candidates };
    const { json, text } = await gateway.call('press-office', details, 'POST', '/v1/leak-checks', body);
    expect(json.results).toEqual(['MATCH', 'NO_MATCH']);
    expect(text).not.toMatch(/欧阳|9900/);
  },
  async 'A5.2'({ act, world, gateway }) {
    const child = await world.child();
    await gateway.sequencer.step();
    const knownAt = '2026-11-25T00:00:00.000Z';
    const span = { from: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z', knownAt };
    const hours = async (operator: string, grade: string) => {
      const body = { subjects: [child], fields: ['name'], ...span, operator, grade };
      const { json } = await act('cyberspace-county', '/v1/incidents', body);
      return (Date.parse(json.incident.reportBy) - Date.parse(knownAt)) / 3_600_000;
    };
    expect(await hours('state-organ', 'major')).toBe(2);
    expect(await hours('provincial-organ', 'major')).toBe(4);
    expect(await hours('county-organ', 'general')).toBe(24);
  },
  async 'A6.1'({ world, code }) {
    const child = await world.child();
    expect(await code('court-county', 'J1', child, ['sex'])).toBe('NO_INSTRUMENT');
    const context = { instrument: 'WRIT-1' };
    expect(await code('edu-county', 'J1', child, ['sex'], { context })).toBe('PURPOSE_NOT_FOR_ROLE');
  },
  async 'A6.2'({ gateway, world }) {
    const body = { collection: 'children', subject: await world.child(), text: '一个孩子。' };
    const card = (agency: string) => {
      const details = { actions: ['release'], purpose: 'M1', ...wordsFor('M1') };
      return gateway.call(agency, details, 'POST', '/v1/story-cards', body);
    };
    expect((await card('court-press')).status).toBe(202);
    expect((await card('court-county')).json.code).toBe('PURPOSE_NOT_FOR_ROLE');
  },
  async 'A6.3'({ gateway, world, code, lent }) {
    const rights = { departments: ['PLC'], roles: ['statistics-office'], purposes: ['A1', 'W1'] };
    await lent('justice-county', { ...rights, actions: ['release'] }, async () => {
      expect(await code('justice-county', 'W1', await world.child(), ['name'])).toBe('PURPOSE_NOT_FOR_ROLE');
      const details = { actions: ['release'], purpose: 'A1', ...WORDS };
      const asked = { collection: 'children' };
      expect((await gateway.call('justice-county', details, 'POST', '/v1/statistics', asked)).status).toBe(
        200,
      );
    });
  },
  async 'A7.1'({ world, release }) {
    const foreign = await world.child(true);
    expect((await release('mca-county', 'W1', foreign, ['guardian_phone'])).refused).toEqual(REFUSED);
    const own = await release('mca-neighbour', 'W1', foreign, ['guardian_phone']);
    expect(own.fields.guardian_phone.value).toBe('13900000001');
  },
  async 'A7.2'({ world, release }) {
    const { withheld } = await release('edu-county', 'S1', await world.child(), ['sex', 'bank_account']);
    expect(withheld.bank_account.code).toBe('FIELD_NOT_IN_PURPOSE');
  },
  async 'A7.3'({ world, code, lent }) {
    const legalAid = 'procuratorate-county';
    await lent(legalAid, { trainedUntil: '2026-01-31' }, async () => {
      expect(await code(legalAid, 'J2', await world.child(), ['sex'])).toBe('TRAINING_EXPIRED');
    });
  },
  async 'A8.1'({ world, person, release }) {
    const child = await world.child();
    const { fields } = await release('edu-county', 'S1', child, ['hardship_category']);
    expect(fields.hardship_category).toMatchObject({ form: 'predicate', value: 'YES' });
    expect((await release('school-second', 'S1', child, ['sex'])).refused).toEqual(REFUSED);
    const pupil = await person(bornAgo(10), { 'edu-county': { school_name: { school: SCHOOL } } });
    expect((await release('school-second', 'S1', pupil, ['sex'])).fields.sex).toBeDefined();
  },
  async 'A8.2'({ gateway }) {
    const columns = [
      { heading: '身份证号', values: [freshNumber()] },
      { heading: '受助孤儿', values: ['欧阳娜娜'] },
      { heading: '二', values: ['柳树镇幸福村3组12号'] },
      { heading: '三', values: ['2013-05-06'] },
      { heading: '奖项', values: ['阅读之星'] },
    ];
    const token = { actions: ['intake'] };
    const { json } = await gateway.call('edu-county', token, 'POST', '/v1/posting-checks', { columns });
    expect([json.may, json.columns.map(({ may }: { may: boolean }) => may)]).toEqual([
      false,
      [false, false, false, false, true],
    ]);
  },
  async 'A8.3'({ world, release }) {
    const { fields, withheld } = await release('edu-county', 'S1', await world.child(), ['harm_incident']);
    expect(fields.harm_incident, JSON.stringify(withheld)).toMatchObject({ form: 'predicate', value: 'YES' });
  },
  async 'A8.4'({ world, release }) {
    const { withheld } = await release('mca-county', 'W1', await world.child(), ['sex', 'edu_assessment']);
    expect(withheld.edu_assessment).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: 'A8.4' });
  },
};
