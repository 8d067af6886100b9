/** A broken sentence of law at the command line: its request is explained with the same result, and the pack is not published. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/folder.ts';

const FIELDGATE = fileURLToPath(new URL('../../../infra/cli/fieldgate.ts', import.meta.url));

function pack(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [FIELDGATE, 'pack', ...words, '--json'], {
    encoding: 'utf8',
  });
  return { status, data: stdout ? JSON.parse(stdout).data : null, stderr };
}

test('a broken sentence gives a request that explain takes, and publish sends nothing', () => {
  const folder = temporaryFolder();
  cpSync('shared/packs/starter', folder, { recursive: true });
  const file = join(folder, 'theorems.yaml');
  const text = readFileSync(file, 'utf8');
  // Of the name, a school reads the first letter.
  writeFileSync(file, text.replace('    never: [plain]\n', '    never: [plain, masked]\n'));

  const proof = pack('prove', folder, '--sentence', 'teachers-no-full-name');
  expect(proof.status).toBe(1);
  const [{ holds, against }] = proof.data.sentences;
  expect([holds, against.what]).toEqual([false, 'name: masked']);

  const request = join(folder, 'request.json');
  writeFileSync(request, JSON.stringify(against.request));
  const explained = pack('explain', '--pack', folder, '--request', request);
  expect(explained).toMatchObject({ status: 0, data: { outcome: 'release' } });
  const name = explained.data.fields.find(({ field }: { field: string }) => field === 'name');
  expect(name.words).toMatch(/^masked/);

  writeFileSync(request, JSON.stringify(proof.data));
  expect(pack('explain', '--pack', folder, '--request', request)).toMatchObject({ status: 2 });

  const published = pack('publish', folder, '--officer', 'chen', '--reason', 'imagined');
  expect(published.status).toBe(2);
  expect(published.stderr).toContain('teachers-no-full-name');
});
