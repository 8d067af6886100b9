import { describe, expect, it } from 'vitest';
import { ADMINISTRATOR, allows, type Context, roleSession, type Target, targets } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const stack = synthesise();
const all = targets(stack);

/** What each function may do, all of it. Whatever is not here is denied. */
const INTENDED: Record<string, Record<string, string[]>> = {
  token: {
    agenciesTable: ['GetItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    caseworkTable: ['Query'],
    Token: ['GetPublicKey', 'Sign'],
    Nonce: ['GenerateMac'],
    Answer: ['GetPublicKey'],
  },
  intake: {
    agenciesTable: ['GetItem'],
    claimsTable: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
    keysTable: ['GetItem', 'UpdateItem'],
    sheetsTable: ['DeleteItem', 'PutItem', 'Query'],
    indexTable: ['DeleteItem', 'GetItem', 'PutItem'],
    policyTable: ['GetItem'],
    logTable: ['PutItem'],
    wordsTable: ['PutItem'],
    treeTable: ['PutItem'],
    class: ['GenerateDataKey'],
    Index: ['GenerateMac'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  release: {
    agenciesTable: ['GetItem', 'UpdateItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    keysTable: ['GetItem'],
    sheetsTable: ['Query'],
    indexTable: ['GetItem'],
    caseworkTable: ['Query'],
    policyTable: ['GetItem'],
    cohortsTable: ['Query'],
    budgetsTable: ['GetItem', 'UpdateItem'],
    requestsTable: ['GetItem', 'PutItem', 'Query', 'UpdateItem'],
    tasksTable: ['GetItem', 'PutItem'],
    logTable: ['BatchGetItem', 'PutItem', 'Query'],
    logIndexTable: ['GetItem', 'Query'],
    wordsTable: ['BatchGetItem', 'PutItem'],
    treeTable: ['PutItem'],
    Index: ['GenerateMac'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Answer: ['GetPublicKey', 'Sign'],
    Writer: ['Sign'],
  },
  verify: {
    agenciesTable: ['GetItem', 'UpdateItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    keysTable: ['GetItem'],
    sheetsTable: ['Query'],
    indexTable: ['GetItem'],
    caseworkTable: ['PutItem', 'Query'],
    statusTable: ['PutItem', 'Query'],
    policyTable: ['GetItem'],
    budgetsTable: ['UpdateItem'],
    logTable: ['PutItem'],
    wordsTable: ['PutItem'],
    treeTable: ['PutItem'],
    class: ['Decrypt'],
    Index: ['GenerateMac'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Attestation: ['GetPublicKey', 'Sign'],
    Writer: ['Sign'],
  },
  insight: {
    agenciesTable: ['GetItem', 'UpdateItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    keysTable: ['GetItem'],
    indexTable: ['GetItem'],
    caseworkTable: ['GetItem', 'Query'],
    cohortsTable: ['Query'],
    policyTable: ['GetItem'],
    budgetsTable: ['GetItem', 'UpdateItem'],
    logTable: ['PutItem'],
    wordsTable: ['PutItem'],
    treeTable: ['PutItem'],
    Index: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  casework: {
    agenciesTable: ['GetItem', 'UpdateItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    policyTable: ['GetItem'],
    keysTable: ['GetItem'],
    indexTable: ['GetItem'],
    caseworkTable: ['DeleteItem', 'GetItem', 'PutItem', 'Query'],
    statusTable: ['PutItem'],
    tasksTable: ['GetItem', 'PutItem', 'Query'],
    requestsTable: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    budgetsTable: ['UpdateItem'],
    logTable: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
    logIndexTable: ['GetItem', 'Query'],
    wordsTable: ['BatchGetItem', 'PutItem'],
    treeTable: ['PutItem'],
    Index: ['GenerateMac'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  audit: {
    agenciesTable: ['GetItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    keysTable: ['GetItem', 'Scan'],
    logTable: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
    logIndexTable: ['GetItem', 'Query'],
    wordsTable: ['BatchGetItem', 'PutItem'],
    treeTable: ['PutItem', 'Query'],
    policyTable: ['GetItem'],
    watchTable: ['PutItem', 'Query'],
    Log: ['GetPublicKey'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  sequencer: {
    logTable: ['PutItem', 'Query'],
    logIndexTable: ['BatchWriteItem', 'GetItem', 'PutItem', 'Query'],
    treeTable: ['DeleteItem', 'GetItem', 'PutItem', 'Query'],
    Log: ['GetPublicKey', 'Sign'],
    Writer: ['GetPublicKey'],
  },
  watch: {
    keysTable: ['GetItem'],
    logTable: ['BatchGetItem', 'GetItem', 'PutItem', 'Query'],
    logIndexTable: ['GetItem', 'Query'],
    wordsTable: ['BatchGetItem', 'PutItem'],
    treeTable: ['PutItem'],
    watchTable: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    policyTable: ['GetItem'],
    Log: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  maintenance: {
    agenciesTable: ['GetItem'],
    claimsTable: ['PutItem', 'UpdateItem'],
    keysTable: ['GetItem', 'PutItem', 'Scan', 'UpdateItem'],
    sheetsTable: ['DeleteItem', 'PutItem', 'Query', 'Scan'],
    indexTable: ['DeleteItem', 'PutItem', 'Scan'],
    caseworkTable: ['DeleteItem', 'PutItem', 'Query'],
    jobsTable: ['GetItem', 'PutItem', 'Scan', 'UpdateItem'],
    statusTable: ['PutItem'],
    policyTable: ['GetItem'],
    cohortsTable: ['DeleteItem', 'PutItem', 'Query'],
    watchTable: ['Query'],
    logTable: ['BatchGetItem', 'PutItem', 'Query'],
    logIndexTable: ['GetItem', 'Query'],
    wordsTable: ['BatchGetItem', 'GetItem', 'PutItem'],
    treeTable: ['PutItem'],
    class: ['Decrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'],
    Index: ['GenerateMac'],
    Reference: ['GenerateMac'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
  steward: {
    agenciesTable: ['DescribeTable', 'GetItem', 'PutItem', 'Scan'],
    claimsTable: ['PutItem', 'UpdateItem'],
    budgetsTable: ['GetItem'],
    policyTable: ['GetItem', 'PutItem', 'Query'],
    cohortsTable: ['GetItem', 'PutItem'],
    logTable: ['DescribeTable', 'PutItem'],
    wordsTable: ['PutItem'],
    treeTable: ['PutItem'],
    Token: ['GetPublicKey'],
    Writer: ['Sign'],
  },
};

/** Everything that could be tried, not only what the stack grants. */
const TABLE_ACTIONS = words(`GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem BatchWriteItem
  ConditionCheckItem PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete DescribeTable UpdateTable DeleteTable
  PutResourcePolicy DeleteResourcePolicy CreateBackup ExportTableToPointInTime UpdateContinuousBackups
  RestoreTableToPointInTime UpdateTimeToLive EnableKinesisStreamingDestination`);
const KEY_ACTIONS = words(`Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyPair
  GenerateDataKeyWithoutPlaintext GenerateMac VerifyMac Sign Verify GetPublicKey DeriveSharedSecret CreateGrant
  DescribeKey PutKeyPolicy ScheduleKeyDeletion DisableKey ImportKeyMaterial ReplicateKey`);

/** A request as the code makes it; the twins below change one value of it. */
function properContext(id: string, action: string): Context {
  const name = className(id);
  if (name !== null) return encryption(PACK.collection, name);
  if (/^ServiceKeys(Attestation|Answer)/.test(id)) return { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  if (id.startsWith('ServiceKeysToken')) return { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' };
  if (/^ServiceKeys(Writer|Log)/.test(id)) return { 'kms:SigningAlgorithm': 'ED25519_SHA_512' };
  if (id.startsWith('ServiceKeys')) return { 'kms:MacAlgorithm': 'HMAC_SHA_256' };
  if (id.startsWith('caseworkTable'))
    return { 'dynamodb:LeadingKeys': [action === 'GetItem' ? 'incident:some' : '#freezes'] };
  if (id.startsWith('cohortsTable')) return { 'dynamodb:LeadingKeys': ['asked'] };
  if (id.startsWith('requestsTable')) return { 'dynamodb:Attributes': ['part', 'item', 'revision'] };
  if (id.startsWith('treeTable')) return { 'dynamodb:LeadingKeys': ['writer'] };
  if (id.startsWith('watchTable')) return { 'dynamodb:LeadingKeys': ['decoy'] };
  if (id.startsWith('agenciesTable')) return { 'dynamodb:Attributes': ['clientId', 'locked', 'revision'] };
  return id.startsWith('keysTable') ? { 'dynamodb:Attributes': ['subject', 'logId'] } : {};
}

describe.each(Object.keys(INTENDED))('%s', (fn) => {
  it('may do exactly what is intended, on every table and key', () => {
    const may: Record<string, string[]> = {};
    for (const [id, target] of all) {
      const service = target.arn.split(':')[2];
      const actions = service === 'kms' ? KEY_ACTIONS : TABLE_ACTIONS;
      const allowed = actions.filter((action) =>
        allows(session(fn), `${service}:${action}`, target, properContext(id, action)),
      );
      const name = className(id) === null ? id.replace(/^ServiceKeys|[0-9A-F]{8}$/g, '') : 'class';
      if (allowed.length > 0) may[name] = [...new Set([...(may[name] ?? []), ...allowed])].sort();
    }
    expect(may).toEqual(INTENDED[fn]);
  });
});

describe('a class key', () => {
  const [first, second] = PACK.classes as [string, string];
  const [fromFirst] = classTargets(first);

  it.each([
    ['intake', 'kms:GenerateDataKey'],
    ['maintenance', 'kms:Decrypt'],
    ['maintenance', 'kms:ReEncryptFrom'],
    ['maintenance', 'kms:ReEncryptTo'],
  ])('serves %s for its own class and collection only', (fn, action) => {
    const may = (context: Context) => allows(session(fn), action, fromFirst as Target, context);
    expect(may(encryption(PACK.collection, first))).toBe(true);
    expect(may(encryption(PACK.collection, second))).toBe(false);
    expect(may(encryption('others', first))).toBe(false);
    expect(may({ 'kms:EncryptionContext:class': first })).toBe(false);
    expect(may({})).toBe(false);
  });

  it('serves verify where a programme reads the class or a decision does, and nowhere else', () => {
    const opened = PACK.classes.filter((name) =>
      classTargets(name).every((key) =>
        allows(session('verify'), 'kms:Decrypt', key, encryption(PACK.collection, name)),
      ),
    );
    expect(opened.toSorted()).toEqual(PACK.verified);
    expect(opened.length).toBeLessThan(PACK.classes.length / 3);
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

  it('deletes items of any table but the log', () => {
    const deletable = (name: string) => allows(ADMINISTRATOR, 'dynamodb:DeleteItem', target(name) as Target);
    expect(deletable('claimsTable')).toBe(true);
    expect(deletable('logTable')).toBe(false);
  });
});

describe.each(['release', 'verify', 'insight', 'casework'])('%s', (fn) => {
  it.each([
    [['clientId', 'locked', 'revision'], true],
    [['clientId', 'record'], false],
    [['clientId', 'locked', 'record'], false],
    [[], false],
  ])('changing the attributes %j of an agency: %s', (attributes, allowed) => {
    const context: Context = attributes.length > 0 ? { 'dynamodb:Attributes': attributes } : {};
    const agencies = target('agenciesTable') as Target;
    expect(allows(session(fn), 'dynamodb:UpdateItem', agencies, context)).toBe(allowed);
  });
});

describe('audit', () => {
  it.each([
    [['subject', 'logId'], true],
    [['subject', 'logId', 'wrapped'], false],
    [[], false],
  ])('reading the attributes %j of a key item: %s', (attributes, allowed) => {
    const context: Context = attributes.length > 0 ? { 'dynamodb:Attributes': attributes } : {};
    expect(allows(session('audit'), 'dynamodb:GetItem', target('keysTable') as Target, context)).toBe(
      allowed,
    );
  });

  it.each([
    [['subject', 'logId', 'head.MPS'], true],
    [['subject', 'logId', 'head.MPS', 'county'], false],
    [['subject', 'logId', 'key.some'], false],
    [[], false],
  ])('looking through the attributes %j of all key items: %s', (attributes, allowed) => {
    const context: Context = attributes.length > 0 ? { 'dynamodb:Attributes': attributes } : {};
    expect(allows(session('audit'), 'dynamodb:Scan', target('keysTable') as Target, context)).toBe(allowed);
  });
});

describe('release', () => {
  it.each([
    ['PutItem', ['part', 'item', 'asked', 'revision', 'collections', 'expires'], true],
    ['PutItem', ['part', 'item', 'details'], true],
    ['PutItem', ['part', 'item', 'asked', 'said', 'revision', 'collections', 'expires'], false],
    ['UpdateItem', ['part', 'item', 'revision', 'collections', 'collectedAt'], true],
    ['UpdateItem', ['part', 'item', 'said', 'revision'], false],
    ['UpdateItem', [], false],
    ['DeleteItem', [], false],
  ])('files and collects requests, and approves none: %s of %j is %s', (action, attributes, allowed) => {
    const context: Context = attributes.length > 0 ? { 'dynamodb:Attributes': attributes } : {};
    const requests = target('requestsTable') as Target;
    expect(allows(session('release'), `dynamodb:${action}`, requests, context)).toBe(allowed);
  });
});

describe('a writer', () => {
  it.each([
    [['writer'], true],
    [['lock'], false],
    [['writer', 'lock'], false],
    [[], false],
  ])('putting under %j of the tree table: %s', (keys, allowed) => {
    const context: Context = keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {};
    const tree = target('treeTable') as Target;
    expect(allows(session('release'), 'dynamodb:PutItem', tree, context)).toBe(allowed);
  });
});

describe('a signing or MAC key', () => {
  it.each([
    ['token', 'Sign', 'ServiceKeysToken', 'kms:SigningAlgorithm', 'ECDSA_SHA_256', 'ECDSA_SHA_384'],
    ['release', 'Sign', 'ServiceKeysWriter', 'kms:SigningAlgorithm', 'ED25519_SHA_512', 'ED25519_PH_SHA_512'],
    ['release', 'GenerateMac', 'ServiceKeysIndex', 'kms:MacAlgorithm', 'HMAC_SHA_256', 'HMAC_SHA_512'],
  ])('serves %s to %s with the one algorithm', (fn, action, id, key, right, wrong) => {
    const may = (context: Context) => allows(session(fn), `kms:${action}`, target(id) as Target, context);
    expect([may({ [key]: right }), may({ [key]: wrong }), may({})]).toEqual([true, false, false]);
  });
});

function session(fn: string) {
  const role = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith(`${fn}Role`))?.[0];
  return roleSession(stack, role ?? expect.fail(`no role of ${fn}`));
}

function target(prefix: string): Target | undefined {
  return [...all].find(([id]) => id.startsWith(prefix))?.[1];
}

/** The class that a key's logical id stands for, from the condition in its own policy; `null` for other keys. */
function className(id: string): string | null {
  if (!id.startsWith('ClassKeys')) return null;
  return JSON.stringify(all.get(id)?.policy).match(/EncryptionContext:class":"([^"]+)"/)?.[1] ?? null;
}

function classTargets(name: string): Target[] {
  return [...all].filter(([id]) => className(id) === name).map(([, key]) => key);
}

function encryption(collection: string, name: string): Context {
  return { 'kms:EncryptionContext:collection': collection, 'kms:EncryptionContext:class': name };
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
