/**
 * Builds the content of the npm package: the client as JavaScript with its types, and the command line. Runs
 * before `npm pack`. The client's npm imports are not bundled, so that their fixes reach users directly.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { buildConsole } from './console.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = `${root}dist`;
rmSync(out, { recursive: true, force: true });

/** Only the version: the command line shows it, and the bundle must not contain the rest of the manifest. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup({ onLoad }) {
    const contents = JSON.stringify({ version: manifest.version });
    onLoad({ filter: /\/package\.json$/, namespace: 'file' }, () => ({ contents, loader: 'json' }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'node20',
  external: Object.keys(manifest.dependencies),
  logLevel: 'warning',
} as const;
await build({
  ...common,
  entryPoints: ['shared/client/connect.ts'],
  outfile: 'dist/client.js',
  platform: 'neutral',
});
await build({
  ...common,
  entryPoints: ['shared/mtls.ts'],
  outfile: 'dist/mtls.js',
  platform: 'node',
});
await build({
  ...common,
  entryPoints: ['infra/cli/fieldgate.ts'],
  outfile: 'dist/fieldgate.js',
  platform: 'node',
  plugins: [versionOnly],
  // Some bundled packages are CommonJS and load Node's modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});
await buildConsole(`${out}/console`);
chmodSync(`${out}/fieldgate.js`, 0o755);

const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--rootDir', 'shared'];
execFileSync('tsc', ['--project', 'infra/package/tsconfig.json', ...options, '--outDir', 'dist/types'], {
  cwd: root,
  stdio: 'inherit',
});
// Imports in declarations keep the source's `.ts` ending, but the package contains `.js` files.
for (const file of globSync('types/**/*.d.ts', { cwd: out })) {
  const text = readFileSync(`${out}/${file}`, 'utf8');
  writeFileSync(`${out}/${file}`, text.replaceAll(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"));
}
