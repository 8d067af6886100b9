/** Versions of the policy: two stewards publish, functions follow, and nothing is published that no compiler made. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { pack as shipped } from '../../functions/session/policy.ts';
import { checkCompiled } from '../../shared/policy/compile/check-compiled.ts';
import { diffPacks } from '../../shared/policy/compile/show/diff.ts';
import { actTableHash } from '../../shared/policy/decide/act-table.ts';
import { hashOf, loadPack } from '../../shared/policy/pack/load-pack.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const START = Date.parse('2026-11-24T04:00:00Z');
let now = START;
let id: string;

type Compiled = typeof compiled;

/** The shipped pack with a change, its hash made to fit. */
function changed(version: string, change: (pack: Compiled) => void): Compiled {
  const copy = structuredClone({ ...compiled, version });
  change(copy);
  copy.actTable = actTableHash(loadPack(copy));
  return { ...copy, hash: hashOf(copy) };
}
const cellsOf = (pack: Compiled, code: 'S1') => pack.purposes[code].cells as Record<string, string>;
const hidden = (version: string) =>
  changed(version, (pack) => {
    delete cellsOf(pack, 'S1')['schooling_status'];
  });

const REASON = 'the yearly review';
async function publish(pack: unknown, officer: string, agency = 'steward-office') {
  const details = { actions: ['steward'], officer, reason: REASON };
  return gateway.call(agency, details, 'POST', '/v1/policy/versions', { pack });
}
async function twice(pack: unknown) {
  expect((await publish(pack, 'chen')).status).toBe(202);
  return publish(pack, 'zhou');
}
async function get(path: string) {
  const token = await gateway.token('audit-office', { actions: ['audit'] });
  return (await gateway.send(token, 'GET', path)).json;
}
async function release() {
  const details = { actions: ['release'], purpose: 'S1', officer: 'li', reason: 'winter subsidy' };
  const token = await gateway.token('edu-county', details);
  const body = {
    collection: 'children',
    subjects: [{ match: { id_number: id } }],
    fields: ['name', 'schooling_status'],
  };
  const { json } = await gateway.send(token, 'POST', '/v1/releases', body);
  return { json, shown: Object.keys(json.results[0].fields), policy: json.policy };
}
const decisions = async () =>
  (await get('/v1/log/entries?limit=50&kind=decision')).entries as {
    policy: { version: string; hash: string };
  }[];

const gateway = await fileGateway({ now: () => now });
beforeAll(async () => {
  id = freshNumber();
  const put = async (agency: string, fields: object) => {
    const records = [{ match: { id_number: id }, fields }];
    await gateway.put(agency, ...records);
  };
  await put('mps-county', { id_number: id, name: '张三' });
  await put('mca-county', { guardianship_status: 'normal', division_code: '990001001' });
  await put('edu-county', { schooling_status: 'primary' });
});

