/** The start command in a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { SAMPLE_PEOPLE } from '../../infra/local/people/sample-people.ts';
import { type Callers, callers } from './gateway.ts';

export interface Child extends Callers {
  url: string;
  process: ChildProcess;
  /** Everything that the process wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits for the end. @returns the exit code, or `null` after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const START = resolve(import.meta.dirname, '../../infra/local/start.ts');

/** Runs the start command to its end. @param folder where it runs; state goes to `.fieldgate` in it. */
export async function runStart(folder: string, args: string[], env: Record<string, string> = {}) {
  const child = launch(folder, args, env);
  const code = await child.ended;
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

/** Starts a gateway and waits until it has said what to try. @throws Error with its output when it ends first. */
export async function startChild(folder: string, args: string[] = ['--children', '0']): Promise<Child> {
  const { process, ended, stdout, stderr } = launch(folder, args, {});
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
  return { url, process, stdout, stderr, end, ...signedIn(callers({ url, agency, signIn: signInAt(url) })) };
}

/** A gateway of its own process signs in the sample people alone, so they act instead of the named officers. */
function signedIn({ call, ...other }: Callers): Callers {
  const officerOf = (clientId: string, named: string) => {
    const people = SAMPLE_PEOPLE.filter(({ office }) => office === clientId);
    return (people.find(({ id }) => id === named) ?? people[0])?.id ?? '';
  };
  return {
    ...other,
    call: (clientId, { officer, ...details }, ...rest) =>
      call(
        clientId,
        { ...details, ...(officer !== undefined && { officer: officerOf(clientId, officer) }) },
        ...rest,
      ),
  };
}

const signInAt =
  (url: string) =>
  async ({ id }: { id: string }): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ person: id });
    const answer = await fetch(`${url}/people/sign-in`, { method: 'POST', headers, body });
    return ((await answer.json()) as { access_token: string }).access_token;
  };

function launch(folder: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [START, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0', ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
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
