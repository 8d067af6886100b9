import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it as plain } from 'vitest';
import { fromAttributes } from '../../shared/log/write/item.ts';
import { getItem } from '../../shared/store/table.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';

const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

const CONTEXT = { case: 'EDU-2026-00417', officer: 'zhang.wei' };
const grant = (purpose: string) => ({
  actions: ['release'],
  purpose,
  reason: reasonFor(purpose),
  ...CONTEXT,
});

const put = async (agency: string, record: object): Promise<string> =>
  (await gateway.put(agency, record))[0].ref;

/** A child that police, school, hospital and civil affairs know. */
async function makeChild() {
  const id = freshNumber(BORN);
  const match = { id_number: id };
  const sheets: [string, object][] = [
    ['mps-county', { name: '欧阳娜娜', id_number: id, sex: '1', birth_date: BORN }],
    [
      'edu-county',
      { school_name: { school: '某县第一小学', class: '五年级2班' }, schooling_status: 'primary' },
    ],
    ['health-hospital', { illness: { code: 'C91', since: '2023-04-01' }, health_status: 'ill' }],
    [
      'mca-county',
      { division_code: '990001001', guardianship_status: { status: 'normal', conflict: false } },
    ],
  ];
  for (const [agency, fields] of sheets) await put(agency, { match, fields });
  return { id, match };
}

async function release(agency: string, purpose: string, request: object) {
  const token = await gateway.token(agency, grant(purpose));
  return gateway.send(token, 'POST', '/v1/releases', { collection: 'children', ...request });
}

const keyOf = ({ requestParameters }: (typeof gateway.trail)[number]) => requestParameters?.['keyId'];

const entries = async (query = '') => (await gateway.audit(`/v1/log/entries?limit=20${query}`)).entries;

const it = plain.extend('match', async () => (await makeChild()).match);

describe('a release', () => {
  it('gives each field in the form of the purpose and a reason for each that it withholds', async () => {
    const { id, match } = await makeChild();
    const { json, status } = await release('edu-county', 'S1', {
      subjects: [{ match }],
      fields: ['name', 'school_name', 'id_number', 'illness', 'no_such_field'],
      compare: { id_number: id },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ purpose: 'S1', policy: { hash: expect.any(String) } });
    const [result] = json.results;
    expect(result.fields.name).toEqual({
      form: 'plain',
      value: '欧阳娜娜',
      owner: 'MPS',
      asOf: expect.stringMatching(/Z$/),
    });
    expect(result.fields.school_name).toMatchObject({ form: 'plain', owner: 'EDU' });
    expect(result.fields.id_number).toEqual({
      form: 'predicate',
      predicate: 'same_person',
      way: { en: expect.any(String), zh: expect.stringMatching(/\p{Script=Han}/u) },
      value: 'YES',
    });
    expect(result.withheld.illness).toMatchObject({ code: 'FIELD_NOT_IN_PURPOSE', rule: expect.any(String) });
    expect(result.withheld.no_such_field.code).toBe('FIELD_NOT_IN_PURPOSE');
  });

  it('without a field list gives all that the purpose allows and the record holds', async ({ match }) => {
    const { json } = await release('edu-county', 'S1', { subjects: [{ match }] });
    const { fields, withheld } = json.results[0];
    expect(fields).toMatchObject({
      name: { form: 'plain' },
      birth_date: { form: 'generalised' },
      record_token: { form: 'token' },
    });
    expect(fields.illness).toBeUndefined();
    expect(Object.keys(withheld)).not.toContain('illness');
  });

  it('can be requested by the reference that the caller got, and not by one of another agency', async () => {
    const { match } = await makeChild();
    const first = await release('edu-county', 'S1', { subjects: [{ match }], fields: ['name'] });
    const { ref } = first.json.results[0];
    const again = await release('edu-county', 'S1', { subjects: [{ ref }], fields: ['name'] });
    expect(again.json.results[0]).toMatchObject({ ref, fields: { name: { value: '欧阳娜娜' } } });
    const other = await release('mca-county', 'W1', { subjects: [{ ref }], fields: ['name'] });
    expect(other.json.results[0]).toMatchObject({ refused: { code: 'REFUSED' } });
  });

  it('reads the newest value', async () => {
    const { id, match } = await makeChild();
    await put('mps-county', { match, fields: { name: '欧阳小明' } });
    const { json } = await release('edu-county', 'S1', {
      subjects: [{ match }],
      fields: ['name', 'birth_date'],
    });
    expect(json.results[0].fields.name.value).toBe('欧阳小明');
    expect(json.results[0].fields.birth_date.form).toBe('generalised');
    await put('mps-county', { match: { id_number: id }, fields: { name: null } });
    const gone = await release('edu-county', 'S1', { subjects: [{ match }], fields: ['name'] });
    expect(gone.json.results[0].fields).toEqual({});
  });

  it('of a batch keeps the order and logs one item with a leaf for each subject', async () => {
    const [one, two] = [await makeChild(), await makeChild()];
    const unknown = { id_number: freshNumber() };
    const { json } = await release('edu-county', 'S1', {
      subjects: [{ match: one.match }, { match: unknown }, { match: two.match }],
      fields: ['name'],
    });
    const [a, b, c] = json.results;
    expect([a.fields.name.form, b.refused.code, c.fields.name.form]).toEqual(['plain', 'REFUSED', 'plain']);
    expect(new Set(json.results.map((result: { receipt: { seq: number } }) => result.receipt.seq)).size).toBe(
      1,
    );
  });
});

