/** The inquirer at the desk: the compared values, the acts of two clerks, and the recipient of the sealed answer. Over HTTP. */

import { generateKeyPairSync } from 'node:crypto';
import { compactDecrypt, compactVerify, createLocalJWKSet } from 'jose';
import { describe, expect, it as plain } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { put } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { freshNumber, turning } from '../../support/people.ts';
import { DESK, inquire, lastDecision, makePerson, secondClerk, shownBy, WHY } from './world.ts';

const gateway = await fileGateway();

const asking = (match: object, inquirer: string, more: object) =>
  inquire(gateway, match, inquirer, {}, '/v1/inquiries', more);

const it = plain.extend('match', async () => (await makePerson(gateway, { years: 15 })).match);

describe('the inquirer', () => {
  it.each([
    ['a guardian of another name', 'guardian', { name: '王大力', number: GUARDIAN.id_number }],
    ['a guardian of another number', 'guardian', { name: GUARDIAN.name, number: '990001198001010064' }],
    ['the guardian, as the child', 'child', { name: GUARDIAN.name, number: GUARDIAN.id_number }],
    ['a child of another number', 'child', { name: '欧阳娜娜', number: freshNumber(turning(15, '01-06')) }],
  ])('%s gets what is said of an unknown person', async (_, inquirer, identity) => {
    const { match } = await makePerson(gateway, { years: 15 });
    const refused = await asking(match, inquirer, { identity });
    expect(await lastDecision(gateway)).toMatchObject({
      ...{ kind: 'denial', words: { finding: 'NOT_SUBJECT_OR_GUARDIAN' } },
    });
    const unknown = await asking({ id_number: '990001201305069057' }, inquirer, { identity });
    const shape = ({ status, json }: typeof refused) => [status, json.refused, Object.keys(json)];
    expect(shape(refused)).toEqual(shape(unknown));
    expect(refused.json.refused).toEqual({ code: 'REFUSED' });
  });

  it('shows name and number as on the document, in any spelling', async ({ match }) => {
    const identity = { name: '欧阳 海', number: GUARDIAN.id_number.toLowerCase() };
    expect((await asking(match, 'guardian', { identity })).json.held.name.value).toBe('欧阳娜娜');
    const { json } = await asking(match, 'guardian', { identity: undefined });
    expect(json.code).toBe('INVALID_REQUEST');
  });

  it('of another county is refused like an unknown person', async () => {
    const id = freshNumber(turning(15, '01-06'), '990002');
    await put(gateway, 'mca-neighbour', { match: { id_number: id }, fields: { division_code: '990002001' } });
    expect((await asking({ id_number: id }, 'child', {})).json.refused).toEqual({ code: 'REFUSED' });
  });
});

