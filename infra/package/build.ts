/**
 * Makes what the npm package holds: the client as JavaScript with its types, and the command line. Runs before
 * `npm pack`. What the client imports from npm stays an import, so that its fixes reach users without us.
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

/** The command line tells its version; the rest of the manifest is no business of the bundle. */
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
  entryPoints: ['infra/cli/fieldgate.ts'],
  outfile: 'dist/fieldgate.js',
  platform: 'node',
  plugins: [versionOnly],
  // Some of what it bundles is CommonJS and asks for Node's modules by `require`.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
await buildConsole(`${out}/console`);
chmodSync(`${out}/fieldgate.js`, 0o755);

const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--rootDir', 'shared'];
execFileSync('tsc', ['--project', 'infra/package/tsconfig.json', ...options, '--outDir', 'dist/types'], {
  cwd: root,
  stdio: 'inherit',
});
// Imports in declarations keep the ending of the source, which is not what lies there.
for (const file of globSync('types/**/*.d.ts', { cwd: out })) {
  const text = readFileSync(`${out}/${file}`, 'utf8');
  writeFileSync(`${out}/${file}`, text.replaceAll(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"));
}
