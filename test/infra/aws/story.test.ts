/**
 * The complete story of a child in the deployed stack, with the offices around it: see `world.ts` for the
 * real parts.
 */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import pack from '#pack/pack.json' with { type: 'json' };
import { ROUTES, SCHEDULED } from '../../../infra/aws/routes.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { roleGrants, SESSION } from '../grants.ts';
import { PACK, synthesise } from '../synthesise.ts';
import { type Deployed, deployed } from './world.ts';

let world: Deployed;
beforeAll(async () => {
  world = await deployed();
}, 300_000);
afterAll(() => world?.close());

const ID_NUMBER = '99000120130506001X';
const SUBJECT = { match: { id_number: ID_NUMBER } };
const NAME = '测试儿童甲';
const ASK = { collection: PACK.collection, subjects: [SUBJECT], fields: ['name'] };
const DESK = { actions: ['casework'], officer: 'chen.jing', reason: 'at the desk', case: 'DESK-1' };
const SUPPORT = { actions: ['release'], case: 'EDU-2026-1', officer: 'zhang.wei', reason: 'subsidy' };

it('creates the complete stack', () => {
  expect(Object.values(world.deployment.status)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
  expect([...world.lambdas.keys()].sort()).toEqual([...Object.keys(ROUTES), ...SCHEDULED].sort());
});

it('reads a valid document of the API, with every path in it', () =>
  expect(world.deployment.served).toEqual(expect.arrayContaining(Object.values(ROUTES).flat())));

it('gives each role in IAM the rights of the template', () => {
  const roles = Object.entries(world.deployment.roles).map(([id, statements]) => {
    const name = id.startsWith('SessionRole') ? SESSION : id.replace(/Role[0-9A-F]{8}$/, '');
    const pairs = statements.flatMap(({ Effect, Action, Resource }) =>
      Effect === 'Deny' ? [] : [Action].flat().flatMap((action) => [Resource].flat().map(() => action)),
    );
    return [name, pairs.sort()] as const;
  });
  const grants = roleGrants(synthesise());
  const functions = roles.filter(([name]) => name === SESSION || world.lambdas.has(name));
  expect(functions).toHaveLength(world.lambdas.size + 1);
  for (const [name, actions] of functions) {
    const meant = grants.filter(({ fn }) => fn === name).map(({ action }) => action);
    expect([name, actions]).toEqual([name, meant.sort()]);
  }
});

it('registers offices over HTTP, each by two stewards', async () => {
  const register = (id: string, officer: string, rights: object = {}) =>
    world.gate.call(
      'steward-office',
      { actions: ['steward'], officer, reason: 'joins' },
      'POST',
      '/v1/agencies',
      { ...world.recordOf(id), ...rights },
    );
  const byTwo = async (id: string, rights: object = {}) => {
    const first = await register(id, 'chen.jie', rights);
    return [id, first.status, (await register(id, 'li.na', rights)).status];
  };
  for (const id of [
    'mca-county',
    'mps-county',
    'edu-county',
    'court-county',
    'charity-sunrise',
    'audit-office',
  ])
    expect(await byTwo(id)).toEqual([id, 202, 200]);
  const cyberspace = { departments: ['CAC'], roles: ['cyberspace-office'], purposes: ['N1'] };
  expect(await byTwo('press-office', cyberspace)).toEqual(['press-office', 202, 200]);
});

it('stores a record, releases the fields of a purpose, refuses a prohibited use, and logs all of it', async () => {
  const intake = await world.gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [
      {
        match: { id_number: ID_NUMBER },
        fields: {
          name: NAME,
          birth_date: '2013-05-06',
          division_code: '990001001001',
          hardship_category: ['poor-family'],
          benefits: [],
          guardianship_status: { status: 'normal', conflict: false },
          guardian_identity: GUARDIAN,
        },
      },
    ],
  });
  expect([intake.status, intake.json?.results?.[0]?.problem]).toEqual([200, undefined]);

  const release = await releaseName();
  expect(release.status).toBe(200);
  expect(Object.keys(release.json.results[0].fields)).toEqual(['name']);

  const prohibited = await world.gate.call(
    'edu-county',
    { ...SUPPORT, purpose: 'PX3' },
    'POST',
    '/v1/releases',
    ASK,
  );
  expect([prohibited.status, prohibited.json.code]).toEqual([403, 'PROHIBITED_PURPOSE']);

  const log = await world.gate.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/log/entries');
  expect(log.status).toBe(200);
  for (const kind of ['intake', 'decision', 'prohibited']) expect(log.text).toContain(`"${kind}"`);
  expect(log.text).not.toContain(NAME);
});

