/** The start command in a process that ends with its test. */
import { onTestFinished } from 'vitest';
import { type Child, launch, whenReady } from './process.ts';

/** Runs the start command to its end. @param folder where it runs; state goes to `.fieldgate` in it. */
export async function runStart(folder: string, args: string[], env: Record<string, string> = {}) {
  const child = start(folder, args, env);
  const code = await child.ended;
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

/** Starts a gateway and waits until it has said what to try. @throws Error with its output when it ends first. */
export function startChild(
  folder: string,
  args: string[] = ['--people', '0'],
  env: Record<string, string> = {},
): Promise<Child> {
  return whenReady(start(folder, args, env), folder);
}

function start(folder: string, args: string[], env: Record<string, string> = {}) {
  const launched = launch(folder, args, env);
  onTestFinished(() => {
    launched.process.kill('SIGKILL');
  });
  return launched;
}
