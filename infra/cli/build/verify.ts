/**
 * `fieldgate build verify <commit>`: builds a commit again in a checkout of it, and compares what came out with what the key of
 * releases signed, and with what the log says that the functions run.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUILDS_PATH, type Build, type Runs } from '../../../shared/tree/builds.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { type CodeOptions, openedBuilds, readRuns } from '../log/code.ts';
import { logAt } from '../log/where.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { readNamed } from '../terminal/named-files.ts';
import { mark, table } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { type Compared, compare, type Verdict } from './compare.ts';

const { build: t } = await texts('build');
const { code: c, verify: v } = await texts('log');
const { words: w } = await texts('words');

type VerifyOptions = CodeOptions & { releaseKey: string; builds?: string; source: string; context: string[] };

export function registerBuild(program: Command): void {
  program
    .command('build')
    .description(t.group)
    .command('verify')
    .description(t.what)
    .argument('<commit>', t.commit)
    .requiredOption('--release-key <vkey>', c.releaseKey)
    .option('--builds <file>', t.builds)
    .option('--source <folder>', t.source, '.')
    .option('-c, --context <name=value...>', t.context, [])
    .option('--dir <folder>', v.dir)
    .option('--key <vkey>', w.logKey)
    .runs<VerifyOptions>((options, commit) => verify(commit as string, options));
}

async function verify(wanted: string, options: GlobalOptions & VerifyOptions): Promise<number> {
  const { source, builds: file, releaseKey } = options;
  const commit = checkedOut(source, wanted);
  const read = file === undefined ? logAt(options).read : undefined;
  const builds = await openedBuilds(releaseKey, async () =>
    file === undefined ? read?.(BUILDS_PATH) : Buffer.from(readNamed(file)),
  );
  const signed = builds.filter((one) => one.commit === commit);
  const runs = read ? (await readRuns(read, options.key)).deployed : null;
  const made = signed.length === 0 ? null : rebuilt(source, options.context);
  const result = { commit, ...compare(signed, made, runs) };
  print(options, result, () => inWords(result, runs !== null));
  return result.verdict === 'equal' ? EXIT.ok : EXIT.refused;
}

/** @throws UsageError unless the folder is an unchanged checkout of the commit with the packages of its lock file */
function checkedOut(folder: string, wanted: string): string {
  const git = (...words: string[]) => {
    try {
      const stdio = ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'];
      return execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio }).trim();
    } catch {
      throw new UsageError(t.noCommit(folder, wanted));
    }
  };
  const commit = git('rev-parse', '--verify', '--end-of-options', `${wanted}^{commit}`);
  if (git('rev-parse', 'HEAD') !== commit) throw new UsageError(t.otherCommit(folder, commit));
  if (git('status', '--porcelain', '--untracked-files=no') !== '') throw new UsageError(t.changed(folder));
  const lacking = missingIn(folder);
  if (lacking !== null) throw new UsageError(t.lacking(folder, lacking));
  return commit;
}

interface Locked {
  packages: Record<string, { version?: string; integrity?: string; optional?: boolean }>;
}

/** @returns a package that is not installed as the lock file names it, or `null` */
function missingIn(folder: string): string | null {
  const read = (path: string) => {
    try {
      return (JSON.parse(readFileSync(join(folder, path), 'utf8')) as Locked).packages;
    } catch {
      return {};
    }
  };
  const installed = read('node_modules/.package-lock.json');
  const [wrong] = Object.entries(read('package-lock.json')).flatMap(([name, locked]) => {
    const found = installed[name];
    if (name === '' || (!found && locked.optional)) return [];
    return found?.version === locked.version && found?.integrity === locked.integrity ? [] : [name];
  });
  return wrong ?? null;
}

/** By the commit's own program and Node. */
function rebuilt(folder: string, context: readonly string[]): Pick<Build, 'builder' | 'functions'> {
  const words = context.flatMap((one) => ['-c', one]);
  try {
    // A program with a relative path is looked for in `cwd`.
    const node = resolve(folder, 'node_modules/.bin/node');
    const script = ['--no-warnings', 'infra/aws/commands/packages.ts', ...words];
    return JSON.parse(execFileSync(node, script, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 }));
  } catch {
    throw new UsageError(t.notBuilt);
  }
}

function inWords(
  { commit, verdict, release, builder, here, functions }: Compared & { commit: string },
  isAsked: boolean,
): string {
  const said: Record<Verdict, string> = {
    equal: t.equal(commit, release ?? '-'),
    different: t.different(
      commit,
      release ?? '-',
      functions.flatMap(({ name, code }) => (code === 'different' ? name : [])),
    ),
    unsigned: t.unsigned(commit),
    unchecked: functions.some(({ code }) => code === 'unchecked')
      ? t.otherBuilder(commit, builder ?? '-', here ?? '-')
      : t.archives(commit),
  };
  const marked = { equal: 'good', different: 'bad', unsigned: 'bad', unchecked: 'open' } as const;
  const runs = (ones: readonly (Runs & { time: string })[]) =>
    ones.map(({ time, version }) => t.since(version, timeOf(time))).join(', ') || (isAsked ? t.never : '-');
  const rows = functions.map((one) => [
    one.name,
    t.states[one.code],
    one.archive ? t.states[one.archive] : '-',
    runs(one.runs),
  ]);
  return `${mark(marked[verdict])} ${said[verdict]}\n${rows.length === 0 ? '' : table(t.columns, rows)}`;
}
