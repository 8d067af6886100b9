import { describe, expect, it } from 'vitest';
import { UPLOADS } from '../../infra/aws/stored/class-uses.ts';
import { MARKS } from '../../shared/tables.ts';
import { INTENDED } from './intended.ts';
import {
  ADMINISTRATOR,
  allows,
  buckets,
  type Context,
  classKeys,
  type Principal,
  roleSession,
  type Target,
  targets,
} from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const stack = synthesise();
const all = targets(stack);

/** Every possible call, not only the granted ones. */
const TABLE_ACTIONS = words(`GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem BatchWriteItem
  ConditionCheckItem PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete DescribeTable UpdateTable DeleteTable
  PutResourcePolicy DeleteResourcePolicy CreateBackup ExportTableToPointInTime UpdateContinuousBackups
  RestoreTableToPointInTime UpdateTimeToLive EnableKinesisStreamingDestination`);
const KEY_ACTIONS = words(`Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyPair
  GenerateDataKeyWithoutPlaintext GenerateMac VerifyMac Sign Verify GetPublicKey DeriveSharedSecret CreateGrant
  DescribeKey PutKeyPolicy ScheduleKeyDeletion DisableKey ImportKeyMaterial ReplicateKey`);

const BUCKET_ACTIONS = words(`ListBucket ListBucketVersions DeleteBucket PutBucketPolicy PutBucketVersioning
  PutBucketObjectLockConfiguration PutLifecycleConfiguration PutReplicationConfiguration GetBucketPolicy`);
const OBJECT_ACTIONS =
  words(`GetObject GetObjectVersion PutObject DeleteObject DeleteObjectVersion PutObjectAcl
  PutObjectTagging DeleteObjectTagging ListMultipartUploadParts
  PutObjectRetention PutObjectLegalHold BypassGovernanceRetention RestoreObject ReplicateObject`);

const S3_CALL: Context = { 'aws:SecureTransport': 'true' };

const STAGED: Context = { 's3:RequestObjectTag/staged': 'yes', 's3:RequestObjectTagKeys': ['staged'] };

