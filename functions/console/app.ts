import { Problem } from '../../shared/errors.ts';
import { createApp } from '../http/app.ts';
import { openBudget } from '../http/open-budget.ts';
import { type BuiltFile, type Files, readFiles } from './files.ts';

interface ConsoleParts {
  folder?: () => string | Promise<string>;
  now?: () => number;
}

/** It reads no settings and sends the same bytes to every caller; a test of the stack compares this with its settings. */
export const CONSOLE_ENV = [] as const;

/** @param folder gives the built console; called at the first request. @param now epoch milliseconds */
export function consoleApp({ folder = notBuilt, now = Date.now }: ConsoleParts) {
  const app = createApp();
  let files: Promise<Files> | null = null;
  const read = () => {
    files ??= Promise.resolve(folder()).then(readFiles);
    // The next request repeats a failed build.
    files.catch(() => {
      files = null;
    });
    return files;
  };
  // Relative, so that it is valid under the path of a stage.
  app.get('/console', openBudget(now), (c) => c.body(null, 308, { location: 'console/' }));
  app.get('/console/*', openBudget(now), async (c) => {
    const name = c.req.path.replace(/^\/console\//, '') || 'index.html';
    const file = (await read()).get(name);
    if (!file) throw new Problem('NOT_FOUND');
    const headers = headersOf(file);
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers);
    const [encoding, bytes] = encoded(file, c.req.header('accept-encoding') ?? '');
    return c.body(new Uint8Array(bytes), 200, {
      ...headers,
      'content-type': file.type,
      ...(encoding !== null && { 'content-encoding': encoding }),
    });
  });
  return app;
}

function notBuilt(): string {
  throw new Error('the console was not built');
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
const WORKER = "default-src 'none'; connect-src 'self'";

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