it('seals an answer to the office, signed by the key of answers', async () => {
  const sealed = await world.gate.call(
    'edu-county',
    { ...SUPPORT, purpose: 'S1' },
    'POST',
    '/v1/releases',
    ASK,
    {
      accept: 'application/jose',
    },
  );
  expect([sealed.status, sealed.headers.get('content-type')]).toEqual([200, 'application/jose']);
  const jwks = await fetch(`${world.publicUrl}/.well-known/jwks.json`);
  const { keys } = (await jwks.json()) as { keys: unknown[] };
  expect(keys).toHaveLength(2);
});

/** The court's reference to the child. */
let heard = '';

it('files a request, lets the owner approve, and collects the approved fields', async () => {
  const hearing = {
    actions: ['release'],
    purpose: 'J1',
    case: 'CR-2026-077',
    officer: 'wu.jun',
    reason: 'hearing of the case',
  };
  const ask = (more: object = {}) =>
    world.gate.call('court-county', hearing, 'POST', '/v1/releases', {
      ...ASK,
      context: { instrument: 'WRIT-77', ...more },
    });
  const filed = await ask();
  expect([filed.status, filed.json?.code]).toEqual([202, undefined]);
  const { request } = filed.json;
  const owner = { ...DESK, officer: 'gao.feng', reason: 'the writ names this child' };
  const approve = `/v1/requests/${request}/approve`;
  const said = await Promise.all(
    ['mps-county', 'mca-county'].map((office) => world.gate.call(office, owner, 'POST', approve, {})),
  );
  expect(said.map(({ status }) => status)).toContain(200);
  const collected = await ask({ request });
  expect([collected.status, collected.text.includes(NAME)]).toEqual([200, true]);
  heard = collected.json.results[0].ref;
});

it('reports to the cyberspace office whether a leaked number is of a child, without opening anything', async () => {
  const details = {
    actions: ['release'],
    purpose: 'N1',
    officer: 'gao',
    case: 'LEAK-1',
    reason: 'a list was found',
  };
  const answer = await world.gate.call('press-office', details, 'POST', '/v1/leak-checks', {
    collection: PACK.collection,
    candidates: [ID_NUMBER, '99000120130506002X'],
  });
  expect([answer.status, answer.json?.results]).toEqual([200, ['MATCH', 'NO_MATCH']]);
});

it('answers a charity once a consent is on file, with a proof that anyone can check', async () => {
  const at = new Date(Date.now() - 60_000).toISOString();
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const proof = { method: 'signed-form', noticeVersion: noticeFor('C1'), evidence: 'e'.repeat(64) };
  const consent = await world.gate.call('mca-county', DESK, 'POST', '/v1/consents', {
    subject: SUBJECT,
    purpose: 'C1',
    recipient: 'charity-sunrise',
    fields: pack.programmes['warm-home'].fields,
    ...{ from: at, until, at, giver: 'guardian', relation: 'parent', ...proof },
    document: card(GUARDIAN.id_number),
  });
  expect([consent.status, consent.json?.code]).toEqual([200, undefined]);
  const verify = {
    actions: ['verify'],
    purpose: 'C1',
    officer: 'he.yu',
    reason: 'aid application',
    case: 'A-1',
  };
  const ask = { programme: 'warm-home', subject: SUBJECT };
  const answer = await world.gate.call('charity-sunrise', verify, 'POST', '/v1/verifications', ask);
  expect([answer.status, answer.json?.outcome]).toEqual([200, 'YES']);
  const list = JSON.parse(Buffer.from(answer.json.attestation.split('.')[1], 'base64url').toString()).status;
  const status = await fetch(list.status_list.uri);
  expect([status.status, status.headers.get('content-type')]).toEqual([200, 'application/statuslist+jwt']);
});

it('revokes that proof if the record no longer supports it', async () => {
  const verify = world.lambdas.get('verify') ?? expect.fail();
  expect(await verify.invoke({ fieldgate: 'recheck' })).toEqual({ revoked: 0 });
  const records = [{ ...SUBJECT, fields: { hardship_category: null } }];
  const intake = await world.gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records,
  });
  expect([intake.status, intake.json?.results?.[0]?.problem]).toEqual([200, undefined]);
  expect(await verify.invoke({ fieldgate: 'recheck' })).toEqual({ revoked: 1 });
});

