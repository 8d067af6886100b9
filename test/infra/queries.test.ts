/** Athena over extracts of the log, which is off by default: what there is, who may query, and what the sequencer may do. */
import { describe, expect, it } from 'vitest';
import { faultsOf } from './schema.ts';
import { allows, buckets, type Context, type Principal, roleSession } from './simulate.ts';
import { CHINA, ofType, type Synthesised, synthesise } from './synthesise.ts';

const ON = { queries: { mostGigabytes: 200 } };
const stack = synthesise('prod', ON);
const off = synthesise('prod');
const PARTS = /^AWS::(Glue|Athena)::/;

it('adds nothing unless it is asked for, and changes no other resource but the sequencer', () => {
  expect([...off.resources.values()].filter(({ Type }) => PARTS.test(Type))).toEqual([]);
  const changed = [...off.resources].filter(
    ([id, one]) => JSON.stringify(one) !== JSON.stringify(stack.resources.get(id)),
  );
  const names = changed.map(([id]) => id).filter((id) => !/^(Rest|Operations)/.test(id));
  for (const id of names) expect(id).toMatch(/^sequencer/);
});

describe.each<[string, Synthesised]>([
  ['prod', stack],
  ['dev', synthesise('dev', ON)],
  ['China', synthesise('prod', { ...CHINA, ...ON, region: 'cn-northwest-1' })],
  [
    'an organisation’s trail',
    synthesise('prod', {
      ...ON,
      trail: { bucket: 'org-trail', prefix: 'AWSLogs/o-a/1/CloudTrail/eu-west-1/' },
    }),
  ],
])('in %s', (name, one) => {
  it('there are three tables in one workgroup, as AWS’s schemas know them', () => {
    const parts = [...one.resources].filter(([id]) => id.startsWith('Queries'));
    expect(parts.flatMap(([id, resource]) => faultsOf(id, resource))).toEqual([]);
    expect(ofType(one, 'AWS::Glue::Table')).toHaveLength(3);
    const [[, { Properties }] = expect.fail()] = ofType(one, 'AWS::Athena::WorkGroup');
    expect(Properties.WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 200 * 2 ** 30,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
    expect(JSON.stringify(parts)).not.toMatch(/arn:aws:/);
  });

  it('partitions follow the names of files', () => {
    const templates = ofType(one, 'AWS::Glue::Table').map(
      ([
        ,
        {
          Properties: { TableInput },
        },
      ]) => [
        TableInput.Name,
        JSON.stringify(TableInput.Parameters['storage.location.template']).replace(/[[\]{}"\\]/g, ''),
      ],
    );
    const of = Object.fromEntries(templates);
    expect(of['claims']).toMatch(/\/claims\/hour=\$hour$/);
    expect(of['acts']).toMatch(/\/acts\/day=\$day$/);
    expect(of['trail']).toMatch(
      name.includes('organisation')
        ? /org-trail\/AWSLogs\/o-a\/1\/CloudTrail\/eu-west-1\/\$day$/
        : /CloudTrail\/.*\/\$day$/,
    );
  });
});

const TLS: Context = { 'aws:SecureTransport': 'true' };
const bucketOf = (id: string) =>
  [...buckets(stack)].find(([name]) => name.startsWith(`Queries${id}`))?.[1] ?? expect.fail(id);
const extracts = bucketOf('Extracts');
const in_ = (path: string) => ({ ...extracts.bucket, arn: `${extracts.bucket.arn}/${path}` });

function session(fn: string): Principal {
  const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`)) ?? [];
  return roleSession(stack, role);
}

it.each<[string, string, string, boolean]>([
  ['sequencer', 'PutObject', 'acts/day=2026-12-01/a.jsonl.gz', true],
  ['sequencer', 'PutObject', 'claims/hour=2026-12-01-07/a.jsonl.gz', true],
  ['sequencer', 'PutObject', 'other', false],
  ['sequencer', 'DeleteObject', 'claims/hour=2026-12-01-07/a.jsonl.gz', true],
  ['sequencer', 'DeleteObject', 'acts/day=2026-12-01/a.jsonl.gz', false],
  ['sequencer', 'GetObject', 'acts/day=2026-12-01/a.jsonl.gz', false],
  ['audit', 'GetObject', 'acts/day=2026-12-01/a.jsonl.gz', false],
  ['watch', 'PutObject', 'acts/day=2026-12-01/a.jsonl.gz', false],
])('%s: %s of %s is %s', (fn, action, path, allowed) => {
  expect(allows(session(fn), `s3:${action}`, in_(path), TLS)).toBe(allowed);
});

it('the policy of auditors reads and queries, and writes nothing but answers', () => {
  const [, policy] =
    ofType(stack, 'AWS::IAM::ManagedPolicy').find(([id]) => id.startsWith('QueriesAuditors')) ??
    expect.fail('no policy');
  const text = JSON.stringify(policy.Properties.PolicyDocument);
  const actions = [...new Set(text.match(/"(athena|glue|s3|\*):[A-Z*]\w*"/g))];
  const writes = actions.filter((one) => !/:(Get|List|BatchGet)/.test(one));
  expect(writes.sort()).toEqual([
    '"athena:StartQueryExecution"',
    '"athena:StopQueryExecution"',
    '"s3:PutObject"',
  ]);
  for (const { Action, Resource } of policy.Properties.PolicyDocument.Statement)
    if ([Action].flat().includes('s3:PutObject'))
      expect(JSON.stringify(Resource)).toMatch(/^\{"Fn::Join":\["",\[\{"Fn::GetAtt":\["QueriesResults/);
});

it('claims and answers go by themselves within two days, if the sequencer does not remove them before', () => {
  const rules = ofType(stack, 'AWS::S3::Bucket')
    .filter(([id]) => id.startsWith('Queries'))
    .map(([, { Properties }]) => Properties.LifecycleConfiguration.Rules);
  expect(rules).toMatchObject([
    [{ Prefix: 'claims/', ExpirationInDays: 1 }, { Prefix: 'acts/' }],
    [{ ExpirationInDays: 1 }],
  ]);
  for (const [, { Properties }] of ofType(stack, 'AWS::S3::Bucket').filter(([id]) =>
    id.startsWith('Queries'),
  ))
    expect(Properties.VersioningConfiguration).toBeUndefined();
});
