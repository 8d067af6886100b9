/** One use of a department's fields: what its owner may know of it, and that nothing else can be told apart. */

import { InternalServerError, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { DataEntry } from '../../shared/log/entry/entry.ts';
import { decision } from '../log/log.ts';
import { openLogged } from './rig.ts';

const { rig, ids, subject: SUBJECT, logId: LOG_ID } = await openLogged();
afterAll(() => rig.close());
await rig.register('mps-school', ['MPS'], ['intake']);
await rig.register('cdpf-county', ['CDPF'], ['intake']);
const open = (clientId: string, id: string) => rig.get(clientId, 'intake', `/v1/usage/${id}`);
const used = async (change: Partial<DataEntry>) => {
  const words = { ...decision().words, subject: SUBJECT };
  const [receipt] = await rig.log.append([
    decision({ subject: LOG_ID, outcome: 'released', words, ...change }),
  ]);
  return receipt?.entry ?? expect.fail();
};
const readings = async () => {
  const { json } = await rig.get('audit-office', 'audit', '/v1/log/entries?kind=reading&limit=50');
  return json.entries.filter(({ about }: { about?: string }) => about !== undefined);
};

describe('a use of own fields', () => {
  it('is what the list shows of it, with its proof and the own reference of the person', async () => {
    const [, id = ''] = ids;
    for (const agency of ['mps-county', 'edu-county']) {
      const list = await rig.get(agency, 'intake', '/v1/usage?openings=yes');
      const { status, json } = await open(agency, id);
      const { person, inclusion, ...shown } = json;
      expect([status, shown]).toEqual([200, list.json.entries.find((one: { id: string }) => one.id === id)]);
      const { referenceKey } = rig.env;
      const own = await referencesOf(rig.deps.kms, referenceKey, asClientId(agency));
      expect([person, inclusion]).toEqual([own.toRef(asSubjectId(SUBJECT)), undefined]);
    }
  });

  it('has its proof once the tree holds it', async () => {
    while ((await rig.sequencer.step()).sequenced > 0);
    const [, id = ''] = ids;
    const { json } = await open('mps-county', id);
    const proof = await rig.get('mps-county', 'intake', `/v1/log/proofs/inclusion?entry=${id}`);
    expect(json.inclusion).toEqual(proof.json);
    expect(json.inclusion.leaf).toBe(json.canonical);
  });

  it("has no other department's fields, no officer, no reason and no internal name", async () => {
    const [, id = ''] = ids;
    const { text } = await open('health-hospital', id);
    expect(text).toContain('illness');
    for (const word of ['birth_date', 'school_name', LOG_ID, SUBJECT, 'zhang.wei', 'winter', 'EDU-2026'])
      expect(text).not.toContain(word);
  });

  it('is an entry about it and its person; what is not shown is none', async () => {
    const before = (await readings()).length;
    const id = await used({});
    await open('mps-county', id);
    const [last, ...rest] = await readings();
    expect(rest).toHaveLength(before);
    expect(last).toMatchObject({ about: id, subject: LOG_ID, handler: { agency: 'mps-county' } });
    await open('mps-neighbour', id);
    expect(await readings()).toHaveLength(before + 1);
  });
});

describe('the person of a use', () => {
  const other = { departments: ['MPS'], agency: asClientId('mps-neighbour') };
  it.each<[string, Partial<DataEntry>]>([
    ['under secrecy', { obligations: ['NON_DISCLOSURE'] }],
    ['whose notice waits', { obligations: ['NOTIFY', 'DEFER_NOTICE'] }],
    ['about a conflict', { code: 'CONFLICT_SET' }],
    ['of a purpose without notice', { purpose: 'R1' }],
    ['by an office far away', { handler: other }],
    ['by an unknown office', { handler: { ...other, agency: asClientId('nobody') } }],
  ])('is not named to another line: a use %s', async (_, change) => {
    const id = await used({ ...change, owners: ['CDPF'], fields: { CDPF: { disability_level: 'plain' } } });
    const { status, json } = await open('cdpf-county', id);
    expect([status, 'person' in json]).toEqual([200, false]);
  });

  it('is not named to another line if the recipient is where the person stays', async () => {
    await rig.register('shelter', ['MCA'], ['release']);
    const handler = { departments: ['MCA'], agency: asClientId('shelter') };
    const id = await used({ handler });
    expect((await open('mps-county', id)).json).toHaveProperty('person');
    rig.clock.now += 60_000;
    await rig.registerAs('shelter', ['MCA'], { roles: ['welfare-institution'] });
    expect((await open('mps-county', id)).json).not.toHaveProperty('person');
  });

  it('is named to its own line, whatever the use is: its absence would reveal why', async () => {
    for (const change of [{ obligations: ['NON_DISCLOSURE'] }, { code: 'CONFLICT_SET' }, {}]) {
      const id = await used({ ...change, owners: ['EDU'], fields: { EDU: { school_name: 'plain' } } });
      expect((await open('edu-county', id)).json).toHaveProperty('person');
    }
  });

  it('is no matter of an institution, which reads no uses of its department', async () => {
    await rig.registerAs('edu-school', ['EDU'], { institution: 'School 1', roles: ['school'] });
    const handler = { departments: ['EDU'], agency: asClientId('edu-school') };
    const id = await used({ handler, owners: ['EDU'], fields: { EDU: { school_name: 'plain' } } });
    expect(await open('edu-school', id)).toMatchObject({ status: 403, json: { code: 'ROLE_REQUIRED' } });
    expect((await open('edu-county', id)).json).toHaveProperty('person');
  });
});

describe('everything else is the same 404, by the same reads', () => {
  it('of another owner, of another area, refused, stored, an attempt, an alert, of no person, unknown, malformed', async () => {
    const words = { ...decision().words, subject: SUBJECT };
    const away = decision({ outcome: 'released', words: { ...words, subject: 'elsewhere' } });
    const erased = decision({ outcome: 'released', words: {} });
    const [, use = '', intake = '', prohibited = '', theirs = ''] = ids;
    const made = await rig.log.append([
      decision({ outcome: 'refused', words }),
      away,
      erased,
      decision({ kind: 'alert', outcome: 'open', words: {} }),
    ]);
    const chain = use.split('-').slice(0, 1)[0] ?? '';
    const stored = [ids[0] ?? '', intake, prohibited, theirs, ...made.map(({ entry }) => entry)];
    const unknown = [
      `${chain}-999999-0`,
      `${'0'.repeat(32)}-1-0`,
      `${use.slice(0, -1)}9`,
      'x',
      '%00',
      '%E5%AD%A9',
    ];
    const sent = vi.spyOn(rig.deps.dynamo, 'send');
    const seen = async (agency: string, id: string) => {
      sent.mockClear();
      const { status, headers, text } = await open(agency, id);
      const calls = sent.mock.calls.map(([{ input }]) => Object.keys(input));
      // Requests are counted now and then.
      const reads = calls.filter((names) => !names.includes('UpdateExpression'));
      const { requestId, instance, ...body } = JSON.parse(text);
      const names = [...headers].filter(([name]) => !['dpop-nonce', 'x-request-id'].includes(name));
      return {
        status,
        headers: names,
        body,
        reads,
      };
    };
    await seen('mps-county', use);
    const first = await seen('mps-county', theirs);
    expect(first).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    for (const id of stored) expect([id, await seen('mps-county', id)]).toEqual([id, first]);
    for (const agency of ['mps-neighbour', 'mps-school']) {
      await seen(agency, theirs);
      expect(await seen(agency, theirs)).toEqual(first);
    }
    // Of another area the very use that the county may open.
    expect(await seen('mps-neighbour', use)).toEqual(first);
    // Whether an id is in the log is public: its leaf is.
    for (const id of unknown) {
      const { reads, ...rest } = await seen('mps-county', id);
      expect([id, rest]).toEqual([id, { ...first, reads: undefined }]);
      expect(reads.length).toBeLessThanOrEqual(first.reads.length);
    }
    sent.mockRestore();
  });

  it('for those who own nothing it is no 404', async () => {
    expect((await open('charity-sunrise', ids[1] ?? '')).json.code).toBe('ROLE_REQUIRED');
    expect((await open('charity-sunrise', 'x')).json.code).toBe('ROLE_REQUIRED');
    const read = await rig.get('audit-office', 'audit', `/v1/usage/${ids[1]}`);
    expect([read.status, read.json.code]).toEqual([403, 'ACTION_NOT_GRANTED']);
  });
});

it('is not shown if the log cannot be written', async () => {
  const [, id = ''] = ids;
  const send = rig.deps.dynamo.send.bind(rig.deps.dynamo);
  const failing = vi.spyOn(rig.deps.dynamo, 'send').mockImplementation(((
    command: PutItemCommand,
    ...rest: []
  ) => {
    const isAppend = command instanceof PutItemCommand && command.input.TableName === rig.env.logTable;
    return isAppend
      ? Promise.reject(new InternalServerError({ message: 'no store', $metadata: {} }))
      : send(command, ...rest);
  }) as never);
  const { status, text } = await open('mps-county', id);
  failing.mockRestore();
  expect([status, text]).toEqual([503, expect.stringContaining('LOG_UNAVAILABLE')]);
  expect(text).not.toContain('canonical');
});
