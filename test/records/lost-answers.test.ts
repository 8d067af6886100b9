import { afterAll, describe, expect, it } from 'vitest';
import { faultList, injectFaults } from '../../infra/local/aws/faults.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { asClientId, asEntryId, asSubjectId } from '../../shared/ids.ts';
import { putActDocument } from '../../shared/records/casework/acts.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { copyCasework } from '../../shared/records/casework/moves.ts';
import {
  countCollection,
  putRequest,
  putSaid,
  readRequest,
  uncountCollection,
} from '../../shared/records/casework/requests.ts';
import { movePosition, openTask, putTask, readTask, type Task } from '../../shared/records/casework/tasks.ts';
import { claimRequest } from '../../shared/records/gateway/idempotency.ts';
import { claimJob, putJob } from '../../shared/records/gateway/jobs.ts';
import { openAct } from '../../shared/records/gateway/pending-acts.ts';
import { movePointer } from '../../shared/records/gateway/policies.ts';
import { getSession, type PersonSession, putSession } from '../../shared/records/gateway/sessions.ts';
import { tablesOf } from '../../shared/store/table.ts';

const faults = faultList();

const store = await openStore(null);
const env = localSettings('http://127.0.0.1:8787', openKeyRing(null, Date.now), store.tables, ['identity']);
const dynamo = store.client();
injectFaults(dynamo, faults, env.logTable);
const tables = tablesOf(dynamo, env);
afterAll(async () => {
  dynamo.destroy();
  await store.close();
});

/** Stores the write and loses its answer, so that the SDK sends it again. */
function losing<T>(operation: 'PutItem' | 'UpdateItem', act: () => Promise<T>): Promise<T> {
  faults.add({ service: 'store', kind: 'lost-answer', times: 1, operation });
  return act();
}

const at = (until: number) => ({ until, failed: new Map() });

const ID = 'a'.repeat(22);
const task: Task = {
  ...{ id: 'task', kind: 'review', inbox: 'agency:a', about: 'entry', subject: null, owners: [] },
  ...{ opened: '2026-01-01T00:00:00Z', due: '2026-01-02T00:00:00Z', state: 'open', details: {} },
};
const published = (entry: string) => ({
  version: '1',
  hash: `hash-${entry}`,
  at: 'now',
  entry: asEntryId(entry),
});

