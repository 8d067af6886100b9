/** Runs the command line as its user would: a process of its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** Standard output as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any;
}

const CLI = resolve('infra/cli/fieldgate.ts');

/** @param folder to run in; agency keys are looked for in its `.fieldgate/agencies`. */
export function fieldgate(
  folder: string,
  args: string[],
  { input, env = {} }: { input?: string; env?: object } = {},
): Promise<Run> {
  const { FIELDGATE_AS: _as, FIELDGATE_URL: _url, FORCE_COLOR: _force, ...inherited } = process.env;
  return new Promise((done) => {
    const options = { cwd: folder, env: { ...inherited, ...env } };
    const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      done({ code, stdout, stderr, json: () => JSON.parse(stdout) });
    });
    child.stdin?.end(input ?? '');
  });
}

/** Puts the key file of an agency where the command line looks for it. */
export function putAgency(folder: string, keys: { clientId: string }): void {
  const agencies = join(folder, '.fieldgate', 'agencies');
  mkdirSync(agencies, { recursive: true });
  writeFileSync(join(agencies, `${keys.clientId}.json`), JSON.stringify(keys));
}