describe('a refusal', () => {
  it('that depends on the child is the same for an unknown child, a child of another area and a made-up reference', async () => {
    const foreign = { match: { id_number: freshNumber(BORN, '990002') } };
    await put('mca-neighbour', { ...foreign, fields: { division_code: '990002001' } });
    const answers = await Promise.all([
      release('edu-county', 'S1', { subjects: [{ match: foreign.match }], fields: ['name'] }),
      release('edu-county', 'S1', { subjects: [{ match: { id_number: freshNumber() } }], fields: ['name'] }),
      release('edu-county', 'S1', {
        subjects: [{ ref: Buffer.alloc(17, 1).toString('base64url') }],
        fields: ['name'],
      }),
      release('edu-county', 'S1', { subjects: [{ ref: 'nonsense' }], fields: ['name'] }),
    ]);
    const shapes = answers.map(({ status, json }) => {
      const { receipt, ...result } = json.results[0];
      return JSON.stringify({ status, ...json, release: '', results: [result, Object.keys(receipt)] });
    });
    expect(new Set(shapes).size).toBe(1);
    expect(answers[0]?.json.results[0].refused).toEqual({ code: 'REFUSED' });
  });

  it.each([
    ['PURPOSE_NOT_FOR_ROLE', 'edu-county', 'W4'],
    ['PROHIBITED_PURPOSE', 'mca-county', 'PX3'],
    ['PURPOSE_ROUTE', 'mca-county', 'A1'],
  ])(
    '%s follows from the request alone and is told in full before any look-up',
    async (code, agency, purpose) => {
      const { match } = await makeChild();
      const calls = gateway.trail.length;
      const { json, status } = await release(agency, purpose, { subjects: [{ match }] });
      expect(status).toBe(403);
      expect(json).toMatchObject({ code, rule: expect.any(String), reason: expect.any(String) });
      // A process makes other MACs once, such as of an agency's references. A look-up uses the index key.
      expect(gateway.trail.slice(calls).map(keyOf)).not.toContain(gateway.env.indexKey);
      const [entry] = await entries(`&agency=${agency}`);
      expect(entry).toMatchObject({ code, outcome: expect.stringMatching(/refused|raised/) });
    },
  );

  it('of a prohibited use raises an alert', async () => {
    await release('league-county', 'PX4', { subjects: [{ ref: 'x' }] });
    const kinds = (await entries('&agency=league-county'))
      .slice(0, 2)
      .map((entry: { kind: string }) => entry.kind);
    expect(kinds.sort()).toEqual(['alert', 'prohibited']);
  });

  it('comes for a case that differs from the token', async () => {
    const answer = await release('edu-county', 'S1', {
      subjects: [{ ref: 'x' }],
      context: { case: 'OTHER' },
    });
    expect(answer.json).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path: '/context/case' }] });
  });
});

