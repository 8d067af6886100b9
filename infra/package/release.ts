/**
 * Walks through the checklist of a release: `npm run release -- --dry-run` checks and changes nothing.
 * Without the option it also makes all files of the release in `dist/release`, and signs their sums with `--key release.pem`;
 * `--anyway` makes them to be tried, whatever the checklist says.
 * A person must make the tag and the publication.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hashOf } from '../../shared/policy/pack/load-pack.ts';
import { KINDS, VERSIONED } from './versions.ts';

/** The inputs of the checklist, so that a test can change one of them. */
export interface Repository {
  read(file: string): string;
  /** @returns the output of the command. @throws Error if it fails */
  run(command: string, ...args: string[]): string;
}

export interface Step {
  name: 'version' | 'tree' | 'changelog' | 'pack' | 'sbom' | 'provenance';
  ok: boolean;
  says: string;
}

export interface Checked {
  steps: Step[];
  /** Files to write, by name. */
  files: ReadonlyMap<string, string>;
}

/** The pack behind `#pack/`. */
const packFile = (repository: Pick<Repository, 'read'>): string => {
  const { imports } = JSON.parse(repository.read('package.json')) as { imports: Record<string, string> };
  return (imports['#pack/*'] ?? '').replace(/^\.\//, '').replace('*', 'pack.json');
};

export function checkRelease(repository: Repository): Checked {
  const { version } = JSON.parse(repository.read('package.json')) as { version: string };
  const sbom = sbomOf(repository);
  const provenance = provenanceOf(repository, version, sbom.text);
  const steps = [
    versionStep(repository, version),
    treeStep(repository),
    changelogStep(repository.read('CHANGELOG.md'), version),
    packStep(JSON.parse(repository.read(packFile(repository)))),
    sbom.step,
    {
      name: 'provenance' as const,
      ok: true,
      says: `commit ${provenance.commit.slice(0, 12)}, ${provenance.node}`,
    },
  ];
  const files = new Map([
    [`fieldgate-${version}.cdx.json`, sbom.text],
    [`fieldgate-${version}.provenance.json`, `${JSON.stringify(provenance, null, 2)}\n`],
  ]);
  return { steps, files };
}

function versionStep({ read, run }: Repository, version: string): Step {
  const other = Object.entries(VERSIONED).find(([file, place]) => place.exec(read(file))?.[2] !== version);
  const head = () => run('git', 'tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`);
  const fault = !/^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/.test(version)
    ? 'is no semantic version'
    : other
      ? `is another one in ${other[0]}`
      : run('git', 'tag', '--list', `v${version}`).trim() !== '' && !head()
        ? 'has a tag at another commit'
        : null;
  return { name: 'version', ok: fault === null, says: fault === null ? version : `${version} ${fault}` };
}

function treeStep({ run }: Repository): Step {
  const changed = run('git', 'status', '--porcelain').split('\n').filter(Boolean).length;
  return {
    name: 'tree',
    ok: changed === 0,
    says: changed === 0 ? 'clean' : `${changed} files are not committed`,
  };
}

/** The version has a section with a date, directly below Unreleased, whose entries have kinds, and Unreleased is empty. */
function changelogStep(text: string, version: string): Step {
  const [next, current] = text.split(/^## /m).slice(1).map(readSection);
  const date = new RegExp(`^${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`);
  const fault =
    next?.title !== 'Unreleased'
      ? 'has no section Unreleased on top'
      : !date.test(current?.title ?? '')
        ? `has no section "${version} (date)" below Unreleased`
        : current?.entries === 0
          ? `says nothing of ${version}`
          : next.entries > 0
            ? `has ${next.entries} entries under Unreleased: raise the version, or move them`
            : current?.kindless
              ? `has ${current.kindless} entries of ${version} under none of ${KINDS.join(', ')}`
              : null;
  return { name: 'changelog', ok: fault === null, says: fault ?? `${current?.entries} entries` };
}

function readSection(section: string) {
  const [title = '', ...lines] = section.split('\n');
  let kind = '';
  let entries = 0;
  let kindless = 0;
  for (const line of lines) {
    kind = /^### (.+)/.exec(line)?.[1] ?? kind;
    if (!line.startsWith('- ')) continue;
    entries++;
    if (!(KINDS as readonly string[]).includes(kind)) kindless++;
  }
  return { title, entries, kindless };
}

function packStep(pack: { version: string; hash: string }): Step {
  const ok = hashOf(pack) === pack.hash;
  return {
    name: 'pack',
    ok,
    says: `${pack.version} ${pack.hash}${ok ? '' : ' is not the hash of its content'}`,
  };
}

/**
 * Every package of the lock file, because bundles contain packages that the manifest lists as development
 * dependencies. (`--omit dev` of npm 11 also leaves out dependencies that a development dependency needs
 * too.)
 */
function sbomOf({ read, run }: Repository): { step: Step; text: string } {
  const text = run('npm', 'sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
  const { components = [] } = JSON.parse(text) as { components?: { name: string; group?: string }[] };
  const names = new Set(components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const missing = Object.keys(dependencies).filter((name) => !names.has(name));
  const says = missing.length > 0 ? `lacks ${missing.join(', ')}` : `${names.size} packages`;
  return { step: { name: 'sbom', ok: missing.length === 0, says }, text };
}

/** The inputs and tools of the build. A statement by the builder, not signed. */
function provenanceOf({ read, run }: Repository, version: string, sbom: string) {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    version,
    commit: run('git', 'rev-parse', 'HEAD').trim(),
    node: `Node ${process.versions.node}`,
    npm: run('npm', '--version').trim(),
    pack: (JSON.parse(read(packFile({ read }))) as { hash: string }).hash,
    lockSha256: digest(read('package-lock.json')),
    sbomSha256: digest(sbom),
  };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

async function main({
  dryRun,
  anyway,
  key,
}: {
  dryRun: boolean;
  anyway: boolean;
  key?: string;
}): Promise<void> {
  const { steps, files } = checkRelease({
    read: (file) => readFileSync(join(root, file), 'utf8'),
    run: (command, ...args) =>
      execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }),
  });
  for (const { name, ok, says } of steps) console.log(`${ok ? '✓' : '✗'} ${name.padEnd(10)} ${says}`);
  const open = steps.filter(({ ok }) => !ok).length;
  if (open > 0 && !anyway) process.exitCode = 1;
  if (dryRun)
    console.log(`Dry run: nothing was changed. A release would write ${[...files.keys()].join(' and ')}.`);
  if (dryRun || process.exitCode) return;
  const { makeArtefacts } = await import('./artefacts.ts');
  await makeArtefacts(join(root, 'dist/release'), files, key);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { 'dry-run': flag, anyway: flag, key: { type: 'string' } } });
  await main({ dryRun: values['dry-run'], ...values });
}
