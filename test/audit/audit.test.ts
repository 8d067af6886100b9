import { hash, verify } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { AUDIT_ENV } from '../../functions/audit/deps.ts';
import { writerKeyOf } from '../../infra/local/settings.ts';
import { EntriesResponse } from '../../shared/contract/routes/log.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { fromAttributes } from '../../shared/log/write/item.ts';
import { queryAll } from '../../shared/store/table.ts';
import { MEMBERS, opens } from '../../shared/tree/commitments.ts';
import { decision, vouchFor } from '../log/log.ts';
import { verifyChain } from '../support/whole-chain.ts';
import { openLogged } from './rig.ts';

const { rig, ids, subject: SUBJECT, logId: LOG_ID } = await openLogged();
afterAll(() => rig.close());

const audit = (path: string, headers?: Record<string, string>) =>
  rig.get('audit-office', 'audit', path, headers);
const idsOf = (answer: { json: { entries: { id: string; kind: string }[] } }) =>
  answer.json.entries.filter(({ kind }) => kind !== 'writer' && kind !== 'reading').map(({ id }) => id);

describe('GET /v1/log/entries', () => {
  test('shows entries newest first with their words, and never a subject id', async () => {
    const answer = await audit('/v1/log/entries');
    expect(answer.status).toBe(200);
    expect(v.is(EntriesResponse, answer.json)).toBe(true);
    expect(idsOf(answer)).toEqual(ids.toReversed());
    // The newest is this look itself, the first of its writer.
    const [reading] = answer.json.entries;
    const newest = answer.json.entries.find(({ id }: { id: string }) => id === ids[4]);
    expect(reading).toMatchObject({ kind: 'reading', handler: { agency: 'audit-office' } });
    expect(newest).toMatchObject({
      id: ids[4],
      kind: 'decision',
      purpose: 'W1',
      handler: { agency: 'edu-county' },
      fields: { HEALTH: { illness: 'plain' } },
      words: { officer: 'zhang.wei', case: 'EDU-2026-00417', reason: 'winter subsidy, grade 5' },
      leafHash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    expect(answer.text).not.toContain(SUBJECT);
    expect(answer.json).not.toHaveProperty('cursor');
  });

  test('pages by cursor', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await audit(`/v1/log/entries?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...idsOf(answer));
      cursor = answer.json.cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(ids.toReversed());
  });

  test.each([
    ['purpose=W1', [4]],
    ['kind=prohibited', [3]],
    ['outcome=refused', [3]],
    ['officer=zhang.wei&kind=attempt', [0]],
    ['from=2025-11-25T08:00:02Z&to=2025-11-25T08:00:04Z', [3, 2]],
  ])('filters by %s', async (query, places) => {
    expect(idsOf(await audit(`/v1/log/entries?${query}`))).toEqual(places.map((at) => ids[at]));
  });

  test("filters by the auditor's own reference, attempts included, and not by another agency's", async () => {
    const { kms, env } = rig.deps;
    const refFor = async (clientId: string) =>
      (await referencesOf(kms, env.referenceKey, asClientId(clientId))).toRef(asSubjectId(SUBJECT));
    const mine = await audit(`/v1/log/entries?ref=${await refFor('audit-office')}`);
    expect(idsOf(mine)).toEqual([ids[3], ids[1], ids[0]]);
    const theirs = await audit(`/v1/log/entries?ref=${await refFor('edu-county')}`);
    expect(theirs).toMatchObject({ status: 200, json: { entries: [] } });
    expect((await audit('/v1/log/entries?ref=x')).json).toEqual({ entries: [] });
  });

  test('exports lines, with the next page in Link', async () => {
    const accept = { accept: 'application/x-ndjson' };
    const first = await audit('/v1/log/entries?limit=4&kind=decision', accept);
    expect(first.headers.get('content-type')).toBe('application/x-ndjson');
    expect(first.headers.get('link')).toBeNull();
    const lines = first.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id }) => id)).toEqual([ids[4], ids[1]]);

    const part = await audit('/v1/log/entries?limit=1&kind=decision', accept);
    const [, next = ''] =
      /^<http:\/\/127\.0\.0\.1:8787([^>]+)>; rel="next"$/.exec(part.headers.get('link') ?? '') ?? [];
    const rest = await audit(next, accept);
    expect(JSON.parse(part.text).id).toBe(ids[4]);
    expect(JSON.parse(rest.text.split('\n')[0] ?? '').id).toBe(ids[1]);
  });

  test.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'from=yesterday',
    'cursor=x',
    'wish=1',
    'kind=',
    'kind=a&kind=b',
  ])('refuses %s', async (query) => {
    const answer = await audit(`/v1/log/entries?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  test('needs a token with the action', async () => {
    expect((await rig.request('/v1/log/entries')).status).toBe(401);
    const answer = await rig.get('mps-county', 'audit', '/v1/log/entries');
    expect(answer).toMatchObject({ status: 403, json: { code: 'ACTION_NOT_GRANTED' } });
    expect((await rig.get('mps-county', 'intake', '/v1/log/entries')).status).toBe(403);
    expect((await rig.get('mps-county', 'intake', `/v1/log/entries/${ids[0]}`)).status).toBe(403);
  });
});

describe('GET /v1/log/entries/{id}', () => {
  test('contains everything that a stranger needs to verify the entry', async () => {
    const { json } = await audit(`/v1/log/entries/${ids[1]}`);
    const bytes = Buffer.from(json.canonical, 'base64');
    const leafHash = hash('sha256', Buffer.concat([Buffer.of(0), bytes]), 'buffer');
    expect(leafHash.toString('base64')).toBe(json.leafHash);
    const { committed, ...place } = JSON.parse(bytes.toString());
    expect(json).toMatchObject(place);
    const { signature } = json;
    // Every member opens, including absent ones. Members that lead to the person in other tables are not
    // shown.
    const opened = Object.entries(json.openings) as [string, { salt: string; text: string }][];
    expect(opened.map(([name]) => name).sort()).toEqual(
      MEMBERS.filter((name) => name !== 'internal' && name !== 'area').sort(),
    );
    const all = Buffer.from(committed, 'base64');
    for (const [name, opening] of opened) expect(opens(sha256, all, name, opening)).toBe(true);
    expect(JSON.parse(json.openings.fields.text)).toEqual(json.fields);
    expect(json.openings.programme.text).toBe('');

    const first = await audit(`/v1/log/entries/${json.writer}-0-0`);
    const x = Buffer.from(first.json.certificate.key, 'base64').toString('base64url');
    const statement = Buffer.concat([Buffer.from('fieldgate leaf v2\n'), leafHash]);
    const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const;
    expect(verify(null, statement, key as never, Buffer.from(signature, 'base64'))).toBe(true);
  });

  test('match the receipt of the entry', async () => {
    const [receipt] = await rig.log.append([decision({ fields: {} })]);
    const { json } = await audit(`/v1/log/entries/${receipt?.entry}`);
    expect(json).toMatchObject({ leafHash: receipt?.leafHash, signature: receipt?.signature });
  });

  test.each(['x', `${'0'.repeat(32)}-0-0`, '__proto__'])('is 404 for %s', async (id) => {
    expect(await audit(`/v1/log/entries/${id}`)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  });
});

test('the chain that the gateway wrote verifies with the public writer key of KMS', async () => {
  const { tables, kms, env } = rig.deps;
  const writer = ids[0]?.split('-')[0] ?? '';
  const items = await queryAll(tables.log, 'writer = :writer', { writer });
  const head = verifyChain(items.map(fromAttributes), [
    vouchFor(await publicKeyOf(kms, writerKeyOf(env, 'release')), 'release'),
    vouchFor(await publicKeyOf(kms, writerKeyOf(env, 'audit')), 'audit'),
  ]);
  expect(head.seq).toBe(items.length - 1);
});

test('each reading of an auditor is an entry, and without it nothing is shown', async () => {
  const readings = async () => idsIn(await audit('/v1/log/entries?kind=reading&limit=1000'));
  const before = await readings();
  await audit(`/v1/log/entries/${ids[1]}`);
  const after = (await audit('/v1/log/entries?kind=reading&limit=1000')).json.entries;
  // The reading of one entry, and of this list itself.
  expect(after.length).toBe(before.length + 2);
  expect(after[1]).toMatchObject({
    ...{ about: ids[1], subject: LOG_ID, outcome: 'read' },
    handler: { agency: 'audit-office' },
  });
});
const idsIn = (answer: { json: { entries: { id: string }[] } }) => answer.json.entries.map(({ id }) => id);

test('no setting is asked for twice', () => {
  expect(new Set(AUDIT_ENV).size).toBe(AUDIT_ENV.length);
});
