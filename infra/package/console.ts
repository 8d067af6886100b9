/**
 * Builds the console into a folder: `node infra/package/console.ts [folder]`, `dist/console` by default. The
 * same sources give the same bytes.
 */

import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { transform } from 'lightningcss';
import manifest from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const WEB = 'functions/console/web';
const OUT = `${root}dist/console`;

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'browser',
  target: ['chrome109', 'firefox115', 'safari16.4'],
  charset: 'utf8',
  legalComments: 'none',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  outdir: 'out',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  logLevel: 'warning',
};

/** The oldest browsers that are supported, as `target` above has them: esbuild lowers syntax, and this lowers values. */
const BROWSERS = { chrome: 109 << 16, firefox: 115 << 16, safari: (16 << 16) | (4 << 8) };
const olderStyles: Plugin = {
  name: 'older-styles',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, ({ path }) => {
      const { code } = transform({ filename: path, code: readFileSync(path), targets: BROWSERS });
      return { contents: code, loader: 'css' };
    });
  },
};

/**
 * A module goes into a chunk with those that the same entry points lead to, so what the first page needs would be in as many
 * files as there are sets of pages that share it. If every page and language leads to all of it, it is one file.
 */
const oneFirstFile: Plugin = {
  name: 'one-first-file',
  setup({ onLoad }) {
    onLoad({ filter: /web[\\/](pages|languages)[\\/].+\.tsx?$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const main = relative(dirname(path), `${root}${WEB}/main.tsx`).replaceAll('\\', '/');
      return { contents: `${source}\nimport '${main}';`, loader: 'tsx' };
    });
  },
};

/** @returns the folder. */
export async function buildConsole(folder = OUT): Promise<string> {
  // Split, because few browsers need the library that checks signatures.
  const worker = await outputs({ ...common, entryPoints: [`${WEB}/verify/worker.ts`], splitting: true });
  const pages = await outputs({
    ...common,
    entryPoints: [`${WEB}/main.tsx`, `${WEB}/style/all.css`, `${WEB}/icon.svg`],
    splitting: true,
    plugins: [oneFirstFile, olderStyles],
    define: { WORKER_FILE: JSON.stringify([...worker.keys()].find((name) => name.startsWith('worker-'))) },
  });
  const files = new Map([...worker, ...pages]);
  files.set('index.html', Buffer.from(indexPage(pages)));
  const names = [...files.keys()].sort();
  const digests = Object.fromEntries(names.map((name) => [name, sha256(files.get(name) as Uint8Array)]));
  const about = `${JSON.stringify({ version: manifest.version, files: digests }, null, 2)}\n`;
  files.set('build.json', Buffer.from(about));
  // Written to a temporary folder and renamed, so that a reader never sees a partial build and concurrent
  // builds do not mix.
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  for (const [name, bytes] of files) write(`${aside}/${name}`, bytes);
  writeFileSync(`${aside}/build.json.sha256`, sha256(Buffer.from(about)));
  replace(aside, folder);
  return folder;
}

/** The folder of the last build; rebuilt if a source is newer. */
export async function builtConsole(): Promise<string> {
  const sources = globSync('{functions/console/web,shared}/**/*.{ts,tsx,css,svg,json}', { cwd: root });
  const newest = Math.max(...sources.map((file) => statSync(root + file).mtimeMs));
  const built = statSync(`${OUT}/build.json.sha256`, { throwIfNoEntry: false });
  return built && built.mtimeMs > newest ? OUT : buildConsole();
}

function replace(aside: string, folder: string): void {
  const old = `${aside}.old`;
  try {
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(aside, folder);
  } catch {
    // A concurrent build of the same sources was faster.
    rmSync(aside, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

async function outputs(options: BuildOptions): Promise<Map<string, Uint8Array>> {
  const { outputFiles = [] } = await build(options);
  return new Map(outputFiles.map(({ path, contents }) => [path.split('/').at(-1) as string, contents]));
}

function write(file: string, bytes: Uint8Array): void {
  writeFileSync(file, bytes);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
}

function indexPage(files: ReadonlyMap<string, Uint8Array>): string {
  const named = (start: string) => [...files.keys()].find((name) => name.startsWith(start)) as string;
  // What the script imports is read together with it, and not after it.
  const main = Buffer.from(files.get(named('main-')) as Uint8Array).toString();
  const needed = [...main.matchAll(/"\.\/(chunk-[^"]+)"/g)].map(([, name]) => name);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Fieldgate</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${named('icon-')}">
<link rel="stylesheet" href="${named('all-')}">
<script type="module" src="${named('main-')}"></script>
${needed.map((name) => `<link rel="modulepreload" href="${name}">`).join('\n')}
</head>
<body><div id="app"></div></body>
</html>
`;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildConsole(process.argv[2]));
