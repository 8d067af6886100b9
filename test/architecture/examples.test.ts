import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';

const folder = join(ROOT, 'docs/integrate');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

it.each([
  ['python.md', 'python', '.py'],
  ['java.md', 'java', '.java'],
])('the programs in docs/integrate/%s are those that run', (page, language, ending) => {
  const files = readdirSync(join(folder, 'examples')).filter((name) => name.endsWith(ending));
  const sources = files.map((name) => read(`examples/${name}`));
  const blocks = [...read(page).matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))];
  expect(blocks.length).toBeGreaterThan(1);
  for (const [, block = ''] of blocks) {
    expect(sources.some((source) => source.includes(block))).toBe(true);
  }
});
