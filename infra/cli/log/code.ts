/** `fieldgate log code`: which code ran when, by the log alone: its deployments, and what its writers say of themselves. */
import { checkLog } from '../../../shared/log/check/check-log.ts';
import { sha256, verifyEd25519 } from '../../../shared/log/node-crypto.ts';
import {
  BUILDS_PATH,
  type Build,
  buildOf,
  openBuilds,
  parseRuns,
  type Runs,
} from '../../../shared/tree/builds.ts';
import { parseVerifier } from '../../../shared/tree/note.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { table } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { type ReadFile, readLogKey } from './files.ts';
import { logAt } from './where.ts';

const { code: t, verify: v } = await texts('log');
const { words: w } = await texts('words');

export interface CodeOptions {
  dir?: string;
  key?: string;
  releaseKey?: string;
}

/** Entries that one function wrote under certificates that name one package. */
interface Wrote {
  name: string;
  build: string | null;
  release: string | null;
  from: string;
  until: string;
  writers: number;
}

export function registerLogCode(log: Command): void {
  log
    .command('code')
    .description(t.what)
    .option('--dir <folder>', v.dir)
    .option('--key <vkey>', w.logKey)
    .option('--release-key <vkey>', t.releaseKey)
    .runs<CodeOptions>(code);
}

/** @throws UsageError without a key of the log */
export async function readRuns(
  read: ReadFile,
  givenKey: string | undefined,
  builds: readonly Build[] | null = null,
): Promise<{ deployed: (Runs & { time: string })[]; wrote: Wrote[] }> {
  const key = givenKey ?? Buffer.from((await read('key')) ?? []).toString('utf8');
  if (key === '') throw new UsageError(v.noLog);
  const deployed: (Runs & { time: string })[] = [];
  const wrote = new Map<string, Wrote>();
  await checkLog({
    read,
    log: readLogKey(key),
    onLeaf(leaf) {
      if (leaf.kind === 'deployment') {
        const runs = parseRuns(leaf.runs ?? '');
        // The key of the reader decides which release it was; without one it is the word of the watch.
        const release = runs && (builds ? (buildOf(builds, runs)?.release ?? '-') : runs.release);
        if (runs && release) deployed.push({ time: leaf.time, ...runs, release });
      } else if (leaf.kind === 'writer') {
        const { name, build = null, started, until } = leaf.certificate;
        const before = wrote.get(`${name} ${build}`) ?? { from: started, writers: 0 };
        const release = (build && builds && buildOf(builds, { name, code: build })?.release) || null;
        const { from, writers } = before;
        wrote.set(`${name} ${build}`, { name, build, release, from, until, writers: writers + 1 });
      }
    },
  });
  return { deployed, wrote: [...wrote.values()] };
}

async function code(options: GlobalOptions & CodeOptions): Promise<number> {
  const { read } = logAt(options);
  const { releaseKey, key } = options;
  const builds = releaseKey === undefined ? null : await openedBuilds(releaseKey, () => read(BUILDS_PATH));
  const { deployed, wrote } = await readRuns(read, key, builds);
  const result = { deployed, wrote, asked: builds !== null };
  print(options, result, () => inWords(result));
  const unknown =
    builds !== null && [...wrote, ...deployed].some(({ release }) => !release || release === '-');
  return unknown ? EXIT.refused : EXIT.ok;
}

/** @throws UsageError for what is no key */
export async function openedBuilds(
  releaseKey: string,
  read: () => Promise<Uint8Array | null | undefined>,
): Promise<Build[]> {
  const key = parseVerifier(sha256, releaseKey.trim());
  if (!key) throw new UsageError(t.badKey);
  return openBuilds(Buffer.from((await read()) ?? []).toString('utf8'), key, verifyEd25519);
}

function inWords({
  deployed,
  wrote,
  asked,
}: {
  deployed: (Runs & { time: string })[];
  wrote: Wrote[];
  asked: boolean;
}) {
  const short = (digest: string | null) => digest?.slice(0, 12) ?? '-';
  const deployments = deployed.map(({ time, name, version, archive, configuration, release }) => {
    return [timeOf(time), name, version, short(archive), short(configuration), release];
  });
  const writers = wrote.map(({ name, build, release, from, until, writers: count }) => {
    return [name, short(build), release ?? '-', timeOf(from), timeOf(until), String(count)];
  });
  const ran = deployments.length === 0 ? t.none : table(t.deployed, deployments);
  return `${ran}\n${table(t.wrote, writers)}${asked ? '' : t.unasked}`;
}
