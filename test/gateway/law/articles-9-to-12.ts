/** A call for each rule of Articles 9 to 12, and of the statutory duty. */
import { expect } from 'vitest';
import { card, GUARDIAN, STRANGER } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import type { Child } from '../purposes/world.ts';
import { bornAgo, type Law, WORDS } from './world.ts';

const REFUSED = { code: 'REFUSED' };

/** Whether rehabilitation gets the name. */
async function given({ release }: Law, child: Child): Promise<boolean> {
  return (await release('cdpf-county', 'D1', child, ['name'])).fields?.name !== undefined;
}

const say = ({ world }: Law, child: Child, giver: string, act = 'given') =>
  world.say(child, 'D1', 'cdpf-county', ['name'], act, giver);

export const ARTICLES_9_TO_12: Record<string, (law: Law) => Promise<void>> = {
  async 'A9.1'({ world, release }) {
    const child = await world.child();
    // The consents of this world name the physician li.na.
    await world.say(child, 'H1', 'health-hospital', ['guardian_phone']);
    const treated = await release('health-hospital', 'H1', child, ['guardian_phone']);
    expect(treated.fields.guardian_phone.value).toBe('13900000001');
    const other = await release('health-hospital', 'H1', child, ['guardian_phone'], { officer: 'zhao.er' });
    expect(other.refused).toEqual(REFUSED);
  },
  async 'A9.2'({ gateway, world, release, ask }) {
    const child = await world.child();
    const { withheld } = await release('edu-county', 'S1', child, ['sex', 'hiv_status']);
    expect(withheld.hiv_status).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: 'A9.2' });
    // Also for civil affairs only after a second person: the release files a request.
    const filed = await ask('mca-county', 'W1', child, ['hiv_status']);
    expect([filed.status, filed.json.state, filed.json.results], filed.text).toEqual([
      202,
      'submitted',
      undefined,
    ]);
    await gateway.put('health-hospital', { ...child, fields: { hiv_status: 'none', health_status: 'ill' } });
    await gateway.sequencer.step();
    const identity = { name: '欧阳娜娜', number: child.match.id_number };
    const body = { collection: 'children', subject: child, inquirer: 'child', identity };
    const desk = { actions: ['casework'], ...WORDS };
    const { json, text } = await gateway.call('desk-county', desk, 'POST', '/v1/inquiries', body);
    const written = JSON.stringify(json.writes ?? text);
    expect([written.includes('health_status'), written.includes('hiv_status')]).toEqual([true, false]);
  },
  async 'A10.1'({ world, code, lent }) {
    const ended = { activities: [{ id: 'ACT-PAST', ends: '2026-06-01' }] };
    await lent('league-county', ended, async () => {
      const child = await world.child();
      const words = { context: { activity: 'ACT-PAST' }, case: undefined as never };
      expect(await code('league-county', 'F1', child, ['sex'], words)).toBe('VALIDITY_ENDED');
    });
  },
  async 'A10.2'({ world, code }) {
    const words = { context: { activity: 'ACT-NONE' }, case: undefined as never };
    expect(await code('league-county', 'F1', await world.child(), ['sex'], words)).toBe('NO_ACTIVITY');
  },
  async 'A11.1'({ world, release }) {
    const child = await world.child();
    const { withheld } = await release('mps-county', 'R1', child, ['sex', 'disability_level']);
    expect(withheld.disability_level).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: 'A11.1' });
  },
  async 'A11.2'({ world, ask }) {
    const { json } = await ask('cdpf-county', 'PX7', await world.child(), ['name']);
    expect(json).toMatchObject({ code: 'PROHIBITED_PURPOSE', rule: 'A15.1' });
  },
  async 'A12.1'(law) {
    const child = await law.person(bornAgo(10));
    expect(await given(law, child)).toBe(false);
    await say(law, child, 'guardian');
    expect(await given(law, child)).toBe(true);
    // Another guardian took over: the word of the one before opens nothing.
    await law.gateway.put('mca-county', { ...child, fields: { guardian_identity: STRANGER } });
    expect(await given(law, child)).toBe(false);
  },
  async 'A12.2'(law) {
    const child = await law.person(bornAgo(15));
    await say(law, child, 'guardian');
    expect(await given(law, child)).toBe(false);
    await say(law, child, 'child');
    expect(await given(law, child)).toBe(true);
  },
  async 'A12.3'(law) {
    const cannot = (basis: string) => ({ able_to_express_will: { able: false, basis } });
    const one = await law.person(bornAgo(16), { 'mca-county': cannot('visit of 3 November') });
    const two = await law.person(bornAgo(16), {
      'mca-county': cannot('visit of 3 November'),
      'health-hospital': cannot('certificate 7'),
    });
    for (const child of [one, two]) await say(law, child, 'guardian');
    expect([await given(law, one), await given(law, two)]).toEqual([false, true]);
  },
  async 'A12.4'(law) {
    const [today, tomorrow] = [await law.person(bornAgo(14)), await law.person(bornAgo(14, -1))];
    for (const child of [today, tomorrow]) await say(law, child, 'guardian');
    expect([await given(law, today), await given(law, tomorrow)]).toEqual([false, true]);
  },
  async 'A12.5'({ world, act }) {
    const said = {
      ...{ subject: await world.child(), purpose: 'D1', recipient: 'cdpf-county', fields: ['name'] },
      ...{ giver: 'guardian', method: 'signed-form', noticeVersion: noticeFor('D1') },
      document: card(GUARDIAN.id_number),
      evidence: 'b'.repeat(64),
    };
    for (const blanket of [{ fields: ['*'] }, { purpose: '*' }, { recipient: '*' }])
      expect((await act('mca-county', '/v1/consents', { ...said, ...blanket })).json.code).toBe(
        'BLANKET_CONSENT',
      );
    const bare = (await act('mca-county', '/v1/consents', { ...said, document: undefined })).json;
    expect([bare.code, bare.errors[0].path]).toEqual(['INVALID_REQUEST', '/document']);
    const { json } = await act('mca-county', '/v1/consents', said);
    expect(json.consent).toMatchObject({ purpose: 'D1', recipient: 'cdpf-county', fields: ['name'] });
    expect(Date.parse(json.consent.until)).toBeGreaterThan(Date.now());
  },
  async 'A12.6'({ world, release, entry }) {
    const family = await world.child();
    const { refused, receipt } = await release('mca-county', 'W4', family, ['guardian_phone']);
    expect(refused).toEqual(REFUSED);
    expect((await entry(receipt.entry)).words.finding).toBe('NO_STATUTORY_AUTHORITY');
    const care = await world.child(false, 'long-term-state');
    expect((await release('mca-county', 'W4', care, ['guardian_phone'])).fields.guardian_phone).toBeDefined();
  },
  async PIPL13({ world, release, entry, tasks }) {
    const child = await world.child();
    const words = { context: { imminentDangerAttested: true }, reason: 'missing since noon', case: 'E-1' };
    const { fields, receipt } = await release('mps-county', 'E1', child, ['name'], words);
    expect(fields.name.value).toBe('欧阳娜娜');
    const reviews = await tasks('mca-county', 'review');
    expect(reviews.map(({ about }) => about)).toContain((await entry(receipt.entry)).attempt);
  },
  async PIPL17({ world, act }) {
    const said = {
      ...{ subject: await world.child(), purpose: 'D1', recipient: 'cdpf-county', fields: ['name'] },
      ...{ giver: 'guardian', method: 'signed-form', noticeVersion: noticeFor('H1') },
      document: card(GUARDIAN.id_number),
      evidence: 'c'.repeat(64),
    };
    expect((await act('mca-county', '/v1/consents', said)).json.code).toBe('NOTICE_NOT_CURRENT');
  },
  async PIPL31({ gateway, world, act }) {
    const of = { actions: ['casework'] };
    const { texts, hash } = (await gateway.call('desk-county', of, 'GET', `/v1/notices/${noticeFor('D1')}`))
      .json;
    expect(texts.zh).toContain('不满十四周岁儿童的专门规则');
    const said = {
      ...{ subject: await world.child(), purpose: 'D1', recipient: 'cdpf-county', fields: ['name'] },
      ...{ giver: 'guardian', method: 'signed-form', noticeVersion: hash, evidence: 'e'.repeat(64) },
    };
    expect((await act('mca-county', '/v1/consents', said)).json.errors[0].path).toBe('/document');
    const { json } = await act('mca-county', '/v1/consents', { ...said, document: card(GUARDIAN.id_number) });
    expect([json.consent.purpose, json.consent.recipient]).toEqual(['D1', 'cdpf-county']);
  },
  async PIPL49({ ask, person, gateway }) {
    const child = await person(bornAgo(10));
    const reads = async () => (await ask('mca-county', 'W1', child, ['sex'])).json.results[0];
    expect((await reads()).fields.sex.value).toBe('1');
    await gateway.put('mps-county', { ...child, fields: { birth_date: { date: bornAgo(10), dead: true } } });
    expect((await reads()).refused).toEqual(REFUSED);
  },
  async PIPL47({ gateway, world, act, release, tasks }) {
    await release('mca-county', 'W1', await world.child(), ['guardian_phone']);
    await gateway.sequencer.step();
    const { json } = await act('mca-county', '/v1/purposes/W1/met', { case: WORDS.case });
    const [task] = (await tasks('mca-county', 'delete-ended')).filter(({ id }) => id === json.task.id);
    const close = (body: object) => act('mca-county', `/v1/tasks/${task.id}/complete`, body);
    expect((await close({})).json.code).toBe('INVALID_REQUEST');
    expect((await close({ evidence: 'd'.repeat(64) })).json.task.state).toBe('done');
  },
};
