/**
 * What grows besides the number of children: tasks, requests and consents of an office, jobs, a person's entries, the log,
 * writers. Everything that grows is put into the store directly, and each operation goes over HTTP.
 *
 *     npm run bench flat-lists
 *     LOG=10000,100000,1000000 ONLY=log npm run bench flat-lists
 */
import { withTables } from '../../functions/deps.ts';
import { logWriter } from '../../functions/steps/log.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { putCasework } from '../../shared/records/casework/casework.ts';
import { listRequest } from '../../shared/records/casework/requests.ts';
import { inboxOfAgency, openTask } from '../../shared/records/casework/tasks.ts';
import { dueActs, openAct } from '../../shared/records/gateway/pending-acts.ts';
import { inquire, makePerson } from '../gateway/inquiry/world.ts';
import { fillLog } from '../support/long-log.ts';
import { makeWorld, WORDS, type World } from '../verify/world.ts';
import { growthTable } from './growth.ts';

/** From a full page on. */
const LISTS = [100, 1000, 10_000];
const LOG = (process.env['LOG'] ?? '1000,10000,50000').split(',').map(Number);
const WRITERS = (process.env['WRITERS'] ?? '10,100,1000').split(',').map(Number);
/** Milliseconds in which so many writers begin. Those before the last quarter of an hour are retired meanwhile. */
const BEGIN = 30 * 60_000;
/** Milliseconds between two appends of four entries, as a busy log has them. A writer's key lasts a day. */
const PACE = Math.min(800, (40_000_000 / Math.max(...LOG)) * 4);

type Table = ReturnType<typeof growthTable>;

export async function benchFlatLists(): Promise<void> {
  const table = growthTable();
  const only = process.env['ONLY']?.split(',');
  for (const [name, rows] of Object.entries({ lists, log, writers, begun })) {
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
    await take('keeping two records apart, by acts', to, async () => {
      const answer = await gateway.call('mca-county', office, 'DELETE', `/v1/subjects/${ref}/merge`, {});
      if (answer.json?.code !== 'CONFLICT') throw new Error(answer.text);
    });
  });
}

async function log({ gateway, now, later }: World, { take }: Table): Promise<void> {
  const [long, short] = [await makePerson(gateway, { years: 15 }), await makePerson(gateway, { years: 15 })];
  await fillLog(gateway, short.subject, 10, { now });
  const at = (path: string) => () => gateway.audit(path);
  await grow(LOG, async (from, to) => {
    await fillLog(gateway, long.subject, to - from, { now, batch: 4, pace: PACE });
    await take('newest 50 entries, by the log', to, at('/v1/log/entries?limit=50'));
    await take(
      '50 entries of an office and purpose, by the log',
      to,
      at('/v1/log/entries?agency=mca-county&purpose=W1&limit=50'),
    );
    await take('heads of the writers, by the log', to, at('/v1/log/heads'));
    await take('counts by day, by the log', to, at('/v1/log/stats?by=purpose'));
    await take('release by match, by the log', to, async () => {
      const details = { actions: ['release'], purpose: 'W1', ...WORDS };
      const body = { subjects: [{ match: short.match }], fields: ['name'] };
      const { status, text } = await gateway.call('mca-county', details, 'POST', '/v1/releases', body);
      if (status !== 200 || text.includes('"refused"')) throw new Error(text);
    });
    const ask = async (match: object) => {
      const { json, text } = await inquire(gateway, match, 'child');
      if (!json?.held) throw new Error(text);
    };
    // A desk makes so many inquiries a day.
    later();
    const first = () => ask(long.match);
    await take('first part of an inquiry, by the entries of the child', to, first, 1);
    // As a gateway at work has it: what is not in the tree is read by day.
    await gateway.sequencer.step();
    await gateway.sequencer.step();
    const own = () => ask(short.match);
    await take('inquiry of a child with 10 to 40 entries, by the log', to, own, 1);
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
    await take('append and step of the tree, by active writers', to, async () => {
      await append(mine);
      await gateway.sequencer.step();
    });
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
    await take('append and step of the tree, by writers that began in half an hour', size, async () => {
      await mine.append([{ kind: 'publication', outcome: 'published', words: {} } as never]);
      await gateway.sequencer.step();
    });
  }
}

async function grow(sizes: readonly number[], step: (from: number, to: number) => Promise<void>) {
  for (const [i, size] of sizes.entries()) await step(sizes[i - 1] ?? 0, size);
}
