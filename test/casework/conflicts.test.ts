/** Flags that say that a guardian is in conflict with the child. */
import { describe, expect, it as plain } from 'vitest';
import { liftStopLimits } from '../support/lifted.ts';
import { DAY, DESK, digest, fileRig, SECOND } from './rig.ts';

liftStopLimits();

const rig = await fileRig();

const say = (agency: string, child: object, words = DESK, state = 'set') =>
  rig.casework(agency, 'POST', '/v1/conflicts', { subject: child, state }, words);
const released = async (child: object) => {
  const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  return 'fields' in json.results[0];
};

const it = plain.extend('child', () => rig.child());

describe('a conflict', () => {
  it('is set by two people, stops releases that depend on the guardian, and is lifted by two', async () => {
    const child = await rig.child();
    await rig.consent(child);
    const first = await say('mps-county', child);
    expect(first).toMatchObject({ status: 202, json: { state: 'pending' } });
    expect(await released(child)).toBe(true);
    expect((await say('mps-county', child)).json).toEqual(first.json);
    const second = await say('mca-county', child, SECOND);
    expect(second).toMatchObject({ status: 200, json: { state: 'set' } });
    expect((await say('mca-county', child, SECOND)).json).toEqual(second.json);
    expect(await released(child)).toBe(false);
    expect((await say('mps-county', child, DESK, 'lifted')).status).toBe(202);
    expect(await released(child)).toBe(false);
    expect((await say('mps-county', child, SECOND, 'lifted')).json.state).toBe('lifted');
    // What the guardian said before is over: it is asked again.
    expect(await released(child)).toBe(false);
    rig.later(1);
    await rig.consent(child, { evidence: digest('asked again') });
    expect(await released(child)).toBe(true);
  });

  it('leaves both words in the log', async ({ child }) => {
    const first = await say('mps-county', child);
    const second = await say('mps-county', child, SECOND);
    const find = async (kind: string, id: string) =>
      (await rig.entries(`&kind=${kind}`)).find((entry) => entry.id === id);
    expect(await find('request', first.json.receipt.entry)).toMatchObject({
      outcome: 'pending',
      code: 'CONFLICT_SET',
      rule: 'A17.5',
      words: { officer: DESK.officer },
    });
    expect(await find('approval', second.json.receipt.entry)).toMatchObject({
      outcome: 'set',
      approvals: [first.json.receipt.entry],
      words: { officer: SECOND.officer },
    });
  });

  it('waits a day for the second person', async ({ child }) => {
    await say('mps-county', child);
    rig.later(DAY + 1000);
    expect((await say('mps-county', child, SECOND)).status).toBe(202);
  });

  it('is for the bodies that the pack names, where the child lives', async ({ child }) => {
    for (const agency of ['edu-county', 'cdpf-county', 'charity-sunrise'])
      expect((await say(agency, child)).json.code).toBe('ROLE_REQUIRED');
    expect((await say('mca-neighbour', child)).json.code).toBe('REFUSED');
  });

  it('shows in no list of consents', async ({ child }) => {
    await rig.consent(child, { evidence: digest('paper') });
    await say('mps-county', child);
    await say('mps-county', child, SECOND);
    const ref = await rig.refOf('mca-county', child);
    const { text } = await rig.casework('mca-county', 'GET', `/v1/consents?ref=${ref}`);
    expect(text.toLowerCase()).not.toContain('conflict');
  });
});

it('takes people who have logged in, before any lookup', async () => {
  const words = { ...DESK, claimed: true };
  const nobody = { match: { id_number: '990001201501019014' } };
  for (const child of [await rig.child(), nobody]) {
    const { status, json } = await say('mca-county', child, words);
    expect([status, json.code]).toEqual([403, 'PERSON_REQUIRED']);
  }
});
