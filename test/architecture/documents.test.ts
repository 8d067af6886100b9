import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { brokenLinks, readDocuments } from './documents.ts';
import { ROOT } from './modules.ts';

it('every relative link in the documents leads somewhere', () => {
  expect(brokenLinks(readDocuments())).toEqual([]);
  const bad =
    '[a](missing.md) [b](#no-such-heading) [c](https://example.org) [d](LICENSE)\n# Here\n[e](#here)';
  expect(brokenLinks([{ file: 'README.md', text: bad }])).toEqual([
    'README.md → missing.md',
    'README.md → #no-such-heading',
  ]);
});

it('every dependency says in one line why it earns its place', () => {
  const text = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
  const explained = [...text.matchAll(/^\| `([^`]+)` +\| .{20,} \|$/gm)].map((match) => match[1]);
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  expect([...explained].sort()).toEqual([...declared].sort());
});