describe('a repeat after a lost answer has the result of the first call, and a second caller is refused', () => {
  it('for an act', async () => {
    const put = (n: number, before: object | null) =>
      putActDocument(tables.casework, { kind: 'freeze', id: ID, document: { n } }, before);
    expect(await losing('PutItem', () => put(1, null))).toBe(true);
    expect(await put(1, null)).toBe(false);
    expect(await losing('PutItem', () => put(2, { n: 1 }))).toBe(true);
    expect(await put(2, { n: 1 })).toBe(false);
  });

  it('for casework', async () => {
    const put = (n: number, before: unknown) =>
      putCasework(
        tables.casework,
        asSubjectId('subject'),
        { kind: 'consent', id: 'c', document: { n } },
        before,
      );
    expect(await losing('PutItem', () => put(1, null))).toBe(true);
    expect(await put(1, null)).toBe(false);
    expect(await losing('PutItem', () => put(2, { n: 1 }))).toBe(true);
    expect(await put(2, { n: 1 })).toBe(false);
  });

  it('for casework that is copied in a merge', async () => {
    await putCasework(tables.casework, asSubjectId('from'), {
      kind: 'consent',
      id: 'c',
      document: { version: 2 },
    });
    await losing('PutItem', () => copyCasework(tables.casework, asSubjectId('from'), asSubjectId('to')));
    expect(faults.list()).toEqual([]);
  });

  it('for a task, and for the position in the log', async () => {
    const { id, state, ...given } = task;
    await openTask(tables.tasks, given);
    const other = { ...given, about: 'other' };
    expect(await losing('PutItem', () => openTask(tables.tasks, other))).toMatchObject({ opened: true });
    expect(await openTask(tables.tasks, other)).toMatchObject({ opened: false });

    await putTask(tables.tasks, task, null);
    const claimed: Task = { ...task, closing: { person: 'p', at: 'now' } };
    expect(await losing('PutItem', () => putTask(tables.tasks, claimed, task))).toBe(true);
    expect(await readTask(tables.tasks, task.id)).toEqual(claimed);
    // Even the same person at the same instant: one of two concurrent calls completes the task.
    expect(await putTask(tables.tasks, claimed, task)).toBe(false);

    expect(await losing('PutItem', () => movePosition(tables.tasks, at(5), null))).toBe(true);
    expect(await losing('PutItem', () => movePosition(tables.tasks, at(7), 5))).toBe(true);
    expect(await movePosition(tables.tasks, at(7), 5)).toBe(false);
  });

  it("for a request, the owners' answers, and its one collection", async () => {
    const request = { id: 'r', asked: { what: 'x' }, expires: 9_999_999_999 };
    expect(await losing('PutItem', () => putRequest(tables.requests, request))).toBe(true);
    expect(await putRequest(tables.requests, request)).toBe(false);
    const read = async () => (await readRequest(tables.requests, 'r')) ?? expect.fail();
    const first = await read();
    const say = () => putSaid(tables.requests, first, { yes: true }, 9_999_999_999);
    expect(await losing('UpdateItem', say)).toBe(true);
    expect(await say()).toBe(false);
    const second = await read();
    expect(second).toMatchObject({ revision: 1, said: { yes: true }, collections: 0 });
    const collect = () =>
      countCollection(tables.requests, second, { at: 'now', once: { from: 0, count: 1 } });
    expect(await losing('UpdateItem', collect)).toBe(true);
    expect(await read()).toMatchObject({ collections: 1, pieces: [{ from: 0, count: 1 }] });
    expect(await collect()).toBe(false);
  });

  it('for a collection of a request that may be collected again, and for one whose answer stays away', async () => {
    const request = { id: 'again', asked: { what: 'x' }, expires: 9_999_999_999 };
    await putRequest(tables.requests, request);
    const read = async () => (await readRequest(tables.requests, 'again')) ?? expect.fail();
    const first = await read();
    const collection = { at: 'now', once: null };
    const collect = () => countCollection(tables.requests, first, collection);
    expect(await losing('UpdateItem', collect)).toBe(true);
    expect((await read()).collections).toBe(1);
    const second = await read();
    faults.add({ service: 'store', kind: 'lost-answer', times: 9, operation: 'UpdateItem' });
    await expect(countCollection(tables.requests, second, { at: 'later', once: null })).rejects.toThrow();
    faults.clear();
    expect((await read()).collections).toBe(2);
    await uncountCollection(tables.requests, second, { at: 'later', once: null });
    expect((await read()).collections).toBe(1);
  });

  it('for an idempotency key', async () => {
    const asked = { claim: 'key', request: 'digest', run: 'a', now: Date.now() };
    expect(await losing('PutItem', () => claimRequest(tables.claims, asked))).toEqual({ state: 'new' });
    expect(await claimRequest(tables.claims, { ...asked, run: 'b' })).toEqual({ state: 'busy' });
  });

  it("for a person's session", async () => {
    const [now, ends] = [Math.floor(Date.now() / 1000), 9_999_999_999];
    const session = { ends } as PersonSession;
    await losing('PutItem', () => putSession(tables.claims, 'handle', session, now));
    expect(await getSession(tables.claims, 'handle', now)).toEqual(session);
    await expect(putSession(tables.claims, 'handle', session, now)).rejects.toThrow('this handle');
  });

  it('for the pack in force', async () => {
    expect(await losing('PutItem', () => movePointer(tables.policy, null, published('a')))).toBe(true);
    expect(await movePointer(tables.policy, null, published('b'))).toBe(false);
    const next = published('c');
    expect(await losing('PutItem', () => movePointer(tables.policy, 'hash-a', next))).toBe(true);
    expect(await movePointer(tables.policy, 'hash-a', published('d'))).toBe(false);
  });

  it('for an act of two people, and for the lease of a job', async () => {
    const now = Date.now();
    const waiting = (entry: string) => ({
      requester: 'p',
      clientId: asClientId('office'),
      departments: ['MCA'],
      entry: asEntryId(entry),
      expires: now / 1000 + 60,
      about: null,
    });
    const open = (entry: string) => openAct(tables.jobs, 'act', waiting(entry), now);
    expect(await losing('PutItem', () => open('e1'))).toBe(true);
    expect(await open('e2')).toBe(false);
    const job = { id: 'j', kind: 'sweep', class: null, actor: '', state: 'running' as const };
    const counts = { total: 0, done: 0, changed: 0, failed: 0, problem: null, stage: 0, cursor: null };
    await putJob(tables.jobs, { ...job, ...counts, started: now, updated: now });
    expect(await losing('UpdateItem', () => claimJob(tables.jobs, 'j', 'one', now))).toBe(true);
    expect(await claimJob(tables.jobs, 'j', 'two', now)).toBe(false);
  });
});
