/** The command line as one file with Node in it (a single executable application), for the machine that builds it. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Node's name of the place in its own file that says if something was put in. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The program starts as CommonJS in Node 24; the bundle is a module that waits at its top level, so it is imported from memory. */
const STARTER = `
const { getAsset } = require('node:sea');
const { constants, Script } = require('node:vm');
const program = 'data:text/javascript;base64,' + Buffer.from(getAsset('fieldgate.mjs')).toString('base64');
new Script('(url) => import(url)', { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext()(program);
`;

/** What lies next to the bundle in the package lies next to the file with Node in it here. */
const PLACE = `import { pathToFileURL as __url } from 'node:url';
const __here = __url(process.execPath).href;
const __resolve = (name) => new URL('./absent/' + name.replace('#', ''), __here).href;`;

/**
 * @param dist as `npm pack` has built it
 * @param name of the archive without its ending, and of the folder in it
 * @param seconds since 1970, the time of all files
 */
export async function makeBinary(dist: string, out: string, name: string, seconds: number): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'fieldgate-binary-'));
  try {
    const folder = join(work, name);
    mkdirSync(folder);
    await build({
      entryPoints: [join(dist, 'fieldgate.js')],
      outfile: join(work, 'fieldgate.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      minify: true,
      keepNames: true,
      define: { 'import.meta.url': '__here', 'import.meta.resolve': '__resolve' },
      banner: { js: PLACE },
      logLevel: 'error',
    });
    writeFileSync(join(work, 'start.cjs'), STARTER);
    const config = {
      // Names without a folder, because the blob keeps them.
      main: 'start.cjs',
      output: 'blob',
      disableExperimentalSEAWarning: true,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      assets: { 'fieldgate.mjs': 'fieldgate.mjs' },
    };
    writeFileSync(join(work, 'sea.json'), JSON.stringify(config));
    execFileSync(process.execPath, ['--experimental-sea-config', 'sea.json'], { cwd: work, stdio: 'pipe' });
    const file = join(folder, 'fieldgate');
    copyFileSync(process.execPath, file);
    const blob = ['NODE_SEA_BLOB', join(work, 'blob'), '--sentinel-fuse', FUSE];
    execFileSync('postject', [file, ...blob], { stdio: 'pipe' });
    cpSync(join(dist, 'console'), join(folder, 'console'), { recursive: true });
    const archive = join(out, `${name}.tar.gz`);
    const tar = ['--sort=name', `--mtime=@${seconds}`, '--owner=0', '--group=0', '--numeric-owner'];
    execFileSync('tar', [...tar, '--use-compress-program=gzip -n', '-cf', archive, '-C', work, name]);
    return archive;
  } finally {
    rmSync(work, { recursive: true });
  }
}
