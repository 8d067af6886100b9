/** The bytes of a bundle do not say where it was built. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

it('a bundle is the same from any folder, and its map still leads to its sources', () => {
  const folders = ['out', 'a/deeper/out'].map((name) => join(mkdtempSync(join(tmpdir(), 'map-')), name));
  const built = folders.map((folder) => {
    mkdirSync(folder, { recursive: true });
    buildSync({
      ...{ entryPoints: ['functions/sequencer/rounds.ts'], outfile: join(folder, 'index.js'), bundle: true },
      ...{ format: 'cjs', platform: 'node', sourcemap: 'external', sourcesContent: false },
    });
    const before = readFileSync(join(folder, 'index.js.map'), 'utf8');
    execFileSync(process.execPath, ['infra/aws/bundle/rooted-map.ts', folder, resolve('.')]);
    const after = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
    return { before, after };
  });
  const [one, other] = built;
  expect(one?.before).not.toBe(other?.before);
  expect(one?.after).toEqual(other?.after);
  const { sources } = JSON.parse(one?.after['index.js.map'] ?? '') as { sources: string[] };
  expect(sources).toContain('functions/sequencer/rounds.ts');
  for (const source of sources) expect(source).not.toMatch(/^\.\.|^\//);
});