describe('publication', () => {
  it('needs two people, and then every function decides by it within 30 seconds', async () => {
    expect((await release()).shown.sort()).toEqual(['name', 'schooling_status']);
    const pack = hidden('2026.1');
    const first = await publish(pack, 'chen');
    expect(first.json).toMatchObject({ state: 'pending' });
    expect((await publish(pack, 'chen')).json).toEqual(first.json);
    expect((await get('/v1/policy')).hash).toBe(compiled.hash);
    const second = await publish(pack, 'zhou');
    expect(second.json).toMatchObject({ version: '2026.1', hash: pack.hash });
    expect(Date.parse(second.json.inForceBy) - now).toBe(30_000);
    for (const steward of ['zhou', 'chen']) expect((await publish(pack, steward)).json).toEqual(second.json);
    expect((await get('/v1/policy')).hash).toBe(pack.hash);
    now += 30_000;
    const after = await release();
    expect(after.shown).toEqual(['name']);
    expect(after.policy).toEqual({ version: '2026.1', hash: pack.hash });
    expect(after.json.results[0].withheld.schooling_status).toMatchObject({ rule: 'A8.1' });
  });

  it('is shown before it is asked for, and the earlier version is found by its hash', async () => {
    const steward = { actions: ['steward'], officer: 'chen' };
    const preview = (pack: object) =>
      gateway.call('steward-office', steward, 'POST', '/v1/policy/versions/preview', { pack });
    const { json } = await preview(compiled);
    expect(json).toMatchObject({ hash: compiled.hash, against: { version: '2026.1' } });
    expect(json.changes.length).toBeGreaterThan(0);
    expect((await preview({ pack: 'none' })).json.code).toBe('INVALID_REQUEST');
    expect(await get(`/v1/policy?hash=${compiled.hash}`)).toMatchObject({ version: compiled.version });
    expect(await get('/v1/policy?version=2026.1')).toEqual(await get('/v1/policy'));
  });

  it('is an entry that names both people, and old entries name the version that decided them', async () => {
    const { entries } = await get('/v1/log/entries?limit=10&kind=publication');
    expect(entries.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'pending',
      'published',
    ]);
    const done = entries.find(({ outcome }: { outcome: string }) => outcome === 'published');
    expect(done).toMatchObject({ about: compiled.hash, policy: { version: '2026.1' } });
    expect(done.approvals).toHaveLength(1);
    const versions = (await decisions()).map(({ policy }) => policy.version);
    expect(new Set(versions)).toEqual(new Set(['2026.1', compiled.version]));
  });

  it('lists the versions, and describes the changes between two', async () => {
    const { versions } = await get('/v1/policy/versions');
    expect(
      versions.map(({ version, inForce, shipped: own }: Record<string, unknown>) => [version, inForce, own]),
    ).toEqual([
      [compiled.version, false, true],
      ['2026.1', true, false],
    ]);
    const diff = await get(`/v1/policy/versions/${compiled.hash}/diff/2026.1`);
    expect(diff.changes).toEqual([
      { what: 'S1 / schooling_status', before: 'plain (A8.1)', after: 'none (A8.1)', needsDeployment: false },
      {
        what: 'classes / education-status / openedBy / S1',
        before: 'listed',
        after: 'nothing',
        needsDeployment: false,
      },
    ]);
    expect((await get('/v1/policy/versions/2026.1/diff/never')).code).toBe('NOT_FOUND');
  });

  it('can be undone by publishing the previous one', async () => {
    expect((await twice(compiled)).json).toMatchObject({ hash: compiled.hash });
    now += 30_000;
    expect((await release()).shown.sort()).toEqual(['name', 'schooling_status']);
    expect((await publish(compiled, 'qian')).json.code).toBe('CONFLICT');
  });

  it('is for stewards alone', async () => {
    const token = await gateway.token('mca-county', { actions: ['intake'] });
    const { json } = await gateway.send(token, 'POST', '/v1/policy/versions', { pack: compiled });
    expect(json.code).toBe('ACTION_NOT_GRANTED');
  });

  it('refuses another pack under a used name', async () => {
    const pack = changed('2026.1', (copy) => {
      copy.purposes.S1.batch = 40;
    });
    expect((await publish(pack, 'chen')).json.code).toBe('CONFLICT');
  });
});

describe('what needs a deployment', () => {
  it.each<[string, (pack: Compiled) => void]>([
    [
      'a purpose that opens one more class',
      (pack) => Object.assign(pack.purposes.F1.cells, { school_name: 'plain A10.1' }),
    ],
    [
      'a new department',
      (pack) => Object.assign(pack.departments, { NEW: { label: { en: 'New', zh: '新' } } }),
    ],
    ['a new class', (pack) => Object.assign(pack.classes, { another: {} })],
    [
      'a prohibited use that becomes a purpose',
      (pack) => {
        delete (pack.prohibited as Partial<Compiled['prohibited']>).PX5;
        Object.assign(pack.purposes, {
          PX5: { ...pack.purposes.S1, label: { en: 'Spring appeal', zh: '春季募捐' } },
        });
        Object.assign(pack.notices.purposes, { PX5: pack.notices.purposes.S1 });
        pack.assessments.assistance.of.push('PX5');
      },
    ],
    ['a stop word that is struck', (pack) => pack.stopWords.words.shift()],
    ['a record that is no longer sealed', (pack) => pack.sealed.splice(0)],
    [
      'a field that media may have',
      (pack) => {
        delete (pack.fields.ethnicity as { media?: string }).media;
      },
    ],
    [
      'a charity that may have values',
      (pack) => {
        delete (pack.roles.charity as { never?: string[] }).never;
        Object.assign(pack.purposes.C1.cells, { sex: 'plain A7.2' });
        Object.assign(pack.purposes.C1, { kept: pack.purposes.D1.kept });
      },
    ],
    [
      'a role without the marks of the media',
      (pack) =>
        Object.assign(pack.roles, { herald: { label: { en: 'H', zh: '报' }, departments: ['PROP'] } }),
    ],
    [
      'a restricted class that is none',
      (pack) => Object.assign(pack.classes['health-hiv'], { restricted: false }),
    ],
  ])('%s', async (_, change) => {
    const pack = changed('2026.9', change);
    expect((await publish(pack, 'chen')).json.code).toBe('DEPLOYMENT_NEEDED');
  });

  it('includes a field of another class: stored values were sealed for the old one', () => {
    const field = { ...(shipped.fields.get('ethnicity') ?? expect.fail()), class: 'identity-sex' };
    const after = { ...shipped, fields: new Map([...shipped.fields, ['ethnicity', field]]) };
    const what = 'fields / ethnicity / class';
    const change = { what, before: 'identity-ethnicity', after: 'identity-sex', needsDeployment: true };
    expect(diffPacks(shipped, after)).toEqual([change]);
  });
});

