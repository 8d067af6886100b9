import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/parties.ts';
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

it('the page of the first start names every office of the sample', () => {
  const text = readFileSync(join(ROOT, 'docs/start.md'), 'utf8');
  const missing = SAMPLE_AGENCIES.filter(({ clientId }) => !text.includes(`\`${clientId}\``));
  expect(missing.map(({ clientId }) => clientId)).toEqual([]);
});

it('every dependency says in one line why it earns its place', () => {
  const text = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
  const explained = [...text.matchAll(/^\| `([^`]+)` +\| .{20,} \|$/gm)].map((match) => match[1]);
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  expect([...explained].sort()).toEqual([...declared].sort());
});

describe('the commands of the documents', () => {
  const count = (cwd: string) =>
    spawnSync(process.execPath, [join(ROOT, '.ci/blocks.mjs'), 'count'], { cwd, encoding: 'utf8' });

  it('run in CI, or say by a known reason why not', () => {
    const { status, stderr } = count(ROOT);
    expect(stderr).toMatch(/, 0 unmarked\n$/);
    expect(status, stderr).toBe(0);
  });

  it.each([
    [
      'in a block without a language',
      '```\nnpx fieldgate today\n```',
      'README.md: not marked: npx fieldgate today',
    ],
    [
      'in a block of another name',
      '```bash\nnpx fieldgate today\n```',
      'README.md: not marked: npx fieldgate today',
    ],
    ['that are indented', 'Type:\n\n    npm start\n', 'README.md: not marked: npm start'],
    ['for an unknown reason', '```sh not run: later\nnpm start\n```', 'not a known reason: later'],
  ])('are counted %s', (_, page, fault) => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldgate-pages-'));
    writeFileSync(join(folder, 'README.md'), `# Page\n\n${page}\n`);
    const { status, stderr } = count(folder);
    rmSync(folder, { recursive: true });
    expect(stderr).toContain(fault);
    expect(status).toBe(1);
  });
});

describe('the decisions', () => {
  const folder = join(ROOT, 'docs/decisions');
  const files = readdirSync(folder).filter((file) => /^\d{3}-/.test(file));
  const FORM =
    /^# (\d{3})\. (.+)\n\n- Status: (Proposed|Accepted|Superseded by \d{3})\n- Date: (\d{4}-\d{2}-\d{2})\n\n## Context\n\n[\s\S]+\n## Choice\n\n[\s\S]+\n## Consequences\n\n[\s\S]+$/;

  it.each(files)('%s has the one form, under the number of its name', (file) => {
    const [, number] = FORM.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    expect(number).toBe(file.slice(0, 3));
  });

  it('are listed in the index, with title, status and date', () => {
    const rows = files.sort().map((file) => {
      const [, number, title, status, date] = FORM.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
      return `| ${number} | [${title}](${file}) | ${status} | ${date} |`;
    });
    const index = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(index.split('\n').filter((line) => /^\| \d/.test(line))).toEqual(rows);
  });
});

it('the files of ARCHITECTURE.md exist', () => {
  const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
  const named = [...text.matchAll(/`((?:functions|shared|infra|test|docs)\/[\w./-]+\.(?:ts|md|txt))`/g)];
  expect(named.length).toBeGreaterThan(20);
  expect(named.map(([, file]) => file as string).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
