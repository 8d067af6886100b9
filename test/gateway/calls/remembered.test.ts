/** A call that began with what its instance remembers, when register or policy say something else by now. */
import { brotliDecompressSync } from 'node:zlib';
import { beforeEach, expect, it } from 'vitest';
import shipped from '#pack/shipped.ts';
import { type Agency, putAgency, readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, asEntryId } from '../../../shared/ids.ts';
import { hashOf } from '../../../shared/policy/pack/load-pack.ts';
import { movePointer, putPublished } from '../../../shared/records/gateway/policies.ts';
import { deleteItem } from '../../../shared/store/table.ts';
import { type Details, dpopProof, fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { separate } from './separate.ts';

const WORDS = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const S1: Details = { actions: ['release'], purpose: 'S1', ...WORDS };
const EDU = asClientId('edu-county');
const UNSEEN = 6_000;

let ahead = 0;
const gateway = await fileGateway({ now: () => Date.now() + ahead });
/** Another instance, whose changes no cache of this gateway hears of. */
const { tables } = await separate(gateway);
const { agency: first } = (await readAgency(tables.agencies, EDU)) ?? expect.fail();
const change = (changed: Partial<Agency>) => putAgency(tables.agencies, { ...first, ...changed });

const match = { id_number: freshNumber() };
await gateway.put('mps-county', { match, fields: { name: '张三', birth_date: BORN } });
await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
const body = { collection: 'children', fields: ['name'], subjects: [{ match }] };

/** A token under which nothing has been asked yet, once the instance has seen the caller and some time has passed. */
async function remembered() {
  await gateway.call('edu-county', S1, 'POST', '/v1/releases', body);
  const token = await gateway.token('edu-county', S1);
  ahead += UNSEEN;
  return token;
}
const entries = async () => (await gateway.audit('/v1/log/entries?agency=edu-county&limit=1000')).entries;
const kinds = async () => (await entries()).map(({ kind }: { kind: string }) => kind);
const decrypts = () => gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;

beforeEach(() => change({}));

/** What the log has and KMS has seen since. */
async function since() {
  const [before, opened] = [(await kinds()).length, decrypts()];
  return async () => {
    const all = await kinds();
    return { logged: all.slice(0, all.length - before), decrypts: decrypts() - opened };
  };
}

it('a release whose caller was suspended meanwhile opens nothing and leaves one attempt in the log', async () => {
  const token = await remembered();
  const seen = await since();
  await change({ suspended: true });
  for (let n = 0; n < 3; n++) {
    const { json } = await gateway.send(token, 'POST', '/v1/releases', body);
    expect(json.code).toBe('AGENCY_SUSPENDED');
    ahead += UNSEEN;
  }
  expect(await seen()).toEqual({ logged: ['attempt'], decrypts: 0 });
});

it('a release under a purpose that was taken away meanwhile is refused by what the register says', async () => {
  const token = await remembered();
  const seen = await since();
  await change({ purposes: first.purposes.filter((code) => code !== 'S1') });
  const { status, json } = await gateway.send(token, 'POST', '/v1/releases', body);
  expect([status, json.code]).toEqual([403, 'PURPOSE_NOT_FOR_ROLE']);
  expect(await seen()).toEqual({ logged: ['denial', 'attempt'], decrypts: 0 });
});

it('a release that the remembered record refuses is made if the register permits it, and no refusal is logged', async () => {
  await change({ purposes: first.purposes.filter((code) => code !== 'S1') });
  const token = await remembered();
  const seen = await since();
  await change({});
  const { status, text } = await gateway.send(token, 'POST', '/v1/releases', body);
  expect(status, text).toBe(200);
  expect((await seen()).logged).toEqual(['decision', 'attempt']);
});

it('a call by an agency that was removed has no valid token', async () => {
  const token = await remembered();
  await deleteItem(tables.agencies, { clientId: { S: EDU } });
  expect((await gateway.send(token, 'POST', '/v1/releases', body)).json.code).toBe('TOKEN_INVALID');
});

it('a call that begins again claims its proof once, and the proof serves no second one', async () => {
  const token = await remembered();
  await change({ trainedUntil: '2099-01-01' });
  const url = new URL(`${gateway.url}/v1/releases`);
  const dpop = await dpopProof(token.dpop, 'POST', url, Date.now() + ahead, token.value);
  const answers = [];
  for (let n = 0; n < 2; n++) answers.push(await gateway.send(token, 'POST', '/v1/releases', body, { dpop }));
  expect(answers.map(({ status, json }) => json.code ?? status)).toEqual([200, 'DPOP_REPLAYED']);
});

it('a release after a publication is decided by the new policy, and its entry says so', async () => {
  const token = await remembered();
  const compiled = JSON.parse(brotliDecompressSync(Buffer.from(shipped, 'base64')).toString('utf8'));
  const next = { ...compiled, version: '2099.1' };
  const published = { version: next.version, hash: hashOf(next), at: new Date().toISOString() };
  const entry = asEntryId('AAAAAAAAAAAAAAAAAAAAAA-1-0');
  const text = JSON.stringify({ ...next, hash: published.hash });
  await putPublished(tables.policy, { ...published, entry }, text);
  expect(await movePointer(tables.policy, null, { ...published, entry })).toBe(true);
  // An instance reads the pointer again after 30 s.
  ahead += 30_000;
  const { status, text: answer } = await gateway.send(token, 'POST', '/v1/releases', body);
  expect(status, answer).toBe(200);
  const seen: { kind: string; policy: { version: string } }[] = (await entries()).slice(0, 3);
  expect(seen.map(({ kind, policy }) => [kind, policy.version])).toEqual([
    ['decision', '2099.1'],
    ['attempt', '2099.1'],
    ['attempt', compiled.version],
  ]);
});

it.each<[string, Partial<Agency>]>([
  ['AGENCY_SUSPENDED', { suspended: true }],
  ['ACTION_NOT_GRANTED', { actions: [] }],
])(
  'a refusal by %s ends with the change of the record, however short ago that was read',
  async (code, denied) => {
    const token = await remembered();
    await change(denied);
    expect((await gateway.send(token, 'POST', '/v1/releases', body)).json.code).toBe(code);
    await change({});
    const { status, text } = await gateway.send(token, 'POST', '/v1/releases', body);
    expect(status, text).toBe(200);
  },
);

it('a call that begins again counts itself once against the rate, unless that is what changed', async () => {
  const rates = { agency: 30, officer: 30 };
  const release = async (subjects: number, changed: Partial<Agency>) => {
    await change({ rates });
    const token = await remembered();
    ahead += 61_000;
    await change(changed);
    const asked = { ...body, subjects: Array.from({ length: subjects }, () => ({ match })) };
    const { status, json } = await gateway.send(token, 'POST', '/v1/releases', asked);
    return json.code ?? status;
  };
  expect(await release(20, { rates, trainedUntil: '2099-01-01' })).toBe(200);
  // As many as the new limit, which the second count meets after none of the first.
  expect(await release(20, { rates: { agency: 19, officer: 19 } })).toBe('RATE_LIMITED');
  expect(await release(20, {})).toBe(200);
});

it('while the register cannot be read nothing follows from what is remembered but one attempt in the log', async () => {
  const token = await remembered();
  const seen = await since();
  await change({ suspended: true });
  const table = gateway.env.agenciesTable;
  gateway.faults.add({ service: 'store', kind: 'error', times: 1000, operation: 'GetItem', table });
  const codes = [];
  for (const asked of [body, body, { ...body, subjects: [] }])
    codes.push((await gateway.send(token, 'POST', '/v1/releases', asked)).json.code);
  gateway.faults.clear();
  expect(new Set(codes)).toEqual(new Set(['STORE_UNAVAILABLE']));
  expect((await gateway.send(token, 'POST', '/v1/releases', body)).json.code).toBe('AGENCY_SUSPENDED');
  expect(await seen()).toEqual({ logged: ['attempt'], decrypts: 0 });
});

it.each([
  ['child missing since noon', 0],
  ['主播正在直播虐待儿童', 1],
] as const)(
  'an emergency (%s) that begins again raises its alert once and uses the token of the second officer once',
  async (reason, raised) => {
    const MPS = asClientId('mps-county');
    const { agency: police } = (await readAgency(tables.agencies, MPS)) ?? expect.fail();
    const E1: Details = {
      actions: ['release'],
      purpose: 'E1',
      officer: 'wu.jun',
      reason,
    };
    const context = { imminentDangerAttested: true };
    await gateway.call(MPS, E1, 'POST', '/v1/releases', { ...body, context });
    const token = await gateway.token(MPS, E1);
    ahead += UNSEEN;
    await putAgency(tables.agencies, { ...police, trainedUntil: `209${raised}-01-01` });
    const alerts = async () =>
      (await gateway.audit('/v1/log/entries?agency=mps-county&kind=alert&limit=1000')).entries.length;
    const before = await alerts();
    const asking = { purpose: 'E1', subjects: body.subjects, first: 'wu.jun' };
    const colleague = { actions: ['casework'], officer: 'qian.bo', reason };
    const word = await gateway.call(MPS, colleague, 'POST', '/v1/releases/seconds', asking);
    const asked = { ...context, second: word.json.second };
    const { status, text } = await gateway.send(token, 'POST', '/v1/releases', { ...body, context: asked });
    expect(status, text).toBe(200);
    expect((await alerts()) - before).toBe(raised);
  },
);

it('an intake that begins again is stored once under its key, and one of a suspended office is not', async () => {
  const MPS = asClientId('mps-county');
  const { agency: police } = (await readAgency(tables.agencies, MPS)) ?? expect.fail();
  const intake = async (key: string, changed: Partial<Agency>) => {
    await gateway.put(MPS, { match, fields: { name: '张三' } });
    const token = await gateway.token(MPS, { actions: ['intake'] });
    ahead += UNSEEN;
    await putAgency(tables.agencies, { ...police, ...changed });
    const records = [{ match: { id_number: freshNumber() }, fields: { name: '李四' } }];
    const send = async () => {
      const headers = { 'idempotency-key': key };
      const { text, json } = await gateway.send(token, 'POST', '/v1/intake', { records }, headers);
      return json.code ?? text;
    };
    const stored = async () =>
      (await gateway.audit('/v1/log/entries?agency=mps-county&kind=intake&limit=1000')).entries.length;
    const before = await stored();
    const answers = [await send(), await send()];
    await putAgency(tables.agencies, police);
    return { answers, stored: (await stored()) - before, send };
  };
  const begun = await intake('k'.repeat(22), { trainedUntil: '2089-01-01' });
  expect(begun.answers[0]).toContain('"created":true');
  expect(begun.answers[1]).toBe(begun.answers[0]);
  expect(begun.stored).toBe(1);
  const refused = await intake('s'.repeat(22), { suspended: true });
  expect(refused.answers).toEqual(['AGENCY_SUSPENDED', 'AGENCY_SUSPENDED']);
  expect(refused.stored).toBe(0);
  // The refused call has not used up its key.
  expect(await refused.send()).toContain('"created":true');
});
