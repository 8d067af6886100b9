/**
 * What grows besides the number of children: tasks, requests and consents of an office, jobs, a person's entries, the log,
 * writers. Everything that grows is put into the store directly, and each operation goes over HTTP.
 *
 *     npm run bench flat-lists
 *     LOG=10000,100000,1000000 ONLY=log FOLDER=log npm run bench flat-lists
 */
import { withTables } from '../../functions/deps.ts';
import { logWriter } from '../../functions/steps/log.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { listRequest } from '../../shared/records/casework/requests.ts';
import { inboxOfAgency, openTask } from '../../shared/records/casework/tasks.ts';
import { dueActs, openAct } from '../../shared/records/gateway/pending-acts.ts';
import { makeWorld, type World } from '../verify/world.ts';
import { benchFlatLog } from './flat-log.ts';
import { growthTable } from './growth.ts';

/** From a full page on. */
const LISTS = (process.env['LISTS'] ?? '100,1000,10000').split(',').map(Number);
const WRITERS = (process.env['WRITERS'] ?? '10,100,1000').split(',').map(Number);
/** Steps until the compiler has done its part, which the first size alone would have, and rounds enough for a machine with other work. */
const WARM = { warm: 300, rounds: 40, calls: 5 };
/** Milliseconds in which so many writers begin. Those before the last six minutes are retired meanwhile. */
const BEGIN = 30 * 60_000;

type Table = ReturnType<typeof growthTable>;

export async function benchFlatLists(): Promise<void> {
  const table = growthTable();
  const only = process.env['ONLY']?.split(',');
  if (!only || only.includes('log')) await benchFlatLog(table.take);
  for (const [name, rows] of Object.entries({ lists, writers, begun })) {
    if (only && !only.includes(name)) continue;
    const world = await makeWorld();
    await rows(world, table);
    await world.gateway.close();
  }
  table.print();
}

async function lists(world: World, { take }: Table): Promise<void> {
  const { gateway } = world;
  const { tables } = gateway;
  const child = await world.ready();
  const ref = await world.refOf('mca-county', child.subject);
  const office = { actions: ['casework'], officer: 'li.na', reason: 'looks at the list' };
  const get = async (path: string, agency = 'mca-county') => {
    const { status, text } = await gateway.call(agency, office, 'GET', path);
    if (status !== 200) throw new Error(text);
  };
  const at = new Date(world.now()).toISOString();
  const expires = world.now() / 1000 + 86_400;
  await grow(LISTS, async (from, to) => {
    for (let i = from; i < to; i++) {
      const task = {
        kind: 'notice',
        inbox: inboxOfAgency(asClientId('mca-county')),
        about: `bench-${i}-0`,
        subject: null,
      };
      await openTask(tables.tasks, { ...task, due: at, opened: at, owners: [], details: {} });
    }
    await take('tasks of an office, by its tasks', to, () => get('/v1/tasks?limit=50'));
  });
  const filing = { purpose: 'S1', subjects: [{ match: child.match }], fields: ['edu_assessment'] };
  const words = { case: 'EDU-1', officer: 'zhang.wei', reason: 'support of learning' };
  const filed = await gateway.call('edu-county', { ...office, ...words }, 'POST', '/v1/requests', filing);
  const id = filed.json.request?.id ?? filed.json.id;
  if (!id) throw new Error(filed.text);
  await grow(LISTS, async (from, to) => {
    for (let i = from; i < to; i++) {
      const row = { inbox: 'agency:edu-county', at: new Date(world.now() - i).toISOString() };
      await listRequest(tables.requests, { ...row, id, expires });
    }
    await take('50 requests of an office, by its requests', to, () =>
      get('/v1/requests?box=sent&limit=50', 'edu-county'),
    );
  });
  const other = await world.refOf('mca-county', (await world.child()).subject);
  await grow(LISTS, async (from, to) => {
    for (let i = from; i < to; i++)
      await putCasework(tables.casework, asSubjectId(`${i}`.padStart(22, 'c')), {
        ...{ kind: 'consent', id: `bench-${i}`, document: { recipient: 'mca-county', purpose: 'D1' } },
      });
    await take('consents of a child, by all consents', to, () => get(`/v1/consents?ref=${other}`));
  });
  await grow(LISTS, async (from, to) => {
    for (let i = from; i < to; i++)
      await openAct(
        tables.jobs,
        `bench-${i}`,
        {
          ...{ requester: 'r'.repeat(43), clientId: asClientId('edu-county'), departments: ['EDU'] },
          ...{ entry: `bench-${i}-0` as never, expires: Math.ceil(expires) },
          about: { kind: 'merge', subject: asSubjectId(`${i}`.padStart(22, 'd')) },
          into: asSubjectId(`${i}`.padStart(22, 's')),
        },
        world.now(),
      );
    const over = world.now() + 3 * 86_400_000;
    await dueActs(tables.jobs, over);
    await take('acts that are due, by acts that are over', to, () => dueActs(tables.jobs, over));
    // None waits, which it is told after all acts were looked through.
    await take('stopping a merge, by acts', to, async () => {
      const answer = await gateway.call('mca-county', office, 'DELETE', `/v1/subjects/${ref}/merge`, {});
      if (answer.json?.code !== 'CONFLICT') throw new Error(answer.text);
    });
  });
}

/** A step of the sequencer asks for the next item of each chain that is not retired. */
async function writers({ gateway, now, later }: World, { take }: Table): Promise<void> {
  const { env, kms, dynamo } = gateway;
  const append = (writer: ReturnType<typeof logWriter>) =>
    writer.append([{ kind: 'publication', outcome: 'published', words: {} } as never]);
  const start = () => logWriter(withTables({ env, kms, dynamo, now }), 'steward');
  const mine = start();
  await grow(WRITERS, async (from, to) => {
    for (let i = from; i < to; i++) await append(start());
    for (let i = 0; i < 20; i++) await gateway.sequencer.step();
    later(60_000);
    const work = async () => {
      await append(mine);
      await gateway.sequencer.step();
    };
    await take('append and step of the tree, by active writers', to, work, WARM);
  });
}

/** As many writers begin in half an hour, each with one item. */
async function begun({ gateway, now, later }: World, { take }: Table): Promise<void> {
  const { env, kms, dynamo } = gateway;
  const append = () =>
    logWriter(withTables({ env, kms, dynamo, now }), 'steward').append([
      { kind: 'publication', outcome: 'published', words: {} } as never,
    ]);
  for (const size of WRITERS) {
    for (let i = 0; i < size; i++) {
      await append();
      later(BEGIN / size);
      if (i % Math.ceil(size / 60) === 0) await gateway.sequencer.step();
    }
    const mine = logWriter(withTables({ env, kms, dynamo, now }), 'steward');
    const work = async () => {
      await mine.append([{ kind: 'publication', outcome: 'published', words: {} } as never]);
      await gateway.sequencer.step();
    };
    await take('append and step of the tree, by writers that began in half an hour', size, work, WARM);
  }
}

async function grow(sizes: readonly number[], step: (from: number, to: number) => Promise<void>) {
  for (const [i, size] of sizes.entries()) await step(sizes[i - 1] ?? 0, size);
}
