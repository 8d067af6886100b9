/** The files of a release: for npm, PyPI and Maven Central, an image, a single file with Node in it, their sums and a signature. */

import { execFileSync } from 'node:child_process';
import { createPrivateKey, hash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { makeBinary } from './binary.ts';
import { minisign } from './minisign.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = manifest;
/** In a process of its own: the package reaches no function. */
const ROUTES = join(root, 'functions/steward/app.ts');

/** All files carry the time of the commit, so that a second build of it can be compared. */
const seconds = Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));

/**
 * @param out emptied first
 * @param files more files to write, by name
 * @param key PEM file of the key of releases
 * @throws Error if a tool is missing or fails; the sums are written last
 */
export async function makeArtefacts(
  out: string,
  files: ReadonlyMap<string, string>,
  key: string | undefined,
) {
  const kept = mkdtempSync(join(tmpdir(), 'fieldgate-release-'));
  try {
    // The build before `npm pack` empties `dist`.
    run('npm', 'pack', '--silent', '--pack-destination', kept);
    for (const [name, text] of files) writeFileSync(join(kept, name), text);
    execFileSync(process.execPath, ['clients/derive.ts'], { cwd: root, input: document() });
    python(kept);
    java(kept);
    const name = `fieldgate-${version}-${process.platform}-${process.arch}`;
    const archive = await makeBinary(join(root, 'dist'), kept, name, seconds);
    const image = join(kept, `fieldgate-${version}.oci.tar`);
    run('bash', 'infra/package/image.sh', archive, version, String(seconds), image);
    const sums = readdirSync(kept)
      .sort()
      .map((file) => `${hash('sha256', readFileSync(join(kept, file)))}  ${file}\n`)
      .join('');
    writeFileSync(join(kept, 'SHA256SUMS'), sums);
    console.log(sums.trimEnd());
    if (key !== undefined) sign(kept, sums, key);
    rmSync(out, { recursive: true, force: true });
    cpSync(kept, out, { recursive: true });
    console.log(`Written to ${out}. To publish them: docs/operate/releases.md`);
  } finally {
    rmSync(kept, { recursive: true });
  }
}

/** The OpenAPI document, of which the clients for other languages are made. */
function document(): string {
  const program = `const { describeRoutes } = await import(process.argv[1]);
    console.log(JSON.stringify(await describeRoutes('https://gateway.example')));`;
  return run(
    process.execPath,
    '--no-warnings',
    '--input-type=module',
    '--eval',
    program,
    pathToFileURL(ROUTES).href,
  );
}

function sign(out: string, sums: string, key: string): void {
  const signed = minisign(createPrivateKey(readFileSync(key)), Buffer.from(sums), `fieldgate ${version}`);
  writeFileSync(join(out, 'SHA256SUMS.minisig'), signed.text);
  console.log(`Signed. Users check with: minisign -Vm SHA256SUMS -P ${signed.key}`);
}

function python(out: string): void {
  // Debian's, whose modules `build` and `hatchling` it has.
  run('/usr/bin/python3', '-m', 'build', '--no-isolation', '--outdir', out, 'clients/python');
}

function java(out: string): void {
  const work = mkdtempSync(join(tmpdir(), 'fieldgate-java-'));
  try {
    const source = join(root, 'clients/java/src');
    const list = (folder: string, pattern: string) => globSync(pattern, { cwd: folder }).sort();
    const sources = list(source, 'fieldgate/*.java').map((file) => join(source, file));
    run(
      'javac',
      '-encoding',
      'UTF-8',
      '-Xlint:all',
      '-Werror',
      '--release',
      '17',
      '-d',
      join(work, 'code'),
      ...sources,
    );
    run(
      'javadoc',
      '-quiet',
      '-notimestamp',
      '-Xdoclint:none',
      '-encoding',
      'UTF-8',
      '-d',
      join(work, 'pages'),
      ...sources,
    );
    const name = `fieldgate-client-${version}`;
    const date = new Date(seconds * 1000).toISOString().replace('.000', '');
    for (const [folder, suffix] of [
      [join(work, 'code'), ''],
      [source, '-sources'],
      [join(work, 'pages'), '-javadoc'],
    ] as const) {
      const entries = list(folder, '**/*.*').flatMap((file) => ['-C', folder, file]);
      run('jar', '--create', '--date', date, '--file', join(out, `${name}${suffix}.jar`), ...entries);
    }
    cpSync(join(root, 'clients/java/pom.xml'), join(out, `${name}.pom`));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function run(command: string, ...args: string[]): string {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(seconds) };
  return execFileSync(command, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
}