describe('a restricted class', () => {
  async function ill() {
    const person = await makePerson(gateway, { years: 15 });
    const fields = { hiv_status: 'infected', mental_health: { code: 'F43' }, health_status: 'ill' };
    await put(gateway, 'health-hospital', { match: person.match, fields });
    return person;
  }

  it('needs a second clerk of the same desk, for this person and inquirer', async () => {
    const [{ match }, other] = [await ill(), await ill()];
    const alone = await asking(match, 'child', {});
    expect(alone.json.held).not.toHaveProperty('mental_health');
    expect(alone.json.held.health_status.value).toBe('ill');
    expect(alone.json.needsSecond).toContain('mental_health');
    const opened = (await lastDecision(gateway)).fields;
    expect(JSON.stringify(opened)).not.toContain('mental_health');

    const second = await secondClerk(gateway, match, 'child');
    for (const [whose, inquirer] of [
      [other.match, 'child'],
      [match, 'guardian'],
    ] as const)
      expect((await asking(whose, inquirer, { second })).json.code).toBe('TICKET_INVALID');
    const mine = await secondClerk(gateway, match, 'child', WHY.officer);
    expect((await asking(match, 'child', { second: mine })).json.code).toBe('APPROVER_IS_REQUESTER');
    const { json } = await asking(match, 'child', { second });
    expect(json.held.mental_health.value).toEqual({ code: 'F43' });
    expect(json.needsSecond).toBeUndefined();
    // It serves once.
    expect((await asking(match, 'child', { second })).json.code).toBe('TICKET_INVALID');
  });

  it('opens on no word of a clerk who is frozen, whenever it was given', async () => {
    const { match } = await ill();
    const officer = 'lin.dan';
    const before = await secondClerk(gateway, match, 'child', officer);
    const why = { actions: ['audit'], officer: 'gao', reason: 'words are being sold at the desk' };
    const target = { agency: 'desk-county', officer };
    const frozen = await gateway.call('audit-office', why, 'POST', '/v1/freezes', { target });
    expect(frozen.status).toBe(200);
    const details = { actions: ['casework'], ...WHY, officer };
    const body = { collection: 'children', subject: { match }, inquirer: 'child' };
    const word = async () =>
      (await gateway.call('desk-county', details, 'POST', '/v1/inquiries/seconds', body)).json.code;
    await expect.poll(word).toBe('OFFICER_FROZEN');
    expect((await asking(match, 'child', { second: before })).json.code).toBe('TICKET_INVALID');
    const other = await secondClerk(gateway, match, 'child');
    expect((await asking(match, 'child', { second: other })).json.held).toHaveProperty('mental_health');
  });

  it('of HIV is for the guardian: to the child it looks as if no office had written it', async () => {
    const { match } = await ill();
    const asked = async (inquirer: string) =>
      (await asking(match, inquirer, { second: await secondClerk(gateway, match, inquirer) })).json;
    const { needsSecond: _, proof, ...child } = await asked('child');
    expect(JSON.stringify(child)).not.toMatch(/hiv|infected/i);
    expect(JSON.stringify(proof.entries.map(({ openings }: { openings: object }) => openings))).not.toContain(
      'hiv',
    );
    expect(child.held).toHaveProperty('mental_health');
    expect(JSON.stringify((await lastDecision(gateway)).fields)).not.toContain('hiv_status');
    const guardian = await asked('guardian');
    expect(guardian.held.hiv_status.value).toBe('infected');
    expect(JSON.stringify(guardian.writes)).toContain('hiv_status');
  });

  it('of HIV is of the child alone: a value that the infection of a parent explains looks as if no office had written it', async () => {
    const answerFor = async (status?: string) => {
      const { match } = await makePerson(gateway, { years: 15 });
      const hiv = status === undefined ? {} : { hiv_status: status };
      await put(gateway, 'health-hospital', { match, fields: { health_status: 'healthy', ...hiv } });
      const second = await secondClerk(gateway, match, 'guardian');
      const { held, writes, uses, unavailable, needsSecond } = (await asking(match, 'guardian', { second }))
        .json;
      const used = uses.map(({ fields }: { fields: object }) => fields);
      const told = { fields: Object.keys(held).sort(), used, unavailable, needsSecond };
      return { ...told, writes: writes.map(({ fields }: { fields: string[] }) => fields) };
    };
    const bare = await answerFor();
    for (const status of ['none', 'affected', 'unknown']) expect(await answerFor(status)).toEqual(bare);
    expect(await answerFor('infected')).not.toEqual(bare);
  });

  it('needs two people who have logged in', async ({ match }) => {
    const body = { collection: 'children', subject: { match }, inquirer: 'child' };
    const claimed = { ...DESK, claimed: true } as typeof DESK;
    const word = await gateway.call('desk-county', claimed, 'POST', '/v1/inquiries/seconds', body);
    expect(word.json.code).toBe('PERSON_REQUIRED');
    const second = await secondClerk(gateway, match, 'child');
    const asked = { ...body, identity: shownBy('child', match), second };
    const answer = await gateway.call('desk-county', claimed, 'POST', '/v1/inquiries', asked);
    expect(answer.json.code).toBe('PERSON_REQUIRED');
  });

  it("does not depend on the record: a second clerk's approval is possible for an unknown person too", async () => {
    const match = { id_number: '990001201305069057' };
    const second = await secondClerk(gateway, match, 'child');
    expect((await asking(match, 'child', { second })).json.refused).toEqual({ code: 'REFUSED' });
  });

  it('counts in the day of the clerk, whether or not a record exists, and spends that of no colleague', async ({
    match,
  }) => {
    const misses = pack.misses ?? expect.fail();
    const usual = misses.seconds;
    const word = async (officer: string, about: object) => {
      const details = { actions: ['casework'], ...WHY, officer };
      const body = { collection: 'children', subject: { match: about }, inquirer: 'child' };
      const { status, json } = await gateway.call(
        'desk-county',
        details,
        'POST',
        '/v1/inquiries/seconds',
        body,
      );
      return [status, json.code, typeof json.second];
    };
    Object.assign(misses, { seconds: { alert: 1, slow: 500, stop: 1 } });
    const nobody = { id_number: freshNumber() };
    for (const [officer, about] of [
      ['zheng.bo', match],
      ['he.xin', nobody],
    ] as const) {
      expect(await word(officer, about)).toEqual([200, undefined, 'string']);
      expect(await word(officer, about)).toEqual([429, 'BUDGET_SPENT', 'undefined']);
    }
    Object.assign(misses, { seconds: usual });
  });
});

describe('an answer', () => {
  it("that is sealed to the device of the inquirer can't be opened by the desk", async ({ match }) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
    await gateway.sequencer.step();
    const body = { collection: 'children', subject: { match }, inquirer: 'child' };
    const asked = { ...body, identity: shownBy('child', match), sealTo: { kty, crv, x, y } };
    const { text, headers } = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', asked);
    expect(headers.get('content-type')).toBe('application/jose');
    const { plaintext } = await compactDecrypt(text, privateKey);
    const jwks = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
    const { payload } = await compactVerify(plaintext, createLocalJWKSet(jwks));
    expect(JSON.parse(Buffer.from(payload).toString()).held.name.value).toBe('欧阳娜娜');
    const wrong = { ...asked, sealTo: { kty, crv, x, y: x } };
    const refused = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', wrong);
    expect(refused.json.code).toBe('INVALID_REQUEST');
  });

  it('on paper has desk, time and number across the page', async ({ match }) => {
    const { text } = await inquire(gateway, match, 'child', { accept: 'text/html' });
    expect(text).toMatch(/<div class="watermark">[^<[]+ · 20\d\d-[^<]+ · [^<]+<\/div>/);
    expect(text).toContain('<div class="stamp">');
  });

  it('is limited for each desk and day', async ({ match }) => {
    let answer = await asking(match, 'child', {});
    for (let i = 0; i < 60 && answer.status === 200; i++) answer = await asking(match, 'child', {});
    expect([answer.status, answer.json.code]).toEqual([429, 'BUDGET_SPENT']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});
