/** A call for each rule of Articles 13 to 18, of the rights of the person, and of the duty to report. */
import { expect } from 'vitest';
import { beginErasure, entriesOf, orderErasure, put, runJob } from '../../maintenance/rig.ts';
import { card as cardOf, GUARDIAN } from '../../support/guardians.ts';
import { card, type Demand } from '../purposes/rows.ts';
import { type Child, programmeFields } from '../purposes/world.ts';
import { bornAgo, type Law, WORDS, wordsFor } from './world.ts';

const REFUSED = { code: 'REFUSED' };
const APPROVERS = ['mps-county', 'mca-county'];

/** A card of the child, with all in place but one thing. */
async function published({ world }: Law, child: Child, without: Demand | null = null) {
  await card.prepare?.(world, child, without);
  const filed = await card.ask(world, { child, without: null, request: null });
  for (const agency of APPROVERS) await world.act(agency, `/v1/requests/${filed.json.request}/approve`, {});
  return card.ask(world, { child, without: null, request: filed.json.request });
}

const verify = ({ gateway }: Law, agency: string, purpose: string, body: object) => {
  const details = { actions: ['verify'], purpose, ...wordsFor(purpose) };
  return gateway.call(agency, details, 'POST', '/v1/verifications', body);
};

async function inquire({ gateway }: Law, subject: Child, name = GUARDIAN.name) {
  await gateway.sequencer.step();
  const details = { actions: ['casework'], ...WORDS };
  const identity = { name, number: GUARDIAN.id_number };
  const body = { collection: 'children', subject, inquirer: 'guardian', identity };
  return gateway.call('desk-county', details, 'POST', '/v1/inquiries', body);
}

