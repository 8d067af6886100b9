/** The sentences of law of a version, with the proof that stands in its compiled file and no other. */
import { expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { hashOf } from '../../shared/policy/pack/load-pack.ts';
import { fileGateway } from '../support/gateway.ts';

const NAME = 'hiv-two-people';
const gateway = await fileGateway();
const steward = (officer: string) => ({ actions: ['steward'], officer, reason: 'the yearly review' });
type Sentences = { name: string; say: object; verdict: unknown }[];
const of = (sentences: Sentences) => sentences.find(({ name }) => name === NAME)?.verdict;

async function get(query = ''): Promise<Sentences> {
  const token = await gateway.token('audit-office', { actions: ['audit'] });
  return (await gateway.send(token, 'GET', `/v1/policy/sentences${query}`)).json.sentences;
}

const { hash: _, proof, ...rest } = compiled;
const other = { ...rest, version: '2026.9' };
const next = { ...other, hash: hashOf(other) };
const against = { purpose: 'J1', role: 'police', what: 'hiv_status: plain', request: { at: 1 } };
const broken = { cells: 1, cases: 1, holds: false, against };
const withProof = { ...next, proof: { hash: next.hash, sentences: { [NAME]: broken } } };

it('are those of the deployment, in the languages of the pack', async () => {
  const shown = await get();
  expect(shown.map(({ name }) => name)).toEqual(Object.keys(compiled.theorems));
  for (const { say } of shown) expect(Object.keys(say)).toEqual(['en', 'zh']);
  expect(of(shown)).toEqual(proof.sentences[NAME]);
});

it('are shown of a proposed version with the proof that is its own', async () => {
  const preview = async (pack: object) => {
    const path = '/v1/policy/versions/preview';
    return of((await gateway.call('steward-office', steward('chen'), 'POST', path, { pack })).json.sentences);
  };
  expect(await preview(withProof)).toEqual(broken);
  expect(await preview(next)).toBe(null);
  for (const none of ['x', proof, { ...withProof.proof, sentences: 1 }])
    expect(await preview({ ...next, proof: none })).toBe(null);
});

it('are not published broken, and keep the proof with which they were published, which both stewards have found and the entry binds', async () => {
  const publish = (officer: string, pack: object, entry?: string) =>
    gateway.call('steward-office', steward(officer), 'POST', '/v1/policy/versions', { pack, entry });
  const refused = await publish('chen', withProof);
  expect([refused.status, refused.json.errors]).toMatchObject([400, [{ path: '/pack/proof' }]]);
  const proven = {
    ...next,
    proof: { hash: next.hash, sentences: { [NAME]: { cells: 1, cases: 2, holds: true } } },
  };
  const first = await publish('chen', proven);
  expect(first.status).toBe(202);
  const { entry } = first.json.receipt;
  for (const other of [next, { ...next, proof: { hash: next.hash, sentences: {} } }])
    expect((await publish('zhou', other, entry)).json.code).toBe('CONFLICT');
  expect((await publish('zhou', proven, entry)).status).toBe(200);
  expect(of(await get('?version=2026.9'))).toEqual(proven.proof.sentences[NAME]);
  expect(of(await get(`?hash=${compiled.hash}`))).toEqual(proof.sentences[NAME]);
});