describe('log, then decrypt', () => {
  it('answers 503 without a value when the log can’t be written, and decrypts nothing', async ({ match }) => {
    const token = await gateway.token('edu-county', grant('S1'));
    const calls = gateway.trail.length;
    gateway.faults.add({ service: 'log', kind: 'error', times: 50 });
    const answer = await gateway.send(token, 'POST', '/v1/releases', {
      collection: 'children',
      subjects: [{ match }],
    });
    expect(answer.status).toBe(503);
    expect(answer.json.code).toBe('LOG_UNAVAILABLE');
    expect(answer.text).not.toContain('欧阳');
    expect(gateway.trail.slice(calls).filter(({ eventName }) => eventName === 'Decrypt')).toEqual([]);
  });

  it('releases nothing if the decision entry can’t be stored after the facts were opened', async ({
    match,
  }) => {
    const token = await gateway.token('edu-county', grant('S1'));
    const ask = () =>
      gateway.send(token, 'POST', '/v1/releases', { collection: 'children', subjects: [{ match }] });
    expect((await ask()).status).toBe(200);
    const { take } = gateway.faults;
    let entries = 0;
    // The attempt is stored, and nothing after it.
    gateway.faults.take = (service, ...call) =>
      service === 'log' && call[0] === 'PutItem' && ++entries > 1 ? 'error' : take(service, ...call);
    const calls = gateway.trail.length;
    const failed = await ask();
    gateway.faults.take = take;
    expect([failed.status, failed.json.code]).toEqual([503, 'LOG_UNAVAILABLE']);
    expect(failed.text).not.toContain('欧阳');
    expect(entries).toBeGreaterThan(1);
    expect(gateway.trail.slice(calls).some(({ eventName }) => eventName === 'Decrypt')).toBe(true);
    expect((await ask()).status).toBe(200);
  });

  it('releases nothing while KMS opens nothing', async ({ match }) => {
    const token = await gateway.token('edu-county', grant('S1'));
    gateway.faults.add({ service: 'kms', kind: 'error', times: 50, operation: 'Decrypt' });
    const ask = () =>
      gateway.send(token, 'POST', '/v1/releases', { collection: 'children', subjects: [{ match }] });
    const answer = await ask();
    expect(answer.json.code).toBe('KMS_UNAVAILABLE');
    expect(answer.text).not.toContain('欧阳');
    gateway.faults.clear();
    expect((await ask()).status).toBe(200);
  });

  it('writes the fields, forms, rules and key ids into the entry, and nothing of it into the leaf', async () => {
    const { match } = await makeChild();
    const { json } = await release('edu-county', 'S1', {
      subjects: [{ match }],
      fields: ['name', 'illness'],
    });
    const { receipt } = json.results[0];
    const { writer, seq } = receipt;
    const stored = await getItem(gateway.tables.log, { writer: { S: writer }, seq: { N: String(seq) } });
    const [leaf = ''] = fromAttributes(stored ?? {}).leaves;
    expect(createHash('sha256').update('\0').update(leaf).digest('base64')).toBe(receipt.leafHash);
    const entry = await gateway.audit(`/v1/log/entries/${receipt.entry}`);
    expect(entry).toMatchObject({
      kind: 'decision',
      fields: { MPS: { name: 'plain' } },
      withheld: { illness: expect.any(String) },
      purpose: 'S1',
      handler: { agency: 'edu-county' },
    });
    expect(entry.keys.length).toBeGreaterThan(0);
    for (const word of ['欧阳', 'zhang.wei', 'School grant', CONTEXT.case, 'edu-county', 'S1"', 'illness'])
      expect(leaf).not.toContain(word);
  });

  it('accounts for every KMS Decrypt with a key id in an entry', async ({ match }) => {
    const calls = gateway.trail.length;
    const { json } = await release('edu-county', 'S1', { subjects: [{ match }] });
    const decrypted = gateway.trail
      .slice(calls)
      .filter(({ eventName }) => eventName === 'Decrypt')
      .map(
        ({ requestParameters }) =>
          (requestParameters as { encryptionContext: { keyId: string } }).encryptionContext.keyId,
      );
    const [entry] = await entries(`&agency=edu-county`);
    expect(entry.id).toBe(json.results[0].receipt.entry);
    expect(decrypted.sort()).toEqual([...entry.keys].sort());
  });
});

it('stored data that was tampered with is an integrity fault without a value', async ({ match }) => {
  const { ScanCommand, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { Items } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.sheetsTable }));
  for (const item of Items ?? []) {
    if (!item['sheet']?.S?.startsWith('MPS#')) continue;
    const bytes = Buffer.from(item['fields']?.M?.['name']?.B ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await gateway.dynamo.send(
      new UpdateItemCommand({
        TableName: gateway.env.sheetsTable,
        Key: { subject: item['subject'], sheet: item['sheet'] } as never,
        UpdateExpression: 'SET #fields.#name = :bytes',
        ExpressionAttributeNames: { '#fields': 'fields', '#name': 'name' },
        ExpressionAttributeValues: { ':bytes': { B: bytes } },
      }),
    );
  }
  const answer = await release('edu-county', 'S1', { subjects: [{ match }], fields: ['name'] });
  expect(answer.json.code).toBe('INTEGRITY_FAULT');
  expect(answer.text).not.toContain('欧阳');
});
