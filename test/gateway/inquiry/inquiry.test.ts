/** Article 17 through the route: every row of the consent table about inquiries, and what the answer shows. */
import { afterEach, describe, expect, it } from 'vitest';
import { release } from '../../maintenance/rig.ts';
import { consentTable } from '../../policy/tables.ts';
import { fileGateway } from '../../support/gateway.ts';
import { DESK, inquire, lastDecision, makePerson, shownBy, WHY } from './world.ts';

const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

const HIDDEN = ['residence_address', 'school_name', 'visit_notes'];

describe('the rows of the consent table', () => {
  const { defaults, cases } = consentTable();
  const rows = cases.filter(({ input }) => input['purposeKind'] === 'subject-access');
  it.each(rows)('$title', async (row) => {
    // biome-ignore lint/suspicious/noExplicitAny: cases have members as they need them
    const { ageYears, guardianship, guardianConflict, inquirer, personDied }: any = {
      ...defaults,
      ...row.input,
    };
    const died = personDied === true;
    const person = { years: ageYears, guardianship, conflict: guardianConflict === true, died };
    const { match } = await makePerson(gateway, person);
    const answer = await inquire(gateway, match, inquirer);
    const { verdict, code, words, outcome } = await lastDecision(gateway);
    expect([code === 'REFUSED' ? words.finding : (code ?? words.finding)]).toEqual([row.reason]);
    expect(outcome).toBe(row.decision.startsWith('ALLOW') ? 'released' : 'refused');
    const held = Object.keys(answer.json.held ?? {});
    const shown = HIDDEN.filter((field) => held.includes(field));
    if (row.decision === 'ALLOW_REDACTED') expect([held.length > 0, shown]).toEqual([true, []]);
    else expect(shown).toEqual(row.decision.startsWith('ALLOW') ? HIDDEN : []);
    if (row.decision === 'ALLOW_ASSISTED') expect(answer.json.obligations).toContain('ASSIST');
    expect(verdict).toBeUndefined();
  });
});