/** A request as the code makes it; the twins below change one value of it. */
function properContext(id: string, action: string, fn = ''): Context {
  if (/^ServiceKeys(Attestation|Answer)/.test(id)) return { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  if (id.startsWith('ServiceKeysToken')) return { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  if (/^ServiceKeys(Writer|Log)/.test(id)) return { 'kms:SigningAlgorithm': 'ED25519_SHA_512' };
  if (id.startsWith('ServiceKeys')) return { 'kms:MacAlgorithm': 'HMAC_SHA_256' };
  if (id.startsWith('caseworkTable'))
    return {
      'dynamodb:LeadingKeys': [
        action === 'GetItem'
          ? `${fn === 'release' ? 'harm-report' : 'incident'}:some`
          : fn !== 'casework' && action !== 'Query'
            ? 'a-subject'
            : '#freezes',
      ],
    };
  if (id.startsWith('claimsTable')) return { 'dynamodb:LeadingKeys': ['a-claim'] };
  if (id.startsWith('cohortsTable')) return { 'dynamodb:LeadingKeys': ['asked'] };
  if (id.startsWith('requestsTable')) return { 'dynamodb:Attributes': ['part', 'item', 'revision'] };
  if (id.startsWith('treeTable') && fn === 'maintenance' && action !== 'PutItem')
    return { 'dynamodb:LeadingKeys': [action === 'GetItem' ? 'lock' : 'count:some'] };
  if (id.startsWith('treeTable')) return { 'dynamodb:LeadingKeys': ['writer'] };
  if (id.startsWith('logIndexTable')) return { 'dynamodb:LeadingKeys': ['subject:some'] };
  if (id.startsWith('watchTable')) return { 'dynamodb:LeadingKeys': ['decoy'] };
  if (id.startsWith('agenciesTable')) return { 'dynamodb:Attributes': ['clientId', 'locked', 'revision'] };
  if (id.startsWith('sheetsTable')) return { 'dynamodb:Attributes': [...MARKS] };
  return id.startsWith('keysTable') ? { 'dynamodb:Attributes': ['subject', 'logId'] } : {};
}

describe.each(Object.keys(INTENDED))('%s', (fn) => {
  it('has exactly the intended rights, on every table, key and bucket', () => {
    const may: Record<string, string[]> = {};
    for (const [id, store] of buckets(stack)) {
      const allowed = [
        ...BUCKET_ACTIONS.filter((action) => s3(session(fn), action, store.bucket)),
        ...OBJECT_ACTIONS.filter((action) => s3(session(fn), action, store.object)),
      ];
      if (allowed.length > 0) may[id.replace(/[0-9A-F]{8}$/, '')] = allowed.sort();
    }
    for (const [id, target] of all) {
      const service = target.arn.split(':')[2];
      const actions = service === 'kms' ? KEY_ACTIONS : TABLE_ACTIONS;
      const classes = classesOf(target);
      const allowed = actions.filter((action) =>
        (classes.length > 0
          ? classes.map((name) => ({
              ...encryption(PACK.collection, name),
              ...(fn === 'intake' && action === 'ReEncryptFrom' && UPLOADS),
            }))
          : [properContext(id, action, fn)]
        ).some((context) => allows(session(fn), `${service}:${action}`, target, context)),
      );
      const name = classes.length > 0 ? 'class' : id.replace(/^ServiceKeys|[0-9A-F]{8}$/g, '');
      if (allowed.length > 0) may[name] = [...new Set([...(may[name] ?? []), ...allowed])].sort();
    }
    expect(may).toEqual(INTENDED[fn]);
  });
});

describe('a class key', () => {
  it('moves from an upload by intake, and from no person', () => {
    for (const [, target] of all)
      for (const name of classesOf(target))
        expect(
          allows(session('intake'), 'kms:ReEncryptFrom', target, {
            ...encryption(PACK.collection, name),
            'kms:EncryptionContext:subject': 'AAAAAAAAAAAAAAAAAAAAAA',
          }),
        ).toBe(false);
  });

  const [first = ''] = PACK.classes;
  /** A class that has a key of its own. */
  const second = PACK.classes.find((name) => PACK.keyOf.get(name) === name) ?? '';
  const [fromFirst] = classTargets(first);

  it.each([
    ['intake', 'kms:GenerateDataKey'],
    ['maintenance', 'kms:Decrypt'],
    ['maintenance', 'kms:ReEncryptFrom'],
    ['maintenance', 'kms:ReEncryptTo'],
  ])('serves %s for its own classes and collection only', (fn, action) => {
    const may = (context: Context) => allows(session(fn), action, fromFirst as Target, context);
    expect(may(encryption(PACK.collection, first))).toBe(true);
    expect(may(encryption(PACK.collection, second))).toBe(false);
    expect(may(encryption('others', first))).toBe(false);
    expect(may({ 'kms:EncryptionContext:class': first })).toBe(false);
    expect(may({})).toBe(false);
  });

  it('serves verify only if a programme or a decision reads the class', () => {
    const opened = PACK.classes.filter((name) =>
      classTargets(name).every((key) =>
        allows(session('verify'), 'kms:Decrypt', key, encryption(PACK.collection, name)),
      ),
    );
    expect(opened.toSorted()).toEqual(PACK.verified);
    expect(opened.length).toBeLessThan(PACK.classes.length / 3);
  });
});

describe('a full tile', () => {
  const [, tiles] = [...buckets(stack)].find(([id]) => id.startsWith('LogTiles')) ?? expect.fail();
  const PUT = { ...S3_CALL, 's3:ObjectCreationOperation': 'true' };

  it.each<[string, Context, boolean]>([
    ['with If-None-Match', { ...PUT, 's3:if-none-match': '*' }, true],
    ['without', PUT, false],
    ['in clear', { ...PUT, 's3:if-none-match': '*', 'aws:SecureTransport': 'false' }, false],
  ])('is put %s: %s', (_, context, allowed) => {
    for (const who of [session('sequencer'), ADMINISTRATOR])
      expect(allows(who, 's3:PutObject', tiles.object, context)).toBe(allowed);
  });

  it("is put only by the sequencer, and the trail's files by no function", () => {
    for (const fn of Object.keys(INTENDED))
      expect([fn, s3(session(fn), 'PutObject', tiles.object)]).toEqual([fn, fn === 'sequencer']);
  });
});

it('an object of a file is marked by intake as staged and by no other tag', () => {
  const [, files] = [...buckets(stack)].find(([id]) => id.startsWith('FilesObjects')) ?? expect.fail();
  const may = (context: Context) =>
    allows(session('intake'), 's3:PutObjectTagging', files.object, { ...S3_CALL, ...context });
  const keys = 's3:RequestObjectTagKeys';
  const [no, other] = [
    { ...STAGED, 's3:RequestObjectTag/staged': 'no' },
    { 's3:RequestObjectTag/other': 'yes', [keys]: ['other'] },
  ];
  const tags = [STAGED, no, other, { ...STAGED, [keys]: ['staged', 'other'] }, {}];
  expect(tags.map(may)).toEqual([true, false, false, false, false]);
});

describe("the trail's files", () => {
  it.each([
    ['AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/25/', true],
    ['AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/25/', false],
    ['', false],
  ])('are listed by the watch under %j: %s', (prefix, allowed) => {
    const [, trail] = [...buckets(stack)].find(([id]) => id.startsWith('KmsTrail')) ?? expect.fail();
    const context = { ...S3_CALL, 's3:prefix': prefix };
    expect(allows(session('watch'), 's3:ListBucket', trail.bucket, context)).toBe(allowed);
  });
});

describe('an administrator of the account', () => {
  it('manages keys but uses none', () => {
    for (const [id, target] of all) {
      if (!target.arn.includes(':kms:')) continue;
      const may = (action: string) =>
        allows(ADMINISTRATOR, `kms:${action}`, target, properContext(id, 'Decrypt'));
      expect(may('DescribeKey')).toBe(true);
      expect(['Decrypt', 'GenerateDataKey', 'GenerateMac', 'Sign', 'CreateGrant'].filter(may)).toEqual([]);
    }
  });

  it.each(['DeleteItem', 'BatchWriteItem', 'PartiQLDelete'])(
    'deletes items of any table except the log, the wrapped keys and the secrets of entries: %s',
    (action) => {
      const deletable = (name: string) => allows(ADMINISTRATOR, `dynamodb:${action}`, target(name) as Target);
      expect(['claimsTable', 'sheetsTable', 'indexTable'].map(deletable)).toEqual([true, true, true]);
      expect(['logTable', 'keysTable', 'wordsTable'].map(deletable)).toEqual([false, false, false]);
    },
  );
});

describe('a signing or MAC key', () => {
  it.each([
    ['token', 'Sign', 'ServiceKeysToken', 'kms:SigningAlgorithm', 'ECDSA_SHA_256', 'ECDSA_SHA_384'],
    [
      'release',
      'Sign',
      'ServiceKeysWriterrelease',
      'kms:SigningAlgorithm',
      'ED25519_SHA_512',
      'ED25519_PH_SHA_512',
    ],
    ['release', 'GenerateMac', 'ServiceKeysIndex', 'kms:MacAlgorithm', 'HMAC_SHA_256', 'HMAC_SHA_512'],
  ])('serves %s to %s with the one algorithm', (fn, action, id, key, right, wrong) => {
    const may = (context: Context) => allows(session(fn), `kms:${action}`, target(id) as Target, context);
    expect([may({ [key]: right }), may({ [key]: wrong }), may({})]).toEqual([true, false, false]);
  });
});

/** A call over TLS, as every client of the functions makes it. */
function s3(who: Principal, action: string, target: Target): boolean {
  const context: Context = {
    ...S3_CALL,
    's3:if-none-match': '*',
    's3:ObjectCreationOperation': 'true',
    's3:prefix': 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/',
    ...(action === 'PutObjectTagging' && STAGED),
  };
  return allows(who, `s3:${action}`, target, context);
}

function session(fn: string) {
  const role = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`))?.[0];
  return roleSession(stack, role ?? expect.fail(`no role of ${fn}`));
}

function target(prefix: string): Target | undefined {
  return [...all].find(([id]) => id.startsWith(prefix))?.[1];
}

/** The classes whose data keys a key wraps; none for other keys and for tables. */
function classesOf(target: Target): string[] {
  return PACK.classes.filter((name) => classTargets(name).some(({ arn }) => arn === target.arn));
}

function classTargets(name: string): Target[] {
  return classKeys(stack, name);
}

function encryption(collection: string, name: string): Context {
  return { 'kms:EncryptionContext:collection': collection, 'kms:EncryptionContext:class': name };
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
