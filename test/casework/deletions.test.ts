/** Recipients of values get a task to delete them when their time is over, and proves it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it as plain, vi } from 'vitest';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/parties.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { turning } from '../support/people.ts';
import { BOSS, OPENER, officeOf, outcome } from './office.ts';
import { fileRig, type Shown } from './rig.ts';

const rig = await fileRig();

const { decide } = rig;

const it = plain.extend('child', () => rig.child());

describe('data received for a limited time', () => {
  const endings = async (state = 'open') => {
    const tasks = await rig.tasks('mca-county', `&state=${state}`);
    return tasks.filter(({ kind }) => kind === 'delete-ended');
  };

  it('is to be deleted by one task for each purpose and month, which names no person', async () => {
    await decide(await rig.child());
    await decide(await rig.child());
    const found = await endings();
    expect(new Set(found.map(({ details }) => JSON.stringify(details))).size).toBe(found.length);
    for (const { details, due, ref } of found) {
      expect([ref, details]).toEqual([
        undefined,
        { purpose: 'W1', agency: 'mca-county', ended: expect.stringMatching(/^\d{4}-\d\d$/) },
      ]);
      expect(due.slice(0, 7) > String(details['ended'])).toBe(true);
    }
  });

  it('is to be deleted after its activity, by one task', async () => {
    const child = await rig.child({ birth: turning(16), mca: { able_to_express_will: true } });
    const terms = { purpose: 'F1', recipient: 'league-county', fields: ['birth_date'] };
    await rig.consent(child, { ...terms, giver: 'child', relation: undefined });
    await rig.consent(child, { ...terms, act: 'informed' });
    const [activity] = SAMPLE_AGENCIES.flatMap(({ activities = [] }) => activities);
    for (const _ of [1, 2]) {
      const answer = await rig.release(
        'league-county',
        'F1',
        { subjects: [child], fields: ['birth_date'], context: { activity: activity?.id } },
        { case: undefined, reason: 'holiday visit' },
      );
      expect(answer.json.results?.[0]?.fields, answer.text).toHaveProperty('birth_date');
    }
    const tasks = await rig.tasks('league-county');
    const [task, ...more] = tasks.filter(({ kind }) => kind === 'delete-ended');
    expect(more).toEqual([]);
    expect([task?.ref, task?.details]).toEqual([
      undefined,
      { purpose: 'F1', agency: 'league-county', activity: activity?.id },
    ]);
    // Seven days after the last day, and ten working days more.
    const last = await getAgency(rig.gateway.tables.agencies, asClientId('league-county'), Date.now());
    const ends = Date.parse(last?.activities?.[0]?.ends ?? '');
    const days = (Date.parse(task?.due ?? '') - ends) / 86_400_000;
    expect(days).toBeGreaterThan(17);
    expect(days).toBeLessThan(30);
  });

  it('is to be deleted when the window of its case ends, or sooner: when the case is closed', async () => {
    const aid = officeOf(rig, 'J2');
    const { tables } = rig.gateway;
    const agency = await getAgency(tables.agencies, asClientId('procuratorate-county'), rig.now());
    const rights = { departments: ['JUSTICE'], roles: ['appointed-counsel'], purposes: ['J2'] };
    const given = { ...(agency ?? expect.fail()), ...rights, actions: ['casework', 'release'] };
    await putAgency(tables.agencies, given);
    rig.later(10_000);
    const [child, office] = [await rig.child(), 'procuratorate-county'];
    const opening = { case: 'AID-2026-7', instrument: 'AID-7', officers: ['lawyer.wu'] };
    const { id } = (await aid.open([child], opening, OPENER, office)).json.case;
    expect((await aid.on(id, 'confirm', BOSS, office)).json.case.state).toBe('open');
    const words = { case: opening.case, officer: 'lawyer.wu', unregistered: true };
    const ask = { subjects: [child], fields: ['name'], context: { instrument: 'AID-7' } };
    expect(await outcome(rig.release(office, 'J2', ask, words))).toBe('欧阳娜娜');
    const deletions = async () =>
      (await rig.tasks(office)).filter(({ kind }) => kind === 'delete-ended').map(({ details }) => details);
    expect(await deletions()).toEqual([{ purpose: 'J2', agency: office, case: id }]);
    await aid.on(id, 'close', OPENER, office);
    const met = expect.stringMatching(/^\d{4}-/);
    expect(await deletions()).toContainEqual({ purpose: 'J2', agency: office, met });
  });

  it('is to be deleted before its time if its recipient declares the purpose met', async () => {
    const words = { officer: 'li.na', reason: 'the status is decided', case: 'MCA-2026-1' };
    const met = (agency: string, code: string) =>
      rig.casework(agency, 'POST', `/v1/purposes/${code}/met`, {}, words);
    const { json, text } = await met('mca-county', 'W1');
    const { id, due, ref, details } = json.task ?? expect.fail(text);
    expect([ref, details]).toEqual([
      undefined,
      { purpose: 'W1', agency: 'mca-county', met: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    ]);
    // Ten working days from now.
    const days = (Date.parse(due) - rig.now()) / 86_400_000;
    expect([days > 9, days < 25]).toEqual([true, true]);
    expect((await met('mca-county', 'W1')).json.task.id).toBe(id);
    const bare = await rig.casework('mca-county', 'POST', `/v1/tasks/${id}/complete`, { outcome: 'deleted' });
    expect([bare.status, bare.json.errors?.[0]?.path]).toEqual([400, '/evidence']);
    const [entry] = (await rig.entries('&kind=task')).filter(({ code }) => code === 'PURPOSE_MET');
    expect([entry.purpose, entry.outcome, entry.words.case]).toEqual(['W1', 'met', 'MCA-2026-1']);
    // Not its purpose, no purpose at all, and one that leaves nothing: one answer.
    const refused = await Promise.all([
      met('mca-county', 'J1'),
      met('mca-county', 'XX'),
      met('desk-county', 'X1'),
    ]);
    expect(refused.map(({ status, json: { code } }) => [status, code])).toEqual(
      Array(3).fill([404, 'NOT_FOUND']),
    );
  });

  it('is closed with a proof of deletion, which the log keeps, and not without one', async () => {
    await decide(await rig.child());
    const [task] = (await endings()) as [Shown];
    const path = `/v1/tasks/${task.id}/complete`;
    const bare = await rig.casework('mca-county', 'POST', path, { outcome: 'deleted' });
    expect([bare.status, bare.json.errors?.[0]?.path]).toEqual([400, '/evidence']);
    const evidence = 'ab'.repeat(32);
    const { json, text } = await rig.casework('mca-county', 'POST', path, { outcome: 'deleted', evidence });
    expect(json.task?.done, text).toMatchObject({ outcome: 'deleted', evidence });
    const [entry] = await rig.entries('&kind=task');
    expect(entry.words.finding).toBe(`proof ${evidence}`);
    expect((await endings('done')).map(({ id }) => id)).toContain(task.id);
  });
});

describe('a withdrawn consent', () => {
  it('asks each recipient to delete what it received', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
    const withdrawn = await rig.casework('mca-county', 'POST', `/v1/consents/${id}/withdraw`, {});
    await rig.gateway.casework.pass();
    const tasks = (await rig.casework('cdpf-county', 'GET', '/v1/tasks?limit=200')).json.tasks;
    const task = tasks.find((one: Shown) => one.details['consent'] === id);
    expect(task).toMatchObject({
      kind: 'delete',
      about: withdrawn.json.receipt.entry,
      byHand: true,
      details: { purpose: 'D1', consent: id, entries: [json.results[0].receipt.entry] },
    });
  });

  it('asks a recipient whose release was under way when it was withdrawn and looked at', async ({
    child,
  }) => {
    const { id } = (await rig.consent(child)).json.consent;
    const ask = () => rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
    const { logTable } = rig.gateway.env;
    const send = DynamoDBClient.prototype.send;
    let writes = 0;
    // Before the second write to the log, which is the decision, the whole of the withdrawal and a pass over the log.
    const spy = vi.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async function (
      this: unknown,
      command: { input: { TableName?: string }; constructor: { name: string } },
    ) {
      const isWrite = /^(Put|TransactWrite)/.test(command.constructor.name);
      if (isWrite && command.input.TableName === logTable && ++writes === 2) {
        await rig.casework('mca-county', 'POST', `/v1/consents/${id}/withdraw`, {});
        await rig.gateway.casework.pass();
      }
      return Reflect.apply(send, this, [command]);
    } as never);
    const given = await ask();
    spy.mockRestore();
    expect(given.json.results[0].fields.name.value).toBe('欧阳娜娜');
    expect((await ask()).json.results[0].outcome).not.toBe('released');
    rig.later(90_000);
    const tasks = await rig.tasks('cdpf-county');
    expect(tasks.find(({ details }) => details['consent'] === id)).toMatchObject({
      details: { entries: [given.json.results[0].receipt.entry] },
    });
  });

  it('asks no agency that received nothing', async ({ child }) => {
    const { id } = (await rig.consent(child)).json.consent;
    await rig.casework('mca-county', 'POST', `/v1/consents/${id}/withdraw`, {});
    await rig.gateway.casework.pass();
    rig.later(150_000);
    await rig.gateway.casework.pass();
    const { json } = await rig.casework('cdpf-county', 'GET', '/v1/tasks?limit=200');
    expect(json.tasks.filter((one: Shown) => one.details['consent'] === id)).toEqual([]);
  });
});

it('a charity with a proof gets a task to delete it, and may read its inbox', async ({ child }) => {
  const filing = { purpose: 'C1', recipient: 'charity-sunrise', fields: ['birth_date'] };
  const { id } = (await rig.consent(child, filing)).json.consent;
  const { env, tables } = rig.gateway;
  // The outcome that a verification stores with the consent.
  const status = { list: '2026-11', index: 7, expires: rig.now() / 1000 + 3600 };
  const document = { purpose: 'C1', recipient: 'charity-sunrise', status };
  const item = { kind: 'outcome', id: 'spring-bud.charity-sunrise', document };
  await putCasework(tables.casework, asSubjectId(rig.subjectOf(child)), item);
  await rig.casework('mca-county', 'POST', `/v1/consents/${id}/withdraw`, {});
  await rig.gateway.casework.pass();
  const { json } = await rig.casework('charity-sunrise', 'GET', '/v1/tasks');
  const proofs = [{ uri: `${env.publicUrl}/v1/status/2026-11`, idx: 7 }];
  expect(json.tasks).toMatchObject([{ kind: 'delete', details: { consent: id, purpose: 'C1', proofs } }]);
  // The purpose gives it no references.
  expect(json.tasks[0].ref).toBeUndefined();
  expect((await rig.consent(child, filing, 'charity-sunrise')).json.code).toBe('ROLE_REQUIRED');
});