describe('a pack that no compiler made is refused', () => {
  const S1 = compiled.purposes.S1;
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['text', 'pack'],
    ['a false hash', { ...compiled, version: '9', hash: compiled.hash }],
    ['an unknown part', changed('9', (pack) => Object.assign(pack, { extra: true }))],
    ['a prohibited code as a purpose', changed('9', (pack) => Object.assign(pack.purposes, { PX4: S1 }))],
    ['no prohibited uses', changed('9', (pack) => Object.assign(pack, { prohibited: {} }))],
    [
      'a name for media',
      changed('9', (pack) => Object.assign(pack.purposes.M1.cells, { name: 'generalised county A14.1' })),
    ],
    [
      'more than a predicate for charities',
      changed('9', (pack) => Object.assign(pack.purposes.C1.cells, { sex: 'plain A7.2' })),
    ],
    [
      'a sealed record',
      changed('9', (pack) => Object.assign(pack.fields, { offence_record: pack.fields.case_info })),
    ],
    [
      'a rule that is none',
      changed('9', (pack) => Object.assign(pack.purposes.S1.cells, { sex: 'plain A99' })),
    ],
    ['a name that is a sentence', changed('9', (pack) => Object.assign(pack.rules, { 'A 1 of 张三': 'x' }))],
    ['a version that is a sentence', changed('my new version', () => {})],
    [
      'a programme that reads more',
      changed('9', (pack) => pack.programmes['spring-bud'].fields.push('illness')),
    ],
    [
      'a shape that holds itself',
      changed('9', (pack) => Object.assign(pack.shapes, { note: { is: 'list', of: 'note', max: 2 } })),
    ],
    ['stop words that never match', changed('9', (pack) => pack.stopWords.words.push('No Match!'))],
    [
      '__proto__',
      JSON.parse(JSON.stringify(changed('9', () => {})).replace('"rules":{', '"rules":{"__proto__":"x",')),
    ],
  ])('%s', async (_, pack) => {
    expect(checkCompiled(pack).ok).toBe(false);
    const { json, text } = await publish(pack, 'chen');
    expect(json.code).toBe('INVALID_REQUEST');
    expect(text).not.toMatch(/张三|extra|A99/);
  });

  it('while the shipped one passes', () => {
    expect(checkCompiled(compiled)).toMatchObject({ ok: true, compiled: { hash: compiled.hash } });
  });
});

it('a function that gets no pack releases nothing', async () => {
  const Item = {
    part: { S: 'pointer' },
    item: { S: 'current' },
    hash: { S: 'f'.repeat(64) },
    entry: { S: 'x' },
  };
  const { dynamo, env } = gateway;
  const Key = { part: Item.part, item: Item.item };
  const before = await dynamo.send(new GetItemCommand({ TableName: env.policyTable, Key }));
  await dynamo.send(new PutItemCommand({ TableName: env.policyTable, Item }));
  now += 30_000;
  const token = await gateway.token('edu-county', {
    actions: ['release'],
    purpose: 'S1',
    officer: 'li',
    reason: 'winter subsidy',
  });
  const body = { collection: 'children', subjects: [{ match: { id_number: id } }] };
  const answer = await gateway.send(token, 'POST', '/v1/releases', body);
  expect(answer.json).toMatchObject({ code: 'INTEGRITY_FAULT' });
  await dynamo.send(new PutItemCommand({ TableName: env.policyTable, Item: before.Item }));
  expect((await release()).shown.sort()).toEqual(['name', 'schooling_status']);
});
