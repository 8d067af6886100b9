/**
 * Builds `shared/attestation/check.page.json`, the page that checks proofs, from its sources: `node
 * infra/package/check-page.ts`. The result is in the repository, so that neither functions nor the command
 * line need a bundler when they run. A test holds it equal to its sources.
 */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('../../shared/attestation/', import.meta.url));
const FILE = `${FOLDER}check.page.json`;

/** @returns the file's text */
export async function makeCheckPage(): Promise<string> {
  const script = await bundle('web/main.ts');
  const style = await bundle('web/page.css');
  const html = readFileSync(`${FOLDER}web/page.html`, 'utf8')
    .replace('/* style */', () => style)
    .replace('/* script */', () => script);
  return `${JSON.stringify({ html, script: hashOf(script), style: hashOf(style) }, null, 2)}\n`;
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: FOLDER,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    // Limits the syntax to that of browsers of the last years, all of which verify ES256.
    target: ['chrome109', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  if (/<\/(script|style)/i.test(text)) throw new Error(`${entry} would end its element`);
  return text;
}

/** The hash of an element's text for a Content-Security-Policy. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, await makeCheckPage());
