import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, hash, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { minisign } from '../../infra/package/minisign.ts';
import { checkRelease, type Repository, type Step } from '../../infra/package/release.ts';
import { dated, VERSIONED } from '../../infra/package/versions.ts';
import { ROOT } from '../architecture/modules.ts';

const VERSION = '9.8.7';
const CHANGELOG = `# Changelog\n\n## Unreleased\n\n## ${VERSION} (2026-12-01)\n\n### Added\n\n- It releases fields.\n`;
const SBOM = { components: [{ name: 'jose', version: '6.0.0' }] };

const IMPORTS = { '#pack/*': './shared/packs/disadvantaged-children/compiled/*' };
const PACK = 'shared/packs/disadvantaged-children/compiled/pack.json';

/** The other manifests, with this version. */
const manifests = (version: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(VERSIONED).map(([file, place]) => [
      file,
      readFileSync(join(ROOT, file), 'utf8').replace(place, `$1${version}`),
    ]),
  );

/** A repository that can be released, but for what a test changes: files by name, answers by command. */
function repository(files: Record<string, string> = {}, answers: Record<string, string> = {}): Repository {
  const known: Record<string, string> = {
    'package.json': JSON.stringify({ version: VERSION, imports: IMPORTS, dependencies: { jose: '1' } }),
    ...manifests(VERSION),
    'CHANGELOG.md': CHANGELOG,
    ...files,
  };
  const said: Record<string, string> = {
    'git tag --list': '',
    'git tag --points-at': '',
    'git status': '',
    'git rev-parse': 'abc\n',
    'npm sbom': JSON.stringify(SBOM),
    'npm --version': '11\n',
    ...answers,
  };
  return {
    read: (file) => known[file] ?? readFileSync(join(ROOT, file), 'utf8'),
    run: (command, verb, option) =>
      said[`${command} ${verb}`] ??
      said[`${command} ${verb} ${option}`] ??
      expect.fail(`${command} ${verb} ${option}`),
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
  it.each<readonly [string, Step['name'], Record<string, string>, Record<string, string>]>([
    ['a version that has a tag at another commit', 'version', {}, { 'git tag --list': `v${VERSION}\n` }],
    ...Object.entries(manifests('9.8.6')).map(
      ([file, text]) => [`another version in ${file}`, 'version', { [file]: text }, {}] as const,
    ),
    ['an entry under no kind', 'changelog', { 'CHANGELOG.md': CHANGELOG.replace('Added', 'News') }, {}],
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

it('a tag at this very commit is the release itself', () => {
  const tags = { 'git tag --list': `v${VERSION}\n`, 'git tag --points-at': `v${VERSION}\n` };
  expect(open(repository({}, tags))).toEqual([]);
});

it('raising the version makes a section of what is unreleased, which the checklist takes', () => {
  const before = CHANGELOG.replace(`## ${VERSION} (2026-12-01)\n\n`, '');
  expect(dated(before, VERSION, '2026-12-01')).toBe(CHANGELOG);
});

it('sums are signed in the form of minisign: the file, and then the comment with the signature', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const sums = Buffer.from('00  file\n');
  const { text, key } = minisign(privateKey, sums, 'fieldgate 1.2.3');
  const [, signature = '', comment = '', whole = ''] = text.split('\n');
  const bytes = Buffer.from(signature, 'base64');
  const [algorithm, id, signed] = [bytes.subarray(0, 2), bytes.subarray(2, 10), bytes.subarray(10)];
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(key, 'base64').subarray(10),
  ]);
  const trusted = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  expect(`${algorithm}`).toBe('ED');
  expect(id).toEqual(Buffer.from(key, 'base64').subarray(2, 10));
  expect(verify(null, hash('blake2b512', sums, 'buffer'), trusted, signed)).toBe(true);
  const said = Buffer.concat([signed, Buffer.from(comment.replace('trusted comment: ', ''))]);
  expect(verify(null, said, trusted, Buffer.from(whole, 'base64'))).toBe(true);
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
