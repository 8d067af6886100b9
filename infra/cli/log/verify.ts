import { type CheckedLog, checkLog, LogError, type LogFault } from '../../../shared/log/check/check-log.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { formatVerifier } from '../../../shared/tree/note.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { type Progress, startProgress } from '../terminal/progress.ts';
import { paint, pairs, safe } from '../terminal/table.ts';
import { type ReadFile, readLogKey, recall, remember } from './files.ts';
import { checkHeads, liveHeads, readHeads } from './heads.ts';
import { type Opened, openEntries } from './open-entries.ts';
import { logAt } from './where.ts';

interface VerifyOptions {
  dir?: string;
  key?: string;
  heads?: string | true;
  open?: boolean;
  state: string;
}

/** `fieldgate log verify` */
export function registerLogVerify(log: Command): void {
  log
    .command('verify')
    .description('check the complete log: tree, chains, certificates, signatures (needs no token)')
    .option('--dir <folder>', 'the files of the log, such as a mirror; default: the gateway')
    .option('--key <vkey>', "the log's key, or a file with it, from a source that you trust")
    .option(
      '--heads [file]',
      'also compare the records with the writes in the log as an auditor opens them: from an export of the keys table, or from the gateway',
    )
    .option('--open', 'also open the entries, with the rights of the auditor of --as or of the login')
    .option('--state <folder>', 'file that remembers the last verified checkpoint', '.fieldgate/verified')
    .runs<VerifyOptions>(verify);
}

async function verify(options: GlobalOptions & VerifyOptions): Promise<number> {
  const { at: where, read } = logAt(options);
  const log = readLogKey(options.key ?? (await shownKey(read, options)));
  const remembered = await recall(options.state, log);
  let progress: Progress | undefined;
  const attempt = async () => {
    const heads = options.heads === undefined ? null : checkHeads(await headsFor(options));
    const leaves = new Map<string, string>();
    let from = new Date().toISOString();
    const wanted = heads !== null || options.open === true;
    const checked = await checkLog({
      read,
      log,
      ...(remembered && { remembered }),
      onLeaf({ id, kind, time }, _index, text) {
        if (time < from) from = time;
        if (wanted && kind !== 'writer') leaves.set(id, leafHash(text).toString('base64'));
      },
      onProgress(done, size) {
        progress ??= startProgress('entries', size);
        progress.update(done);
      },
    });
    progress?.stop();
    progress = undefined;
    const opened = wanted ? await openEntries((await open(options)).gate, leaves, from, heads?.entry) : null;
    return { checked, opened, compared: heads?.end() };
  };
  try {
    let started = performance.now();
    let { checked, opened, compared } = await attempt();
    if (options.heads === true && compared && compared.bad.length > 0) {
      // A concurrent write may be in the heads but not in the tree yet, or the reverse.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      started = performance.now();
      const before = new Set(compared.bad);
      ({ checked, opened, compared } = await attempt());
      if (compared) compared.bad = compared.bad.filter((key) => before.has(key));
    }
    const bad = (compared?.bad.length ?? 0) + (opened?.bad.length ?? 0);
    const result = {
      ...resultOf(checked, performance.now() - started),
      ok: bad === 0,
      at: where,
      key: formatVerifier(log),
      since: remembered?.size ?? null,
      ...(opened && { opened }),
      ...(compared && { heads: compared }),
    };
    print(options, result, () => inWords(result));
    if (bad > 0) return EXIT.refused;
    remember(options.state, log, checked.note);
    return EXIT.ok;
  } catch (error) {
    progress?.stop();
    if (!(error instanceof LogError)) throw error;
    const { fault, at } = error;
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, fault, at })}\n`);
    else process.stderr.write(`${paint('red', '✗')} ${WORDS[fault]}: ${at}\n`);
    return EXIT.refused;
  }
}

/** Milliseconds; more than an entry may be missing in the tree. */
const SETTLE_MS = 10_000;

async function headsFor(options: GlobalOptions & VerifyOptions) {
  if (typeof options.heads === 'string') return readHeads(options.heads);
  return liveHeads((await open(options)).gate);
}

const WORDS: Record<LogFault, string> = {
  CHECKPOINT: 'The checkpoint is missing, or not signed by this key',
  WRITER_KEY: 'The log names no key that certifies writers',
  FORK: 'The log does not continue the checkpoint verified earlier: it was rewritten',
  BUNDLE: 'Entries are missing or damaged',
  TILE: 'The tree does not match the entries; first bad entry or tile',
  ROOT: 'The entries do not match the signed root',
  CHAIN: 'The chain of a writer is broken; first bad entry',
  SIGNATURE: 'Not signed by its writer',
  COUNT: 'Counts are missing, or do not match the tree',
};

/** Without `--key`: the key that the log itself gives. It proves that the log is complete, not whose log it is. */
async function shownKey(read: ReadFile, { dir }: VerifyOptions): Promise<string> {
  if (dir !== undefined)
    throw new UsageError("--dir needs --key: the log's key, from a source that you trust.");
  const key = await read('key');
  if (!key) throw new UsageError('This address has no log.');
  process.stderr.write(
    `${paint('yellow', '!')} The key comes from the gateway itself. Keep it, and pass it with --key from now on.\n`,
  );
  return Buffer.from(key).toString('utf8');
}

function resultOf({ checkpoint, heads, took }: CheckedLog, whole: number) {
  const rate = (ms: number) => (ms > 0 ? Math.round((checkpoint.size / ms) * 1000) : null);
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    writers: heads.size,
    perSecond: { tree: rate(took.tree), chains: rate(took.chains), whole: rate(whole) },
  };
}

type Result = ReturnType<typeof resultOf> & {
  ok: boolean;
  at: string;
  opened?: Opened;
  key: string;
  since: number | null;
  heads?: { checked: number; bad: string[] };
};

function inWords(result: Result): string {
  const { origin, at, size, root, writers, perSecond, key, since, opened, heads } = result;
  const lines: [string, string][] = [
    ['gateway', safe(at)],
    ['log', origin],
    ['key', key],
    ['leaves', String(size)],
    ['writers', String(writers)],
    ['root', root],
    ['continues', since === null ? 'no earlier checkpoint' : `the log of ${since} entries`],
    ['entries/s', `tree ${perSecond.tree}, chains and signatures ${perSecond.chains}`],
  ];
  lines.push([
    'opened',
    opened
      ? `${opened.whole} entries, ${opened.erased} without the person; ${opened.closed} were not opened`
      : 'no entry, see --open',
  ]);
  lines.push([
    'heads',
    heads ? `${heads.checked} compared, ${heads.bad.length} differ` : 'not compared, see --heads',
  ]);
  const bad = [
    ...(opened?.bad ?? []).map((id) => `${paint('red', '✗')} differs from its leaf's commitment: ${id}\n`),
    ...(heads?.bad ?? []).map((one) => `${paint('red', '✗')} head differs: ${one}\n`),
  ].slice(0, 20);
  const good = `${paint('green', '✓', process.stdout)} Every entry is in the tree, chained, and signed by a writer that the log certifies.\n`;
  return `${pairs(lines)}\n${bad.length > 0 ? bad.join('') : good}`;
}
