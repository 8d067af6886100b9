import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { expect, test as plain, vi } from 'vitest';
import { type Gateway, startGateway } from '../../infra/local/gateway.ts';
import { readClassKeys } from '../../shared/env.ts';
import { putAgency, readAgency } from '../../shared/identity/agencies/agencies.ts';
import { lockAgency } from '../../shared/identity/agencies/marks.ts';
import { asClientId } from '../../shared/ids.ts';
import { temporaryFolder } from '../support/folder.ts';

const start = (folder: string, more: { fresh?: boolean } = {}) =>
  startGateway({ folder, port: 0, faults: false, ...more });
const refusal = (call: Promise<Gateway>) =>
  call.then(
    () => 'started',
    (error: Error) => `${error.name}: ${error.message}`,
  );

const test = plain.extend('folder', () => temporaryFolder());

test('keys, items, agencies and the trail outlive a restart; --fresh starts from scratch', async () => {
  const folder = temporaryFolder();
  const first = await start(folder);
  const KeyId = first.env.tokenKey;
  const dataKey = readClassKeys(first.env.classKeys).get('facts') as string;
  const item = { claim: { S: 'c' } };
  await first.dynamo.send(new PutItemCommand({ TableName: first.env.claimsTable, Item: item }));
  const made = await first.kms.send(new GenerateDataKeyCommand({ KeyId: dataKey, NumberOfBytes: 32 }));
  const agency = first.agency('mca-county');
  await first.close();

  const second = await start(folder);
  expect(second.env.tokenKey).toBe(KeyId);
  expect(second.env.classKeys).toBe(first.env.classKeys);
  const get = new GetItemCommand({ TableName: second.env.claimsTable, Key: item });
  expect((await second.dynamo.send(get)).Item).toEqual(item);
  const blob = { KeyId: dataKey, CiphertextBlob: made.CiphertextBlob };
  expect((await second.kms.send(new DecryptCommand(blob))).Plaintext).toEqual(made.Plaintext);
  expect(second.agency('mca-county')).toEqual({ ...agency, issuer: second.url });
  await second.close();
  const trail = join(folder, 'cloudtrail');
  const lines = readdirSync(trail).flatMap((file) =>
    readFileSync(join(trail, file), 'utf8').trim().split('\n'),
  );
  const own = lines
    .map((line) => JSON.parse(line))
    .filter(({ userIdentity }) => JSON.stringify(userIdentity).includes('operator'));
  expect(own.map(({ eventName }) => eventName)).toEqual(['GenerateDataKey', 'Decrypt']);

  const third = await start(folder, { fresh: true });
  expect(third.env.tokenKey).not.toBe(KeyId);
  expect((await third.dynamo.send(get)).Item).toBeUndefined();
  await third.close();
});

test('a restart keeps what stewards changed: a suspension, an area', async ({ folder }) => {
  const first = await start(folder);
  await lockAgency(first.tables.agencies, asClientId('mca-county'));
  const school = await readAgency(first.tables.agencies, asClientId('edu-county'));
  if (!school) throw new Error('no such sample agency');
  await putAgency(first.tables.agencies, { ...school.agency, areas: ['990001999'] });
  await first.close();

  const second = await start(folder);
  expect((await readAgency(second.tables.agencies, asClientId('mca-county')))?.agency.suspended).toBe(true);
  expect((await readAgency(second.tables.agencies, asClientId('edu-county')))?.agency.areas).toEqual([
    '990001999',
  ]);
  await second.close();

  // An office whose key file is lost gets new keys; that lifts no suspension.
  rmSync(join(folder, 'agencies/mca-county.json'));
  const third = await start(folder);
  const known = await readAgency(third.tables.agencies, asClientId('mca-county'));
  expect(known?.agency.jwks.keys.map(({ kid }) => kid)).toContain(third.agency('mca-county').sig.kid);
  expect(known?.agency.suspended).toBe(true);
  await third.close();
});

test('files with keys are readable only by their owner', async ({ folder }) => {
  await (await start(folder)).close();
  for (const file of ['kms.json', 'agencies/mca-county.json']) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  }
});

test.each([
  ['kms.json', '{"version":1'],
  ['agencies/mca-county.json', '{}'],
  ['store/tables.sqlite', 'junk'],
])('a damaged %s is told in one line, and nothing of it is repeated', async (file, junk) => {
  const folder = temporaryFolder();
  await (await start(folder)).close();
  writeFileSync(join(folder, file), junk);
  const line = await refusal(start(folder));
  expect(line).toMatch(/^StartError: .* is damaged; .*--fresh/);
  expect(line).toContain(join(folder, file.split('/')[0] as string));
  expect(line).not.toMatch(/\n|junk/);
  expect(await refusal(start(folder, { fresh: true }))).toBe('started');
});

test('one changed character in the key file is found', async ({ folder }) => {
  await (await start(folder)).close();
  const file = join(folder, 'kms.json');
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf('"material": "') + 20;
  writeFileSync(file, text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1));
  expect(await refusal(start(folder))).toMatch(/kms\.json is damaged/);
  writeFileSync(file, text);
  const again = await start(folder);
  await again.close();
});

test('a lost key file is not replaced by new keys once there is data', async ({ folder }) => {
  await (await start(folder)).close();
  rmSync(join(folder, 'kms.json'));
  expect(await refusal(start(folder))).toMatch(/kms\.json is damaged/);
});

test('a file in place of the folder', async () => {
  const folder = join(temporaryFolder(), 'state');
  writeFileSync(folder, '');
  expect(await refusal(start(folder))).toMatch(/^StartError: cannot make the folder .*state/);
});

test('a folder and a port that another gateway uses', async ({ folder }) => {
  const first = await start(folder);
  expect(await refusal(start(folder))).toMatch(/is in use by another gateway/);
  expect(await refusal(start(folder, { fresh: true }))).toMatch(/is in use by another gateway/);
  const port = Number(new URL(first.url).port);
  const other = startGateway({ folder: temporaryFolder(), port, faults: false });
  expect(await refusal(other)).toMatch(/^StartError: port \d+ is in use/);
  expect(await readAgency(first.tables.agencies, asClientId('mca-county'))).toBeDefined();
  await first.close();
});

test.each(['log', 'store'])('a %s that is gone is told, and no other takes its place', async (part) => {
  const folder = temporaryFolder();
  const first = await startGateway({ folder, port: 0, faults: false, sequenceEvery: 50 });
  await vi.waitUntil(() => existsSync(join(folder, 'log', 'checkpoint')), { timeout: 20_000 });
  await first.close();
  // This start sees that there is a log.
  await (await start(folder)).close();
  rmSync(join(folder, part), { recursive: true });
  expect(await refusal(start(folder))).toMatch(new RegExp(`^StartError: .*/${part} is missing, .*--fresh`));
  expect(await refusal(start(folder, { fresh: true }))).toBe('started');
});
