/** A refusal, and how it is taken back. All over HTTP. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../../casework/rig.ts';
import { card, STRANGER } from '../../support/guardians.ts';
import { FATHER, fileFamily, MOTHER } from './family.ts';

const { childOf, lastReason, released, rig, say, write } = await fileFamily();

describe('a refusal', () => {
  const no = { act: 'refused', evidence: undefined, noticeVersion: undefined, method: undefined };

  it('is of a guardian on record, and puts what the other consents to on hold', async () => {
    const child = await childOf([FATHER, MOTHER]);
    await say(child, MOTHER);
    expect((await say(child, STRANGER, no)).json.code).toBe('REFUSED');
    expect(await released(child)).toBe(true);
    expect((await say(child, FATHER, no)).status).toBe(200);
    expect(await released(child)).toBe(false);
    expect(await lastReason()).toBe('PARENTS_DISAGREE');
  });

  it('does not stop its giver from a change of mind, but two stop the asking', async () => {
    const child = await childOf([MOTHER]);
    expect((await say(child, MOTHER, no)).status).toBe(200);
    rig.later(60_000);
    expect((await say(child, MOTHER)).status).toBe(200);
    expect(await released(child)).toBe(true);
    rig.later(DAY);
    const second = (await say(child, MOTHER, no)).json.consent;
    expect(await released(child)).toBe(false);
    expect((await say(child, MOTHER)).json.code).toBe('ASKED_AGAIN');
    // The other parent was asked once.
    await write(child, { guardian_identity: [MOTHER, FATHER] });
    expect((await say(child, FATHER)).status).toBe(200);
    const back = (document?: object, agency = 'mca-county') =>
      rig.casework(agency, 'POST', `/v1/consents/${second.id}/withdraw`, { document });
    expect((await back()).json.code).toBe('INVALID_REQUEST');
    expect((await back(card(FATHER.id_number))).json.code).toBe('REFUSED');
    expect((await back(card(MOTHER.id_number), 'cdpf-county')).json.code).toBe('NOT_FOUND');
    expect((await back(card(MOTHER.id_number))).json.consent).toMatchObject({ act: 'retracted', version: 2 });
    rig.later(60_000);
    expect((await say(child, MOTHER)).status).toBe(200);
    expect(await released(child)).toBe(true);
  });

  it('spends a miss for each document that is guessed, at the desk that takes it back or files for the child', async () => {
    const child = await childOf([MOTHER]);
    const { id } = (await say(child, MOTHER, no)).json.consent;
    const misses = async (agency: string) =>
      (await rig.casework(agency, 'GET', '/v1/whoami')).json.limits.misses.agency.left as number;
    const spent = async (agency: string, call: () => Promise<{ json: { code?: string } }>) => {
      const before = await misses(agency);
      expect((await call()).json.code).toBe('REFUSED');
      return before - (await misses(agency));
    };
    const body = { document: card(STRANGER.id_number) };
    const path = `/v1/consents/${id}/withdraw`;
    expect(await spent('desk-county', () => rig.casework('desk-county', 'POST', path, body))).toBe(1);
    const own = { giver: 'child', relation: 'self' };
    expect(await spent('mca-county', () => say(child, STRANGER, own))).toBe(1);
  });

  it('that is taken back revives no consent from before it', async () => {
    const child = await childOf([MOTHER]);
    await say(child, MOTHER);
    rig.later(60_000);
    const { id } = (await say(child, MOTHER, no)).json.consent;
    const body = { document: card(MOTHER.id_number) };
    expect((await rig.casework('desk-county', 'POST', `/v1/consents/${id}/withdraw`, body)).status).toBe(200);
    expect(await released(child)).toBe(false);
  });
});

it('takes a document of the child that leads to its record, and no other: that is compared with nothing', async () => {
  const child = await childOf([MOTHER]);
  const own = { giver: 'child', relation: 'self' };
  const passport = { document: { kind: 'passport', number: 'E00000077' } };
  const filed = await say(child, MOTHER, { ...own, ...passport });
  expect([filed.json.code, filed.json.errors?.[0].path]).toEqual(['INVALID_REQUEST', '/document/kind']);
  await rig.gateway.sequencer.step();
  const objects = (document: object) =>
    rig.casework('desk-county', 'POST', '/v1/objections', {
      ...{ subject: child, field: 'name', by: 'child', right: 'restriction', document },
    });
  expect((await objects(passport.document)).json.errors?.[0].path).toBe('/document/kind');
  expect((await objects(card(STRANGER.id_number))).json.code).toBe('REFUSED');
  expect((await objects(card(child.match.id_number))).status).toBe(200);
});