it('freezes, and releases nothing until two people have lifted it', async () => {
  const freeze = await world.gate.call('mca-county', DESK, 'POST', '/v1/freezes', {
    target: { subject: SUBJECT },
  });
  expect([freeze.status, freeze.json?.code]).toEqual([200, undefined]);
  expect((await releaseName()).json.results[0].refused).toEqual({ code: 'REFUSED' });
  const lift = (officer: string) =>
    world.gate.call('mca-county', { ...DESK, officer }, 'DELETE', `/v1/freezes/${freeze.json.freeze.id}`);
  expect([(await lift('li.na')).status, (await lift('wang.fang')).status]).toEqual([202, 200]);
  expect(Object.keys((await releaseName()).json.results[0].fields)).toEqual(['name']);
});

it('opens the tasks that log entries require', async () => {
  await (world.lambdas.get('casework') ?? expect.fail()).invoke({ fieldgate: 'tasks' });
  const tasks = await world.gate.call('edu-county', DESK, 'GET', '/v1/tasks');
  const kinds = tasks.json.tasks.map(({ kind }: { kind: string }) => kind);
  expect([tasks.status, kinds]).toEqual([200, ['notice', 'delete-ended']]);
});

it('erases with two people of two lines by a court’s order, after which nothing is released', async () => {
  const record = { match: SUBJECT.match, fields: {} };
  const again = await world.gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [{ ...record, fields: { hardship_category: ['orphan'] } }],
  });
  const { ref } = again.json.results[0];
  const erase = (office: string, officer: string, own: string, words: object) =>
    world.gate.call(office, { ...DESK, officer }, 'POST', `/v1/subjects/${own}/erase`, words);
  const order = await erase('court-county', 'wu.jun', heard, { instrument: 'ORDER-9' });
  expect([order.status, (await erase('mca-county', 'wang.fang', ref, {})).status]).toEqual([202, 200]);
  expect((await releaseName()).json.results[0].refused).toEqual({ code: 'REFUSED' });
  const log = await world.gate.call(
    'audit-office',
    { actions: ['audit'] },
    'GET',
    '/v1/log/entries?kind=erasure',
  );
  expect(log.json.entries.length).toBeGreaterThan(0);
});

it('grows the tree of the log in S3, and serves its checkpoint', async () => {
  await (world.lambdas.get('sequencer') ?? expect.fail()).invoke({});
  const [, size] = (await (await fetch(`${world.publicUrl}/log/checkpoint`)).text()).split('\n');
  expect(Number(size)).toBeGreaterThan(3);
  const { Contents = [] } = await world.s3.send(
    new ListObjectsV2Command({ Bucket: world.setting('edgeBucket') }),
  );
  expect(Contents.map(({ Key }) => Key)).toContain('checkpoint');
  const audit = (path: string) => world.gate.call('audit-office', { actions: ['audit'] }, 'GET', path);
  const { id, leafHash } = (await audit('/v1/log/entries?kind=decision&limit=1')).json.entries[0];
  const { json } = await audit(`/v1/log/proofs/inclusion?entry=${id}`);
  expect(json).toMatchObject({ size: Number(size), leafHash });
});

it('watches over that tree, and suspends an agency after two prohibited requests', async () => {
  const watch = world.lambdas.get('watch') ?? expect.fail();
  await watch.invoke({});
  // The output of a function arrives by another way than its answer.
  await expect.poll(() => watch.output()).toMatch(/WatchBehind.*\n/);
  const run = watch
    .output()
    .split('\n')
    .find((line) => line.includes('WatchBehind'));
  // A count of nothing is left out.
  expect(JSON.parse(run ?? '')).toMatchObject({ WatchBehind: 0, ReconcileBehind: 0 });
  expect(run).not.toMatch(/WatchFailures|ReconcileFaults/);
  const alerts = await world.gate.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/alerts');
  expect(alerts.text).toContain('PROHIBITED_PURPOSE');
  await world.gate.call('edu-county', { ...SUPPORT, purpose: 'PX3' }, 'POST', '/v1/releases', ASK);
  expect((await releaseName()).json.code).toBe('AGENCY_SUSPENDED');
});

it('is ready, and made no call that a role refuses', async () => {
  expect((await fetch(`${world.publicUrl}/readyz`)).status).toBe(200);
  expect(world.judge.refused).toEqual([]);
});

const releaseName = () =>
  world.gate.call('edu-county', { ...SUPPORT, purpose: 'S1' }, 'POST', '/v1/releases', ASK);