export const ARTICLES_13_TO_18: Record<string, (law: Law) => Promise<void>> = {
  async 'A13.1'(law) {
    for (const without of ['notice', 'consent of the child', 'processing'] as const) {
      const { json } = await published(law, await law.world.child(), without);
      expect(json.refused, without).toEqual(REFUSED);
    }
  },
  async 'A13.2'(law) {
    const child = await law.world.child();
    expect(card.given(await published(law, child))).toBe(true);
    const [{ ref }] = await law.gateway.put('mca-county', {
      ...child,
      fields: { guardian_phone: '13900000003' },
    });
    const desk = { actions: ['casework'], ...WORDS };
    const { json } = await law.gateway.call('mca-county', desk, 'GET', `/v1/consents?ref=${ref}`);
    const { id } = json.consents.find(
      (one: { act: string; giver: string }) => one.act === 'given' && one.giver === 'guardian',
    );
    const withdrawn = await law.act('mca-county', `/v1/consents/${id}/withdraw`, { method: 'in-person' });
    expect(withdrawn.status, withdrawn.text).toBe(200);
    expect(await law.tasks('press-office', 'takedown')).not.toEqual([]);
  },
  async 'A13.3'({ world, code }) {
    expect(await code('press-office', 'M1', await world.child(), ['birth_date'])).toBe('PURPOSE_ROUTE');
  },
  async 'A14.1'({ gateway, world, act }) {
    const child = await world.child();
    const [{ ref }] = await gateway.put('mca-county', {
      ...child,
      fields: { guardian_phone: '13900000003' },
    });
    const text = '欧阳娜娜每天走很远的路去上学。';
    const body = { collection: 'children', subject: child, text, context: {} };
    const details = { actions: ['release'], purpose: 'M1', ...wordsFor('M1') };
    const filed = await gateway.call('press-office', details, 'POST', '/v1/story-cards', body);
    const named = { ref, text, request: filed.json.request };
    expect((await act('mca-county', '/v1/story-texts', named)).json.code).toBe('TEXT_IDENTIFIES');
  },
  async 'A14.2'(law) {
    const { json } = await published(law, await law.world.child());
    expect(json.card.shown).toEqual({
      birth_date: { level: 'age-band', value: '8-11' },
      division_code: { level: 'province', value: '99' },
    });
  },
  async 'A14.3'(law) {
    // No other person of this world is so old.
    const child = await law.person(bornAgo(17), { 'mca-county': { able_to_express_will: true } });
    const answer = await published(law, child);
    expect(card.given(answer)).toBe(false);
    const { words } = await law.entry(answer.json.receipt.entry);
    expect(words.finding).toBe('K_TOO_SMALL');
  },
  async 'A15.1'({ world, ask }) {
    const { json } = await ask('league-county', 'PX1', await world.child(), ['name']);
    expect(json.code).toBe('PROHIBITED_PURPOSE');
  },
  async 'A15.2'({ world, code }) {
    const reason = '按困难程度排名';
    expect(await code('edu-county', 'S1', await world.child(), ['sex'], { reason })).toBe(
      'REASON_NEEDS_REVIEW',
    );
  },
  async 'A15.3'({ world, code, release, tasks }) {
    const child = await world.child();
    const reason = '直播带货';
    const before = (await tasks('mca-county', 'weigh-reason')).length;
    expect(await code('edu-county', 'S1', child, ['sex'], { reason })).toBe('REASON_NEEDS_REVIEW');
    expect(await tasks('mca-county', 'weigh-reason')).toHaveLength(before + 1);
    // Danger does not wait for a review of its words.
    const danger = { context: { imminentDangerAttested: true }, reason: '主播正在直播虐待儿童，需立即出警' };
    expect((await release('mps-county', 'E1', child, ['name'], danger)).fields.name).toBeDefined();
  },
  async 'A15.4'(law) {
    const child = await law.world.child();
    await law.world.say(child, 'C1', 'charity-sunrise', programmeFields('spring-bud'));
    const { json } = await verify(law, 'charity-sunrise', 'C1', { programme: 'spring-bud', subject: child });
    expect(json.outcome).toBe('YES');
    expect(json.watermark).toMatch(/\S/);
  },
  async 'A16.1'(law) {
    const child = await law.world.child();
    const programme = 'help-page-check';
    await law.world.say(child, 'C2', 'platform-lantern', programmeFields(programme));
    const asked = { programme, recipient: 'platform-lantern', subject: child };
    const { json } = await law.act('mca-county', '/v1/check-codes', asked);
    const check = async () =>
      (await verify(law, 'platform-lantern', 'C2', { programme, subject: { code: json.code } })).json.outcome;
    expect([await check(), await check()]).toEqual(['YES', 'NOT_CONFIRMED']);
  },
  async 'A16.2'({ gateway, world, ask }) {
    // The register gives a platform no action that opens a field.
    await expect(ask('platform-lantern', 'C2', await world.child(), ['name'])).rejects.toThrow(
      /token refused/,
    );
    const { json } = await gateway.call('platform-lantern', { actions: ['casework'] }, 'GET', '/v1/whoami');
    expect(json.actions).not.toContain('release');
  },
  async 'A17.1'(law) {
    const child = await law.world.child();
    const answer = await inquire(law, child);
    expect(answer.status === 200 && answer.json.held !== undefined, answer.text).toBe(true);
    expect((await inquire(law, child, '欧阳江')).json.refused).toEqual(REFUSED);
  },
  async 'A17.2'(law) {
    const child = await law.world.child();
    await law.release('edu-county', 'S1', child, ['sex']);
    const { json } = await inquire(law, child);
    const codes = json.uses.map(({ purpose }: { purpose: { code: string } }) => purpose.code);
    expect(codes).toContain('S1');
    expect(Object.keys(json.held)).toContain('hardship_category');
  },
  async 'A17.3'({ world, act, release }) {
    const child = await world.child();
    const filed = await act('desk-county', '/v1/objections', {
      subject: child,
      field: 'sex',
      by: 'guardian',
      document: cardOf(GUARDIAN.id_number),
    });
    expect(filed.json.objection.department).toBe('MPS');
    expect((await release('edu-county', 'S1', child, ['sex', 'name'])).fields.sex).toBeUndefined();
  },
  async 'A17.4'({ gateway, world, act, release, tasks }) {
    const child = await world.child();
    await release('edu-county', 'S1', child, ['sex']);
    await gateway.sequencer.step();
    const objection = { subject: child, field: 'sex', by: 'guardian' };
    const { json } = await act('desk-county', '/v1/objections', objection);
    const resolve = () =>
      act('mps-county', `/v1/objections/${json.objection.id}/resolve`, { outcome: 'upheld' });
    // The source is corrected first, then each recipient.
    expect((await resolve()).json.code).toBe('CONFLICT');
    await gateway.put('mps-county', { ...child, fields: { sex: '2' } });
    await gateway.sequencer.step();
    expect((await resolve()).status).toBe(200);
    expect(await tasks('edu-county', 'correct')).not.toEqual([]);
    const report = { subject: child, field: 'sex', by: 'recipient', fault: 'outdated' };
    expect((await act('edu-county', '/v1/objections', report)).status).toBe(200);
  },
  async 'A17.5'(law) {
    const child = await law.world.child();
    const held = async () => Object.keys((await inquire(law, child)).json.held);
    expect(await held()).toContain('school_name');
    for (const agency of ['mps-county', 'mca-county'])
      expect((await law.act(agency, '/v1/conflicts', { subject: child })).status).toBeLessThan(300);
    expect(await held()).not.toContain('school_name');
  },
  async 'A18.1'({ world, act, release }) {
    const child = await world.child();
    expect((await act('mca-county', '/v1/freezes', { target: { subject: child } })).status).toBe(200);
    expect((await release('edu-county', 'S1', child, ['sex'])).refused).toEqual(REFUSED);
  },
  async PIPL19({ gateway, person }) {
    await person('1970-01-06', { 'mca-county': { guardian_phone: '13900000001' } });
    const before = (await entriesOf(gateway, 'erasure')).length;
    await runJob(gateway, 'retention');
    expect((await entriesOf(gateway, 'erasure')).length).toBeGreaterThan(before);
  },
  async PIPL44({ world, act, release }) {
    const child = await world.child();
    const asked = { subject: child, field: 'sex', by: 'guardian', right: 'restriction' };
    expect((await act('desk-county', '/v1/objections', asked)).json.code).toBe('INVALID_REQUEST');
    const document = cardOf(GUARDIAN.id_number);
    const { json } = await act('desk-county', '/v1/objections', { ...asked, document });
    expect(Date.parse(json.objection.until)).toBeGreaterThan(Date.now());
    expect((await release('edu-county', 'S1', child, ['sex', 'name'])).fields.sex).toBeUndefined();
  },
  async PIPL50({ gateway, world, act, tasks }) {
    const child = await world.child();
    const document = cardOf(GUARDIAN.id_number);
    const asked = { subject: child, field: 'sex', by: 'guardian', right: 'deletion', document };
    const { id, entry } = (await act('desk-county', '/v1/objections', asked)).json.objection;
    await act('mps-county', `/v1/objections/${id}/resolve`, { outcome: 'rejected', entry });
    const [task] = (await tasks('desk-county', 'objection-answer')).filter(({ about }) => about === id);
    const path = `/v1/tasks/${task.id}/letter?lang=en`;
    const { json } = await gateway.call('desk-county', { actions: ['casework'], ...WORDS }, 'GET', path);
    expect([json.letter.name, JSON.stringify(json.letter.parts)]).toEqual([
      'refusal',
      expect.stringContaining('as the rules say'),
    ]);
  },
  async PIPL57({ world, act, tasks }) {
    const span = { from: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z', operator: 'county-organ' };
    const body = { subjects: [await world.child()], fields: ['name'], ...span };
    const { json } = await act('cyberspace-county', '/v1/incidents', body);
    const [task] = (await tasks('mca-county', 'leak-notice')).filter(
      ({ about }) => about === json.incident.id,
    );
    const proof = { evidence: 'e'.repeat(64), delivery: 'post', day: '2026-11-20' };
    const closed = await act('mca-county', `/v1/tasks/${task.id}/complete`, { outcome: 'told', ...proof });
    expect([closed.json.code, closed.json.errors?.[0]?.path ?? closed.text]).toEqual([
      'INVALID_REQUEST',
      expect.stringContaining('/letter'),
    ]);
  },
  async CPL286({ world, act }) {
    const child = await world.child();
    const document = cardOf(GUARDIAN.id_number);
    const asked = { subject: child, field: 'case_info', by: 'guardian', right: 'sealing', document };
    const { id, entry } = (await act('desk-county', '/v1/objections', asked)).json.objection;
    // Nothing is sealed by a word: the organ takes it out of the record first.
    const sealed = await act('mps-county', `/v1/objections/${id}/resolve`, { outcome: 'upheld', entry });
    expect(sealed.json.code).toBe('CONFLICT');
  },
  async MNPR36({ world, ask, release }) {
    // Offices that serve an area: by people to whom the directory gives the role, not by a name.
    const [child, sex] = [await world.child(), ['sex']];
    const needed = { code: 'PERSON_REQUIRED', rule: 'MNPR36' };
    const by = async (agency: string, purpose: string, how: object) =>
      (await ask(agency, purpose, child, sex, how)).json;
    for (const [agency, purpose] of [
      ['edu-county', 'S1'],
      ['mca-county', 'W4'],
    ] as const) {
      expect(await by(agency, purpose, { claimed: true })).toMatchObject(needed);
      expect(await by(agency, purpose, { person: { roles: ['casework'] } })).toMatchObject(needed);
    }
    expect((await release('edu-county', 'S1', child, sex)).fields.sex).toBeDefined();
    // An office that works by cases: for an officer of a case that a supervisor confirmed.
    expect(await by('mca-county', 'W1', { claimed: true })).toMatchObject({ code: 'PERSON_REQUIRED' });
  },
  async NDR12({ code, lent, world }) {
    const child = await world.child();
    await lent(
      'league-county',
      { roles: ['social-organisation'], departments: [], contracts: [] },
      async () => {
        expect(await code('league-county', 'F1', child, ['name'])).toBe('NO_CONTRACT');
      },
    );
  },
  async DSL21({ gateway }) {
    const details = { actions: ['casework'], officer: 'li.na', reason: 'the register of data' };
    const { json } = await gateway.call('mca-county', details, 'GET', '/v1/catalogue/export');
    const illness = json.fields.find(({ name }: { name: string }) => name === 'illness');
    expect(illness).toMatchObject({
      grade: 'general',
      'grade-from': 'important:100000',
      directory: 'EXAMPLE-990001-HEALTH',
    });
  },
  async DSL27({ gateway }) {
    const rights = { departments: [], roles: ['auditor'], areas: ['990001'], purposes: [] };
    const body = { ...rights, name: { en: 'One office for all' }, actions: ['audit', 'steward'] };
    const details = { actions: ['steward'], officer: 'li.na', reason: 'as the rules say' };
    const path = '/v1/agencies/audit-office';
    const { json } = await gateway.call('steward-office', details, 'PUT', path, {
      ...body,
      trainedUntil: bornAgo(0),
    });
    expect([json.code, json.rule], JSON.stringify(json)).toEqual(['INVALID_REQUEST', 'DSL27']);
  },
  async ARC21({ gateway, person, tasks }) {
    const { match } = await person(bornAgo(10), { 'mca-county': { adoption_info: 'file:1' } });
    const { ref } = await put(gateway, 'mca-county', { match, fields: { visit_notes: 'calm' } });
    await beginErasure(gateway, ref);
    expect((await orderErasure(gateway, ref)).json.code).toBe('CONFLICT');
    const [{ details }] = await tasks('archive-county', 'appraise');
    expect(details.held.map(({ field }: { field: string }) => field)).toEqual(['adoption_info']);
  },
  async MPL11({ world, act, tasks }) {
    const report = { subject: await world.child(), what: 'bruises', reporter: { name: 'the class teacher' } };
    const { json } = await act('school-second', '/v1/harm-reports', report);
    expect((await tasks('mps-county', 'harm-report')).map(({ about }) => about)).toContain(json.report.id);
  },
};
