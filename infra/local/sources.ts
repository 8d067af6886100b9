/** The code of a local gateway: it has no package, so its digest is that of its sources. */
import { createHash, hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** SHA-256 of the paths and bytes of what runs here and of the versions of its packages, hex. */
export function digestOfSources(root = ROOT): string {
  const digest = createHash('sha256');
  const files = ['functions', 'infra', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).flatMap((one) =>
      one.isFile() ? join(one.parentPath, one.name).slice(root.length + 1) : [],
    ),
  );
  for (const file of [...files, 'package-lock.json'].sort()) {
    const bytes = readFileSync(join(root, file));
    digest.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return digest.digest('hex');
}

/** What the watch is told: all functions are one here, and what else decides what they do are its settings. */
export function runningHere(env: object, archive: string | undefined) {
  if (archive === undefined) return {};
  const configuration = hash('sha256', JSON.stringify(env));
  return { running: async () => [{ name: 'gateway', version: 'local', archive, configuration }] };
}
