import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRelease, type Repository, type Step } from '../../infra/package/release.ts';
import { ROOT } from '../architecture/modules.ts';

const VERSION = '9.8.7';
const CHANGELOG = `# Changelog\n\n## Unreleased\n\n## ${VERSION} (2026-12-01)\n\n- It releases fields.\n`;
const SBOM = { components: [{ name: 'jose', version: '6.0.0' }] };

const IMPORTS = { '#pack/*': './shared/packs/disadvantaged-children/compiled/*' };
const PACK = 'shared/packs/disadvantaged-children/compiled/pack.json';

/** A repository that can be released, but for what a test changes: files by name, answers by command. */
function repository(files: Record<string, string> = {}, answers: Record<string, string> = {}): Repository {
  const known: Record<string, string> = {
    'package.json': JSON.stringify({ version: VERSION, imports: IMPORTS, dependencies: { jose: '1' } }),
    'package-lock.json': JSON.stringify({ version: VERSION }),
    'CHANGELOG.md': CHANGELOG,
    ...files,
  };
  const said: Record<string, string> = {
    'git tag': '',
    'git status': '',
    'git rev-parse': 'abc\n',
    'npm sbom': JSON.stringify(SBOM),
    'npm --version': '11\n',
    ...answers,
  };
  return {
    read: (file) => known[file] ?? readFileSync(join(ROOT, file), 'utf8'),
    run: (command, verb) => said[`${command} ${verb}`] ?? expect.fail(`${command} ${verb}`),
  };
}

const open = (at: Repository): Step['name'][] =>
  checkRelease(at)
    .steps.filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe('the checklist', () => {
  it('passes a repository that can be released, and prepares both files', () => {
    const { steps, files } = checkRelease(repository());
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    const [sbom, provenance] = [...files.values()].map((text) => JSON.parse(text));
    expect([...files.keys()]).toEqual([
      `fieldgate-${VERSION}.cdx.json`,
      `fieldgate-${VERSION}.provenance.json`,
    ]);
    expect(sbom).toEqual(SBOM);
    expect(provenance).toMatchObject({
      version: VERSION,
      commit: 'abc',
      pack: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  const pack = JSON.parse(readFileSync(join(ROOT, PACK), 'utf8'));
  it.each<[string, Step['name'], Record<string, string>, Record<string, string>]>([
    ['a version that has a tag', 'version', {}, { 'git tag': `v${VERSION}\n` }],
    ['another version in the lock file', 'version', { 'package-lock.json': '{"version":"9.8.6"}' }, {}],
    ['a file that is not committed', 'tree', {}, { 'git status': ' M README.md\n' }],
    [
      'a changelog without the version',
      'changelog',
      { 'CHANGELOG.md': CHANGELOG.replace(VERSION, '9.8.6') },
      {},
    ],
    ['a section without entries', 'changelog', { 'CHANGELOG.md': CHANGELOG.replace('- It', 'It') }, {}],
    [
      'entries that are not released',
      'changelog',
      { 'CHANGELOG.md': CHANGELOG.replace('Unreleased\n', 'Unreleased\n\n- Something new.\n') },
      {},
    ],
    [
      'a pack that was changed by hand',
      'pack',
      { [PACK]: JSON.stringify({ ...pack, version: 'other' }) },
      {},
    ],
    ['an SBOM without a dependency', 'sbom', {}, { 'npm sbom': '{}' }],
  ])('stops at %s', (_, step, files, answers) => {
    expect(open(repository(files, answers))).toEqual([step]);
  });
});

it('a dry run walks every step on this repository and changes nothing', () => {
  const state = () =>
    execFileSync('git', ['status', '--porcelain', '--ignored'], { cwd: ROOT, encoding: 'utf8' });
  const before = state();
  const { stdout } = spawnSync(process.execPath, ['infra/package/release.ts', '--dry-run'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const walked = [...stdout.matchAll(/^[✓✗] (\w+)/gm)].map(([, name]) => name);
  expect(walked).toEqual(['version', 'tree', 'changelog', 'pack', 'sbom', 'provenance']);
  expect(stdout).toMatch(/^✓ pack/m);
  expect(stdout).toMatch(/^✓ sbom +\d{2,} packages/m);
  expect(stdout).toContain('nothing was changed');
  expect(state()).toBe(before);
});
