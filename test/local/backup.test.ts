import { hash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGateway } from '../../infra/local/gateway.ts';
import { backUp } from '../../infra/local/state/backup-ask.ts';
import { restore } from '../../infra/local/state/restore.ts';
import { markLogged, statePaths, storeFile } from '../../infra/local/state/state.ts';
import { connect } from '../../shared/client/connect.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { eraseByTwo, makeChild, subjectOf } from '../maintenance/rig.ts';
import { temporaryFolder } from '../support/folder.ts';
import { callers, shortSteps, type TestGateway } from '../support/gateway.ts';

shortSteps();
const REASON = { officer: 'li.na', reason: 'child missing since noon' };

async function started(folder: string): Promise<TestGateway> {
  const gateway = await startGateway({
    folder,
    port: 0,
    faults: false,
    people: 'tokens',
    sequenceEvery: null,
  });
  return { ...gateway, trail: [], ...callers(gateway) };
}

/** The name on record, or what the release said instead. */
async function nameOf({ call }: TestGateway, match: object): Promise<string> {
  const details = { actions: ['release'], purpose: 'E1', ...REASON };
  const body = {
    ...{ collection: 'children', subjects: [{ match }], fields: ['name'] },
    context: { imminentDangerAttested: true },
  };
  const { json, text } = await call('mps-county', details, 'POST', '/v1/releases', body);
  const [result] = json.results ?? [];
  return result?.fields?.name?.value ?? result?.refused?.code ?? text;
}

/** @returns the id of a file that is a value of this person */
async function withFile(gateway: TestGateway, match: object): Promise<string> {
  const { sig: key, enc } = gateway.agency('health-hospital');
  const office = await connect({ issuer: gateway.url, clientId: 'health-hospital', key, enc });
  const content = Buffer.from('%PDF-1.7');
  const sha256 = hash('sha256', content);
  const about = { field: 'medical_record', type: 'application/pdf', bytes: content.length, sha256 };
  const file = await office.files.put({ ...about, read: () => [content] });
  await gateway.put('health-hospital', { match, fields: { medical_record: { file } } });
  return file;
}

async function sequenceAll({ sequencer }: TestGateway): Promise<void> {
  while ((await sequencer.step()).sequenced > 0);
}

it('goes back to a backup of the running gateway, with what was erased since then erased again', async () => {
  const folder = temporaryFolder();
  const paths = statePaths(folder);
  const to = join(temporaryFolder(), 'backup');
  const first = await started(folder);
  const kept = await makeChild(first);
  const erased = await makeChild(first);
  const [file, goes] = [await withFile(first, kept.match), await withFile(first, erased.match)];
  await sequenceAll(first);
  await backUp(paths, to);
  const subject = await subjectOf(first, erased.ref);
  expect((await eraseByTwo(first, erased.ref)).status).toBe(200);
  const later = await makeChild(first);
  await sequenceAll(first);
  await expect(restore(paths, to)).rejects.toThrow(/is in use by a gateway/);
  expect(await first.files.names()).toEqual([file]);
  await first.close();
  rmSync(join(paths.files, 'objects', file));

  expect(await restore(paths, to)).toMatchObject({ what: 'records' });
  expect(existsSync(join(paths.files, 'objects', goes))).toBe(true);
  const second = await started(folder);
  expect(await nameOf(second, kept.match)).toBe('欧阳娜娜');
  expect((await readState(second.tables.keys, asSubjectId(subject))).state).toBe('erased');
  expect(await second.files.names()).toEqual([file]);
  // Written after the backup, so it is gone; the log still names it.
  expect(await nameOf(second, later.match)).not.toBe('欧阳娜娜');
  const { json } = await second.call(
    'audit-office',
    { actions: ['audit'] },
    'GET',
    '/v1/log/entries?kind=erasure',
  );
  expect(json.entries.map(({ entry, ...rest }: { entry?: object }) => entry ?? rest)).toContainEqual(
    expect.objectContaining({ outcome: 'replayed' }),
  );
  await second.close();
});

