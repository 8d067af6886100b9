/** A process that runs one command of the command line after another: loading its modules takes most of a command's time. */
import { Readable } from 'node:stream';
import { runCommand } from '../../infra/cli/run.ts';
import { showTimesIn } from '../../infra/cli/terminal/times.ts';
import { UTC } from '../../shared/times.ts';

export interface Asked {
  folder: string;
  args: string[];
  env: Record<string, string>;
  input: string;
}
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

class Exit extends Error {}

const said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const)
  process[name].write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    said[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    const done = rest.findLast((one) => typeof one === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  }) as typeof process.stdout.write;
process.exit = (code) => {
  process.exitCode = code;
  throw new Exit();
};

process.on('message', async ({ folder, args, env, input }: Asked) => {
  Object.assign(said, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  showTimesIn(UTC);
  process.chdir(folder);
  process.env = { ...env };
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    configurable: true,
  });
  const before = new Set(process.rawListeners('SIGINT'));
  try {
    await runCommand(args);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  for (const listener of process.rawListeners('SIGINT'))
    if (!before.has(listener)) process.off('SIGINT', listener as () => void);
  const ended: Ended = { code: Number(process.exitCode ?? 0), ...said };
  process.exitCode = undefined;
  process.send?.(ended);
});
