/** What others find of a file: a program with the answer alone, a search of the disk, and KMS's own record. */
import { spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startGateway } from '../../infra/local/gateway.ts';
import { connect } from '../../shared/client/connect.ts';
import { type GivenFile, isFile } from '../../shared/client/files.ts';
import { registerCase } from '../support/cases.ts';
import { sharedFolder } from '../support/folder.ts';
import { callers } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const PYTHON = '/usr/bin/python3';
const there = spawnSync(PYTHON, ['-c', 'import cryptography']).status === 0;
const clock = { now: Date.now() };
const folder = sharedFolder();
const PLANTED = 'a page that no place may hold';
const content = Buffer.concat([Buffer.from(`%PDF-1.7\n${PLANTED}\n`.repeat(400)), randomBytes(100_000)]);

const gateway = await startGateway({
  ...{ folder, port: 0, faults: false, people: 'tokens' as const, sequenceEvery: null },
  now: () => clock.now,
});
afterAll(() => gateway.close());
const { put } = callers(gateway);

async function office(officer: string) {
  const { sig: key, enc } = gateway.agency('health-hospital');
  const person = { id: officer, roles: ['casework', 'release'], office: 'health-hospital' } as const;
  const actorToken = async () => (await gateway.signIn?.(person)) ?? '';
  return connect({ issuer: gateway.url, clientId: 'health-hospital', key, enc, actorToken });
}

/** A file, put, taken and given. */
async function given(): Promise<GivenFile> {
  const officer = 'doctor.o';
  const gate = await office(officer);
  const match = { id_number: freshNumber() };
  const about = { field: 'medical_record', type: 'application/pdf', sha256: hash('sha256', content) };
  const file = await gate.files.put({ ...about, bytes: content.length, read: () => [content] });
  await put('mca-county', { match, fields: { division_code: '990001001' } });
  await put('health-hospital', { match, fields: { medical_record: { file } } });
  const words = { purpose: 'H1', case: `H-2026-${file.slice(0, 6)}`, officer };
  await registerCase(gateway, 'health-hospital', words, [{ match }], clock.now);
  const { results } = await gate.release({
    ...{ ...words, reason: 'treatment of the child', subjects: [{ match }], fields: ['medical_record'] },
    context: { imminentDangerAttested: true },
  });
  const [result] = results;
  const value = result && !('refused' in result) ? result.fields['medical_record']?.value : null;
  return isFile(value) ? value : expect.fail(JSON.stringify(results));
}

const filesIn = (place: string) =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));

it('opens by another program, is nowhere on the disk, and has an entry for each of its two unwraps', {
  timeout: 60_000,
}, async () => {
  // From here on the watch compares.
  await gateway.watcher.reconcile();
  const value = await given();
  const object = Buffer.from(await (await fetch(value.url)).arrayBuffer());

  if (there) {
    const words = [object, Buffer.from(value.key, 'base64url'), Buffer.from(value.context, 'base64url')];
    const input = words.map((one) => one.toString('hex')).join(' ');
    const run = { input, encoding: 'utf8', maxBuffer: 1 << 25 } as const;
    const { stdout } = spawnSync(PYTHON, [join(import.meta.dirname, 'open_chunked.py')], run);
    expect(hash('sha256', Buffer.from(stdout.trim(), 'hex').subarray(0, value.bytes))).toBe(value.sha256);
  }

  while ((await gateway.sequencer.step()).sequenced > 0);
  const written = filesIn(folder);
  expect(written.some((path) => path.endsWith(`objects/${value.file}`))).toBe(true);
  const secret = Buffer.from(value.key, 'base64url');
  for (const path of written) {
    const bytes = readFileSync(path);
    const forms = [PLANTED, PLANTED.slice(3, 18), value.key, secret, secret.toString('hex')];
    for (const form of forms) expect([path, bytes.includes(form)]).toEqual([path, false]);
    for (const shift of [0, 1, 2]) {
      const within = Buffer.from(PLANTED).subarray(shift).toString('base64').slice(0, 28);
      expect([path, bytes.includes(within)]).toEqual([path, false]);
    }
  }

  clock.now += 180_000;
  let [matched, faults] = [0, 0];
  for (let behind = 1; behind > 0; ) {
    const span = await gateway.watcher.reconcile();
    matched += span.matched;
    faults += span.faults;
    behind = span.behind;
  }
  expect(faults).toBe(0);
  expect(matched).toBeGreaterThanOrEqual(2);
});
