/** The built files of the console in a folder, as `infra/package/console.ts` writes them. */

import { readFileSync } from 'node:fs';

export interface BuiltFile {
  /** Media type. */
  type: string;
  /** In the form of an `ETag` header. */
  etag: string;
  /** Its name contains its hash, so its content never changes. */
  final: boolean;
  /** Runs in a Worker, under a policy of its own. */
  worker: boolean;
  br: Uint8Array;
  gzip: Uint8Array;
  plain: Uint8Array;
}

export type Files = ReadonlyMap<string, BuiltFile>;

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['json', 'application/json'],
]);

/** @param folder with `build.json`, which names the files. @throws Error for an incomplete build. */
export function readFiles(folder: string): Files {
  const { files } = JSON.parse(readFileSync(`${folder}/build.json`, 'utf8')) as {
    files: Record<string, string>;
  };
  const read = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
  const build = readFileSync(`${folder}/build.json.sha256`, 'utf8');
  return new Map(
    [...Object.entries(files), ['build.json', build] as const].map(([name, sha256]) => {
      const file: BuiltFile = {
        type: TYPES.get(name.split('.').at(-1) ?? '') ?? 'application/octet-stream',
        etag: `"${sha256.slice(0, 32)}"`,
        final: /-[A-Z0-9]{8}\.\w+$/.test(name),
        worker: name.startsWith('worker-'),
        br: read(`${name}.br`),
        gzip: read(`${name}.gz`),
        plain: read(name),
      };
      return [name, file];
    }),
  );
}
