/** `fieldgate policy publish` and `versions`, against a gateway. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { templateFor } from '../../infra/aws/owner-template.ts';
import { hashOf, loadPack } from '../../shared/policy/pack/load-pack.ts';
import { logInAt, putLogin } from '../cli/run.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';

const FIELDGATE = fileURLToPath(new URL('../../infra/cli/fieldgate.ts', import.meta.url));

const gateway = await fileGateway();

// Each of them proves the sentences of law, which takes seconds.
test('two stewards put a pack in force, and the list shows it', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const key = join(folder, 'steward.json');
  writeFileSync(key, JSON.stringify(gateway.agency('steward-office')));
  const next = structuredClone({ ...compiled, version: '2026.1' });
  next.purposes.S1.batch = 40;
  const file = join(folder, 'next.json');
  writeFileSync(file, JSON.stringify({ ...next, hash: hashOf(next) }));
  const policy = (...words: string[]) => run(folder, ['--agency-file', key, '--json', 'policy', ...words]);
  logInAt(folder, gateway);
  const publish = async (officer: string, ...seen: string[]) => {
    await putLogin(folder, 'steward-office', officer);
    return policy('publish', file, '--officer', officer, '--reason', 'smaller batches', ...seen);
  };
  // What a department deployed for a pack of which W1 opened nothing.
  const narrow = {
    ...compiled,
    purposes: { ...compiled.purposes, W1: { ...compiled.purposes.W1, cells: {} } },
  };
  const served = { environment: 'prod', account: '111122223333', multiRegion: false };
  const deployed = templateFor(loadPack(narrow), served, { owner: 'HEALTH' });
  writeFileSync(join(folder, 'HEALTH.json'), JSON.stringify({ TemplateBody: deployed }));
  const first = await publish('chen', '--owners', folder);
  expect(first).toMatchObject({ state: 'pending' });
  expect(first.notAllowed).toContainEqual({
    ...{ department: 'HEALTH', class: 'health-illness', purposes: ['W1'] },
  });
  expect(await publish('zhou', '--entry', first.receipt.entry)).toMatchObject({ version: '2026.1' });
  expect(await policy('versions')).toMatchObject([
    { version: compiled.version, inForce: false, shipped: true },
    { version: '2026.1', inForce: true, shipped: false },
  ]);
});

async function run(cwd: string, words: string[]) {
  const child = spawn(process.execPath, [FIELDGATE, ...words], { cwd });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  await new Promise((done) => child.once('close', done));
  expect(output.stderr).toBe('');
  return JSON.parse(output.stdout).data;
}
