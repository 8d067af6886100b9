/**
 * Runs the command line as its user would. Most commands take turns in a process that stays, which is the sixth of the
 * processor time; the suite `cli/surface` gives each command a process of its own.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { TestGateway } from '../support/gateway.ts';
import type { Asked, Ended } from './resident.ts';

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** The `data` of the envelope on standard output. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json(): any;
}

/** Gateways at which the officers of a folder's commands log in. */
const gateways = new Map<string, Pick<TestGateway, 'url' | 'signIn'>>();

/** From now on the officer whom a command in this folder names has logged in, as `fieldgate login` does it. */
export function logInAt(folder: string, gateway: Pick<TestGateway, 'url' | 'signIn'>): void {
  gateways.set(folder, gateway);
}

/** Writes the login of this officer. The subject is the one that the test gateway gives it. */
export async function putLogin(folder: string, clientId: string, officer: string): Promise<void> {
  const gateway = gateways.get(folder);
  const roles = ['casework', 'audit', 'steward', 'release'] as const;
  const person = { id: officer, subject: `${officer}@${clientId}`, roles, office: clientId };
  const key = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
  const accessToken = await gateway?.signIn?.(person, await calculateJwkThumbprint(key));
  const login = {
    issuer: gateway?.url,
    accessToken,
    key,
    expires: Date.now() + 3_600_000,
    clientId,
    person: officer,
  };
  mkdirSync(join(folder, '.fieldgate'), { recursive: true });
  writeFileSync(join(folder, '.fieldgate', 'login.json'), JSON.stringify(login));
}

async function logIn(folder: string, args: readonly string[]): Promise<void> {
  const after = (option: string) => args[args.indexOf(option) + 1];
  const [clientId, officer] = [after('--as'), after('--officer')];
  if (!gateways.has(folder) || !args.includes('--as')) return;
  if (!args.includes('--officer')) return rmSync(join(folder, '.fieldgate', 'login.json'), { force: true });
  await putLogin(folder, clientId ?? '', officer ?? '');
}

const CLI = resolve('infra/cli/fieldgate.ts');

/** @param folder to run in; agency keys are looked for in its `.fieldgate/agencies`. */
export async function fieldgate(
  folder: string,
  args: string[],
  { input, env = {} }: { input?: string; env?: object } = {},
): Promise<Run> {
  await logIn(folder, args);
  const { FIELDGATE_AS: _as, FIELDGATE_URL: _url, FORCE_COLOR: _force, ...inherited } = process.env;
  // Nothing of the user who runs the tests is read or written.
  const home = { XDG_CONFIG_HOME: join(folder, '.config') };
  const asked = { folder, args, env: { ...inherited, ...home, ...env } as Asked['env'], input: input ?? '' };
  const may = mayTakeTurns(args, env) && !isBusy;
  const { code, stdout, stderr } = await (may ? inResident(asked) : inProcess(asked));
  return { code, stdout, stderr, json: () => JSON.parse(stdout).data };
}

function inProcess({ folder, args, env, input }: Asked): Promise<Ended> {
  return new Promise((done) => {
    const options = { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      done({ code, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** What is read once in the life of a process: its language, its proxy, its certificates. */
function mayTakeTurns(args: readonly string[], env: object): boolean {
  return (
    process.env['FIELDGATE_SUITE'] === undefined &&
    !args.some((arg) => arg.startsWith('--lang')) &&
    Object.keys(env).every((name) => name === 'FIELDGATE_URL' || name === 'XDG_CONFIG_HOME')
  );
}

let resident: ChildProcess | undefined;
let isBusy = false;

/** The next command of the process that stays. Commands at the same time have their own. */
async function inResident(asked: Asked): Promise<Ended> {
  resident ??= fork(join(import.meta.dirname, 'resident.ts'));
  const child = resident;
  child.unref();
  child.channel?.unref();
  isBusy = true;
  try {
    return await new Promise<Ended>((done, fail) => {
      child.once('message', (ended) => done(ended as Ended));
      child.once('exit', (code) =>
        fail(new Error(`the process ended with ${code}: ${asked.args.join(' ')}`)),
      );
      child.send(asked);
    });
  } catch (error) {
    resident = undefined;
    throw error;
  } finally {
    isBusy = false;
    child.removeAllListeners('message').removeAllListeners('exit');
  }
}

/** Puts the key file of an agency into the folder that the command line searches. */
export function putAgency(folder: string, keys: { clientId: string }): void {
  const agencies = join(folder, '.fieldgate', 'agencies');
  mkdirSync(agencies, { recursive: true });
  writeFileSync(join(agencies, `${keys.clientId}.json`), JSON.stringify(keys));
}
