import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  assessed,
  countedIn,
  printed,
  runningHere,
  runningIn,
} from '../../infra/aws/commands/cryptography.ts';
import type { Aws } from '../../infra/aws/commands/doctor.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testGateway } from '../support/gateway.ts';
import { CHINA, ofType, synthesise } from './synthesise.ts';

/** Answers in the form of the AWS CLI's, of a deployed template. */
function account(changes: Parameters<typeof synthesise>[1]): Aws {
  const stack = synthesise('dev', changes);
  const aliases = ofType(stack, 'AWS::KMS::Alias').map(([, { Properties }]) => ({
    AliasName: Properties.AliasName,
    TargetKeyId: Properties.TargetKeyId['Fn::GetAtt'][0],
  }));
  const functions = ofType(stack, 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
    ...{ FunctionName: `fieldgate-dev-${id}`, Runtime: Properties.Runtime },
    Environment: Properties.Environment,
  }));
  const strangers = {
    Aliases: [{ AliasName: 'alias/fieldgate-prod-index', TargetKeyId: 'of-another' }],
    Functions: [{ FunctionName: 'another', Environment: { Variables: { CRYPTOGRAPHY: 'none' } } }],
  };
  const answers: Record<string, (id: string) => unknown> = {
    'kms list-aliases': () => ({ Aliases: [...aliases, ...strangers.Aliases] }),
    'kms describe-key': (id) => {
      const key = stack.resources.get(id) ?? expect.fail(id);
      return { KeyMetadata: { KeySpec: key.Properties.KeySpec ?? 'SYMMETRIC_DEFAULT' } };
    },
    'lambda list-functions': () => ({ Functions: [...functions, ...strangers.Functions] }),
  };
  return (...words) => (answers[words.slice(0, 2).join(' ')] ?? expect.fail(words[1]))(words.at(-1) ?? '');
}

const rowsOf = (text: string) => text.split('\n').map((line) => line.split(' | '));
const cellOf = (text: string, data: string) => rowsOf(text).find(([first]) => first === `| ${data}`);

const china = () => runningIn(account({ ...CHINA, region: 'cn-northwest-1' }), 'cn-northwest-1', 'dev');
const ireland = () => runningIn(account({}), 'eu-west-1', 'dev');

it('the table of a stack in China says what its functions and keys are', () => {
  const running = china();
  expect(running).toMatchObject({ cryptography: ['national'], authorization: ['iam'], kms: 'aws-cn' });
  const table = printed(running, 'en');
  expect(cellOf(table, 'records written now')?.slice(1, 3)).toEqual([
    'SM4-CTR, HMAC-SM3',
    '128 bits, HKDF-SM3',
  ]);
  expect(cellOf(table, 'data keys of records')).toMatchObject({ 1: 'SM4 (KMS)', 5: 'none |' });
  expect(cellOf(table, 'checkpoints of the log')?.[1]).toBe('Ed25519');
  const trees = (text: string) =>
    rowsOf(text).flatMap(([data, by]) => (data === '| integrity of the log' ? by : []));
  expect([trees(table), trees(printed(ireland(), 'en'))]).toEqual([['SHA-256', 'SM3'], ['SHA-256']]);
  expect(cellOf(table, 'references to a person')?.[5]).toBe('KMS has no HMAC-SM3 |');
  // What no suite seals, and answers, for which JOSE has nothing else.
  const aes = [
    ...[
      'words and names in the log',
      'lists that wait, and their results',
      'contents of files',
      'buckets at rest',
    ],
    'contents of sealed answers',
  ];
  expect(rowsOf(table).flatMap(([data, by = '']) => (by.includes('AES') ? [data] : []))).toEqual(
    aes.map((data) => `| ${data}`),
  );
});

it('that of another region names AES and the setting that is missing', () => {
  const table = printed(ireland(), 'en');
  expect(cellOf(table, 'records written now')).toMatchObject({
    1: 'AES-256-GCM',
    5: 'not an approved algorithm: cryptography national |',
  });
  expect(cellOf(table, 'data keys of records')?.[1]).toBe('AES-256-GCM (KMS)');
});

it('both languages say each row, and name each key of the stack once', () => {
  for (const running of [china(), ireland()]) {
    const all = assessed(running);
    const counted = all.map((row) => Number(/^(\d+) ×/.exec(row[2][0])?.[1] ?? 0));
    expect(counted.reduce((sum, one) => sum + one, 0)).toBe(running.keys.length);
    for (const row of all) expect(row).toHaveLength(6);
    // A name without words would stand there as it is.
    for (const [data, , , , module] of all)
      for (const words of [data, module]) expect(words[1]).toMatch(/\p{Script=Han}/u);
  }
});

it('an environment that is not there has no table', () => {
  expect(() => runningIn(account({}), 'eu-west-1', 'staging')).toThrow('no function of staging in eu-west-1');
});

it('while a deployment is in progress both settings are named', () => {
  const running = { ...china(), cryptography: ['standard', 'national'] };
  expect(printed(running, 'en').match(/records written now/g)).toHaveLength(2);
});

it('what is stored is counted by a sweep, and without one the table says that it is not known', () => {
  expect(cellOf(printed(china(), 'en'), 'records stored')).toMatchObject({
    1: 'not counted',
    5: 'not counted: fieldgate keys sweep |',
  });
  const file = join(temporaryFolder(), 'counted.json');
  const give = (job: object) => {
    writeFileSync(file, JSON.stringify({ data: job }));
    return printed({ ...china(), counted: countedIn(file) }, 'zh');
  };
  const suites = { '1 contact-phone': 3, '1 identity-name': 9, '2': 40 };
  const table = give({ kind: 'sweep', state: 'done', suites });
  expect(rowsOf(table).filter(([first]) => first === '| 已存记录')).toMatchObject([
    { 1: 'SM4-CTR', 2: '40 个数据密钥', 5: '模块未经认证 |' },
    {
      1: 'AES-256-GCM',
      2: '12 个数据密钥: contact-phone 3, identity-name 9',
      5: '此前所封：执行 fieldgate keys rekey |',
    },
  ]);
  for (const job of [
    { kind: 'rekey', state: 'done', suites },
    { kind: 'sweep', state: 'running', suites },
    { kind: 'sweep', state: 'done' },
  ])
    expect(() => give(job)).toThrow('no job of a sweep');
});

it('the document says of each gap what an operator does about it', () => {
  const page = readFileSync('docs/operate/china.md', 'utf8');
  const counted = { suites: { '1 identity-name': 1 } };
  const gaps = new Map(
    [china(), ireland(), { ...china(), counted }].flatMap(assessed).map(({ 5: gap }) => gap),
  );
  gaps.delete('none');
  expect(gaps.size).toBeGreaterThan(5);
  expect([...gaps].filter((words) => !page.includes(`| ${words.join(' | ')} |`))).toEqual([]);
});

it('that of a local gateway is read from its state, without the material of a key', async () => {
  const folder = temporaryFolder();
  const gateway = await testGateway({ folder, cryptography: 'national' });
  await gateway.close();
  writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ cryptography: 'national', openssl: '3.5.8' }));
  const table = printed(runningHere(folder), 'en');
  expect(cellOf(table, 'records written now')?.[1]).toBe('SM4-CTR, HMAC-SM3');
  expect(cellOf(table, 'data keys of records')).toMatchObject({
    1: 'SM4-CTR, HMAC-SM3 (KMS)',
    5: 'module not certified |',
  });
  for (const { material } of JSON.parse(readFileSync(join(folder, 'kms.json'), 'utf8')).keys)
    expect(table).not.toContain(material);
});
