/**
 * Walks through the checklist of a release: `npm run release -- --dry-run` checks and changes nothing.
 * Without the option it also packs, and writes the SBOM and the provenance note next to the tarball in
 * `dist/release`. A person must make the tag and the publication.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from '../../shared/policy/pack/load-pack.ts';

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
  const locked = (JSON.parse(read('package-lock.json')) as { version: string }).version;
  const fault = !/^\d+\.\d+\.\d+(-[0-9a-z.]+)?$/.test(version)
    ? 'is no semantic version'
    : locked !== version
      ? `is ${locked} in package-lock.json`
      : run('git', 'tag', '--list', `v${version}`).trim() !== ''
        ? 'has a tag already'
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

/** The version has a section with a date and entries, directly below Unreleased, and Unreleased is empty. */
function changelogStep(text: string, version: string): Step {
  const [, ...sections] = text.split(/^## /m);
  const [next, current] = sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    return { title, entries: lines.filter((line) => line.startsWith('- ')).length };
  });
  const fault =
    next?.title !== 'Unreleased'
      ? 'has no section Unreleased on top'
      : !new RegExp(`^${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`).test(
            current?.title ?? '',
          )
        ? `has no section "${version} (date)" below Unreleased`
        : current?.entries === 0
          ? `says nothing of ${version}`
          : next.entries > 0
            ? `has ${next.entries} entries under Unreleased: raise the version, or move them`
            : null;
  return { name: 'changelog', ok: fault === null, says: fault ?? `${current?.entries} entries` };
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

function main(dryRun: boolean): void {
  const { steps, files } = checkRelease({
    read: (file) => readFileSync(join(root, file), 'utf8'),
    run: (command, ...args) =>
      execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }),
  });
  for (const { name, ok, says } of steps) console.log(`${ok ? '✓' : '✗'} ${name.padEnd(10)} ${says}`);
  const open = steps.filter(({ ok }) => !ok).length;
  if (open > 0) process.exitCode = 1;
  if (dryRun)
    console.log(`Dry run: nothing was changed. A release would write ${[...files.keys()].join(' and ')}.`);
  if (dryRun || open > 0) return;
  const out = join(root, 'dist/release');
  mkdirSync(out, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: root, stdio: 'inherit' });
  // The build before `npm pack` empties `dist`, so these come after it.
  mkdirSync(out, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(out, name), text);
  console.log(`Written to ${out}. Now: .ci/run, git tag --sign, npm publish.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--dry-run'));