describe('an answer', () => {
  it('lists the held data with department and date, and the recipients', async () => {
    const { match, ref } = await makePerson(gateway, { years: 15 });
    expect((await release(gateway, { ref }, ['name', 'residence_address'])).status).toBe(200);
    const { json } = await inquire(gateway, match, 'child');
    expect(json.held.name).toMatchObject({
      ...{ label: { en: 'Name', zh: '姓名' }, form: 'plain', value: '欧阳娜娜' },
      ...{
        owner: { code: 'MPS', label: { en: 'Public security', zh: '公安' } },
        asOf: expect.stringMatching(/Z$/),
      },
    });
    expect(json.held.id_number.form).toBe('masked');
    expect(json.uses).toMatchObject([
      // The inquiry itself is a use, and the newest.
      { purpose: { code: 'X1' } },
      {
        agency: { id: 'mca-county', label: { en: 'County civil affairs bureau', zh: '县民政局' } },
        purpose: { code: 'W1' },
        fields: { name: 'plain', residence_address: 'plain' },
      },
    ]);
    expect(json.writes.map(({ department }: { department: string }) => department).sort()).toEqual([
      'EDU',
      'MCA',
      'MPS',
    ]);
  });

  it('to a guardian in conflict shows neither the fields nor their uses, and looks like any other', async () => {
    const [clean, conflicted] = [
      await makePerson(gateway, { years: 9 }),
      await makePerson(gateway, { years: 9, conflict: true }),
    ];
    for (const { ref } of [clean, conflicted]) await release(gateway, { ref }, ['residence_address']);
    const full = await inquire(gateway, clean.match, 'guardian');
    const redacted = await inquire(gateway, conflicted.match, 'guardian');
    expect(Object.keys(redacted.json)).toEqual(Object.keys(full.json));
    expect(redacted.json.obligations).toEqual(full.json.obligations);
    expect(full.text).toContain('避风路');
    // No answer has the flag itself, so its absence reveals nothing.
    expect(full.json.held.guardianship_status.value).toEqual({ status: 'normal' });
    for (const trace of [...HIDDEN, '避风路', '姑姑', '秘密小学', conflicted.subject, 'onflict', '"W1"']) {
      expect(redacted.text).not.toContain(trace);
    }
  });

  it('to a child, who may show it at home, does not reveal a conflict, and its proof counts those entries', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    for (const officer of ['gao.feng', 'sun.yan']) {
      const details = { actions: ['casework'], officer, reason: 'suspect in the case' };
      const flag = await gateway.call('mps-county', details, 'POST', '/v1/conflicts', { subject: { match } });
      expect([200, 202]).toContain(flag.status);
    }
    const { json, text } = await inquire(gateway, match, 'child');
    // The opened entries, and two that are only proven to exist.
    const closed = json.proof.entries.filter(({ openings }: { openings?: object }) => !openings);
    expect(closed).toHaveLength(2);
    for (const one of closed) expect(Object.keys(one).sort()).toEqual(['entry', 'leaf', 'salt']);
    const leaves = json.proof.entries.map(({ leaf }: { leaf: string }) =>
      Buffer.from(leaf, 'base64').toString(),
    );
    expect([text, ...leaves].join('').toLowerCase()).not.toContain('conflict');
  });

  it('of a refusal that depends on the record is the same for an unknown person', async () => {
    const { match } = await makePerson(gateway, { years: 9, guardianship: 'revoked' });
    const revoked = await inquire(gateway, match, 'guardian');
    const unknown = await inquire(gateway, { id_number: '990001201305069057' }, 'guardian');
    const shape = ({ status, json }: typeof revoked) => [status, json.refused, Object.keys(json)];
    expect(shape(revoked)).toEqual(shape(unknown));
    expect(revoked.json.refused).toEqual({ code: 'REFUSED' });
  });

  it('to any other inquirer is a refusal with its reason, before any look-up', async () => {
    const { match } = await makePerson(gateway, { years: 9 });
    const calls = gateway.trail.length;
    const { status, json } = await inquire(gateway, match, 'other');
    expect([status, json.code, json.rule]).toEqual([403, 'NOT_SUBJECT_OR_GUARDIAN', 'A17.1']);
    expect(gateway.trail.slice(calls).map(({ eventName }) => eventName)).not.toContain('GenerateMac');
    expect((await inquire(gateway, match, 'aunt')).json.code).toBe('INVALID_REQUEST');
  });

  it('is given for a token of the purpose too, and to no other agency', async () => {
    const { match } = await makePerson(gateway, { years: 15 });
    const identity = shownBy('child', match);
    const body = { collection: 'children', subject: { match }, inquirer: 'child', identity };
    await gateway.sequencer.step();
    const token = { actions: ['release'], purpose: 'X1', ...WHY };
    expect((await gateway.call('desk-county', token, 'POST', '/v1/inquiries', body)).status).toBe(200);
    const other = await gateway.call('edu-county', { ...DESK }, 'POST', '/v1/inquiries', body);
    expect(other.json.code).toBe('PURPOSE_NOT_FOR_ROLE');
  });

  it('is refused without the log, and nothing is opened', async () => {
    const { match } = await makePerson(gateway, { years: 15 });
    await inquire(gateway, match, 'child');
    const calls = gateway.trail.length;
    gateway.faults.add({ service: 'log', kind: 'error', times: 50, operation: 'PutItem' });
    const identity = shownBy('child', match);
    const body = { collection: 'children', subject: { match }, inquirer: 'child', identity };
    const answer = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', body);
    expect(answer.json.code).toBe('LOG_UNAVAILABLE');
    expect(gateway.trail.slice(calls).map(({ eventName }) => eventName)).not.toContain('Decrypt');
  });
});

describe('a page', () => {
  it.each([
    ['en', 'What is held, and who received it', 'County civil affairs bureau', 'status: normal'],
    ['zh', '个人信息保存及提供情况', '县民政局', '状况：正常'],
  ])(
    'in %s holds the answer, nothing from elsewhere, and no name of the person in the log',
    async (lang, title, office, value) => {
      const { match, ref } = await makePerson(gateway, { years: 15 });
      await release(gateway, { ref }, ['name']);
      const path = `/v1/inquiries?lang=${lang}`;
      const { text } = await inquire(gateway, match, 'child', { accept: 'text/html' }, path);
      for (const part of [title, office, value, '欧阳娜娜', '避风路7号']) expect(text).toContain(part);
      expect(text).not.toMatch(/https?:|<script|<img|<link/);
      const { json } = await inquire(gateway, match, 'child');
      expect(text).not.toContain(json.proof.subject);
      expect(text).toMatch(/default-src &#39;none&#39;|default-src 'none'/);
    },
  );

  it('of a refusal states that the reasons are given in writing', async () => {
    const { match } = await makePerson(gateway, { years: 9, guardianship: 'revoked' });
    const answer = await inquire(gateway, match, 'guardian', { accept: 'text/html' });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).toContain('given in writing');
  });
});
