/**
 * The built files of the console in a folder, as `infra/package/console.ts` writes them, and how they are sent: by the
 * gateway, and by `fieldgate console` on the auditor's own machine.
 */

import { readFileSync } from 'node:fs';

interface BuiltFile {
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

/** @returns the answer to a request of this file, with its headers. */
export function sent(
  file: BuiltFile,
  asked: { ifNoneMatch?: string | undefined; acceptEncoding?: string | undefined },
): { status: 200 | 304; headers: Record<string, string>; body: Uint8Array | null } {
  const headers = headersOf(file);
  if (asked.ifNoneMatch === file.etag) return { status: 304, headers, body: null };
  const [encoding, body] = encoded(file, asked.acceptEncoding ?? '');
  const more = { 'content-type': file.type, ...(encoding !== null && { 'content-encoding': encoding }) };
  return { status: 200, headers: { ...headers, ...more }, body };
}

/** The rights of the pages: their own scripts, their own origin, and no HTML from text. */
const PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types fieldgate-worker',
].join('; ');
const WORKER = "default-src 'none'; script-src 'self'; connect-src 'self'";

function headersOf({ etag, final, worker }: BuiltFile): Record<string, string> {
  return {
    etag,
    'cache-control': final ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': worker ? WORKER : PAGE,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=()',
    vary: 'accept-encoding',
  };
}

function encoded({ br, gzip, plain }: BuiltFile, accepted: string): [string | null, Uint8Array] {
  const takes = (name: string) =>
    new RegExp(`(^|[\\s,])${name}\\s*(,|$|;(?!\\s*q=0(\\.0*)?\\s*(,|$)))`).test(accepted);
  if (takes('br')) return ['br', br];
  return takes('gzip') ? ['gzip', gzip] : [null, plain];
}
