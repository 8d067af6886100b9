import { consoleRoutes } from '../../shared/contract/routes/console.ts';
import { Problem } from '../../shared/errors.ts';
import { type Files, readFiles, sent } from '../../shared/served.ts';
import { contractApp, serveOpen } from '../http/serve.ts';

interface ConsoleParts {
  folder?: () => string | Promise<string>;
  now?: () => number;
}

/** It reads no settings and sends the same bytes to every caller; a test of the stack compares this with its settings. */
export const CONSOLE_ENV = [] as const;

/** @param folder gives the built console; called at the first request. @param now epoch milliseconds */
export function consoleApp({ folder = notBuilt, now = Date.now }: ConsoleParts) {
  const app = contractApp('console');
  let files: Promise<Files> | null = null;
  const read = () => {
    files ??= Promise.resolve(folder()).then(readFiles);
    // The next request repeats a failed build.
    files.catch(() => {
      files = null;
    });
    return files;
  };
  serveOpen(app, now, consoleRoutes, {
    // Relative, so that it is valid under the path of a stage.
    openConsole: ({ c }) => c.body(null, 308, { location: 'console/' }),
    async readConsoleFile({ c }) {
      const name = c.req.path.replace(/^\/console\//, '') || 'index.html';
      const file = (await read()).get(name);
      if (!file) throw new Problem('NOT_FOUND');
      const { headers, body } = sent(file, {
        ifNoneMatch: c.req.header('if-none-match'),
        acceptEncoding: c.req.header('accept-encoding'),
      });
      return body ? c.body(new Uint8Array(body), 200, headers) : c.body(null, 304, headers);
    },
  });
  return app;
}

function notBuilt(): string {
  throw new Error('the console was not built');
}
