import type { backUp } from '../../local/state/backup-ask.ts';
import type { restore } from '../../local/state/restore.ts';
import type { StatePaths } from '../../local/state/state.ts';
import type { Command } from '../command.ts';
import { print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { timeOf } from '../terminal/times.ts';

const { backup: t } = await texts('data');

/** `fieldgate backup` and `fieldgate restore`, of the local gateway whose state folder is here */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .argument('<folder>', t.to)
    .runs(async (options, to: string) => {
      const made = await here(async (paths) =>
        (await load<typeof backUp>('backup-ask', 'backUp'))(paths, to),
      );
      print(options, { made, folder: to }, () => t.made(to, timeOf(made)));
    });
  program
    .command('restore')
    .argument('<folder>', t.from)
    .option('--all', t.all)
    .option('--fork-log', t.fork)
    .runs<{ all?: true; forkLog?: true }>(async (options, from: string) => {
      const wanted = { all: options.all === true, fork: options.forkLog === true };
      const done = await here(async (paths) =>
        (await load<typeof restore>('restore', 'restore'))(paths, from, wanted),
      );
      print(options, done, () =>
        done.what === 'records' ? t.records(timeOf(done.made)) : t.everything(timeOf(done.made)),
      );
    });
}

/** The state folder of this directory. @throws UsageError with the one line of a failure */
async function here<T>(act: (paths: StatePaths) => Promise<T>): Promise<T> {
  const statePaths = await load<(folder: string) => StatePaths>('state', 'statePaths');
  try {
    return await act(statePaths('.fieldgate'));
  } catch (error) {
    if (error instanceof Error && error.name === 'StartError') throw new UsageError(error.message);
    throw error;
  }
}

/** The npm package contains no gateway, and its oldest Node no SQLite, so nothing of both is bundled. */
async function load<T>(file: string, name: string): Promise<T> {
  const url = new URL(`../../local/state/${file}.ts`, import.meta.url).href;
  try {
    return (await import(url))[name];
  } catch {
    throw new UsageError(t.repository);
  }
}
