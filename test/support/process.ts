/** The start command in a process of its own, for tests and programs that kill, stop or load it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SAMPLE_PEOPLE } from '../../infra/local/sample/parties.ts';
import { type Callers, callers, type Details, type DpopKey, dpopProof, newDpopKey } from './gateway.ts';

export interface Child extends Callers {
  url: string;
  process: ChildProcess;
  /** Everything that the process wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits for the end. @returns the exit code, or `null` after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Launched {
  process: ChildProcess;
  ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

export const START = resolve(import.meta.dirname, '../../infra/local/start.ts');

/** @param command what runs the start command; Node itself by default */
export function launch(
  folder: string,
  args: string[],
  env: Record<string, string>,
  command: readonly string[] = [process.execPath],
): Launched {
  const [program = '', ...before] = command;
  const child = spawn(program, [...before, START, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0', ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { process: child, ended, stdout: () => output.stdout, stderr: () => output.stderr };
}

/** Waits until the gateway has said what to try. @throws Error with its output when it ends first. */
export async function whenReady(launched: Launched, folder: string, now?: () => number): Promise<Child> {
  const { process, ended, stdout, stderr } = launched;
  const url = await new Promise<string>((ready, fail) => {
    process.stdout?.on('data', () => {
      const found = /runs on (http:\S+)[\s\S]*Ctrl-C/.exec(stdout())?.[1];
      if (found) ready(found);
    });
    void ended.then(() => fail(new Error(`start ended: ${stdout()}${stderr()}`)));
  });
  const agency = (clientId: string) =>
    JSON.parse(readFileSync(join(folder, '.fieldgate/agencies', `${clientId}.json`), 'utf8'));
  const end = (signal: NodeJS.Signals) => {
    process.kill(signal);
    return ended;
  };
  const over = callers({ url, agency, signIn: signInAt(url) }, now);
  return { url, process, stdout, stderr, end, ...signedIn(over) };
}

/** A gateway of its own process signs in the sample people alone, so they act instead of the named officers. */
function signedIn({ call, token, ...other }: Callers): Callers {
  const officerOf = (clientId: string, named: string) => {
    const people = SAMPLE_PEOPLE.filter(({ office }) => office === clientId);
    return (people.find(({ id }) => id === named) ?? people[0])?.id ?? '';
  };
  const known = (clientId: string, { officer, ...details }: Details): Details => ({
    ...details,
    ...(officer !== undefined && { officer: officerOf(clientId, officer) }),
  });
  return {
    ...other,
    token: (clientId, details) => token(clientId, known(clientId, details)),
    call: (clientId, details, ...rest) => call(clientId, known(clientId, details), ...rest),
  };
}

const signInAt =
  (url: string) =>
  async ({ id }: { id: string }, _jkt?: string, key?: DpopKey): Promise<string> => {
    const address = new URL(`${url}/people/sign-in`);
    const dpop = await dpopProof(key ?? (await newDpopKey()), 'POST', address, Date.now());
    const headers = { 'content-type': 'application/json', dpop };
    const body = JSON.stringify({ person: id });
    const answer = await fetch(address, { method: 'POST', headers, body });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