it('replaces a damaged store by all of a backup, and refuses a log that is shorter than the known one', async () => {
  const folder = temporaryFolder();
  const paths = statePaths(folder);
  const to = join(temporaryFolder(), 'backup');
  const first = await started(folder);
  const kept = await makeChild(first);
  await sequenceAll(first);
  markLogged(paths);
  await backUp(paths, to);
  await makeChild(first);
  await sequenceAll(first);
  await first.close();
  truncateSync(storeFile(paths), 5000);

  await expect(started(folder)).rejects.toThrow(/is damaged; bring back a backup by npx fieldgate restore/);
  await expect(restore(paths, to)).rejects.toThrow(/verifiers would see a fork/);
  expect(await restore(paths, to, { fork: true })).toMatchObject({ what: 'all' });
  const second = await started(folder);
  expect(await nameOf(second, kept.match)).toBe('欧阳娜娜');
  await second.close();
  // What was brought back knows that it had a log, and begins no other.
  expect(existsSync(join(to, 'store/logged.json'))).toBe(true);
});

it('brings back a folder of the first seconds, before the log had a tree, with its lists', async () => {
  const paths = statePaths(temporaryFolder());
  const to = join(temporaryFolder(), 'backup');
  const first = await started(paths.folder);
  const kept = await makeChild(first);
  mkdirSync(paths.lists, { recursive: true });
  writeFileSync(join(paths.lists, 'a-list'), 'of the first day');
  await backUp(paths, to);
  await first.close();

  const elsewhere = statePaths(join(temporaryFolder(), 'restored'));
  expect(await restore(elsewhere, to)).toMatchObject({ what: 'all', log: { backup: 0, here: 0 } });
  expect(readFileSync(join(elsewhere.lists, 'a-list'), 'utf8')).toBe('of the first day');
  const second = await started(elsewhere.folder);
  expect(await nameOf(second, kept.match)).toBe('欧阳娜娜');
  await sequenceAll(second);
  await second.close();

  // A tree without its checkpoint is not one that has not begun.
  await backUp(elsewhere, `${to}-later`);
  const manifest = JSON.parse(readFileSync(join(`${to}-later`, 'backup.json'), 'utf8'));
  delete manifest.files[join('log', 'checkpoint')];
  writeFileSync(join(`${to}-later`, 'backup.json'), JSON.stringify(manifest));
  rmSync(join(`${to}-later`, 'log', 'checkpoint'));
  await expect(restore(elsewhere, `${to}-later`)).rejects.toThrow(/does not verify \(CHECKPOINT\)/);
});

it('brings back the records of another pack for that pack alone', async () => {
  const paths = statePaths(temporaryFolder());
  const to = join(temporaryFolder(), 'backup');
  await (await started(paths.folder)).close();
  writeFileSync(paths.collection, '"others"\n');
  await backUp(paths, to);
  const elsewhere = join(temporaryFolder(), 'restored');
  await restore(statePaths(elsewhere), to);
  await expect(started(elsewhere)).rejects.toThrow(/another pack/);
});

it('names a damaged page of the tables at the start, and what to do', async () => {
  const paths = statePaths(temporaryFolder());
  await (await started(paths.folder)).close();
  const file = openSync(storeFile(paths), 'r+');
  writeSync(
    file,
    Buffer.alloc(4096, 0x5a),
    0,
    4096,
    Math.floor(statSync(storeFile(paths)).size / 8192) * 4096,
  );
  closeSync(file);
  await expect(started(paths.folder)).rejects.toThrow(
    /is damaged; bring back a backup by npx fieldgate restore/,
  );
});

it('refuses a backup of which a byte was changed', async () => {
  const folder = temporaryFolder();
  const to = join(temporaryFolder(), 'backup');
  const first = await started(folder);
  await sequenceAll(first);
  await first.close();
  await backUp(statePaths(folder), to);
  for (const file of [join('store', 'tables.sqlite'), 'kms.json', join('log', 'checkpoint')]) {
    const changed = join(temporaryFolder(), 'changed');
    cpSync(to, changed, { recursive: true });
    const bytes = readFileSync(join(changed, file));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(changed, file), bytes);
    await expect(restore(statePaths(folder), changed)).rejects.toThrow(/differs from what was backed up/);
    rmSync(changed, { recursive: true });
  }
  expect(readdirSync(to)).toContain('backup.json');
});
