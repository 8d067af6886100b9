import { type CheckedLog, checkLog } from '../../../shared/log/check/check-log.ts';
import { LogError, type LogFault } from '../../../shared/log/check/fault.ts';
import { leafHash } from '../../../shared/log/entry/leaf.ts';
import { toBase64 } from '../../../shared/tree/base64.ts';
import { formatVerifier } from '../../../shared/tree/note.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { type Progress, startProgress } from '../terminal/progress.ts';
import { mark, pairs, safe } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { checkFiled, compareFiled, type FiledChecked } from './filed.ts';
import { type ReadFile, readLogKey, readSm2Key } from './files.ts';
import { checkHeads, type HeadsChecked, liveHeads, readHeads } from './heads.ts';
import { type Opened, openEntries } from './open-entries.ts';
import { type Earlier, recall, remember } from './state.ts';
import { logAt } from './where.ts';
import { type PolicyOptions, type Seen, seenInWords, withPolicy, witnessesOf } from './witnesses.ts';

const { verify: t } = await texts('log');

interface VerifyOptions extends PolicyOptions {
  dir?: string;
  key?: string;
  heads?: string | true;
  open?: boolean;
  fromStart?: boolean;
  national?: string;
  state: string;
}

/** `fieldgate log verify` */
export function registerLogVerify(log: Command): void {
  withPolicy(log.command('verify'))
    .description(t.what)
    .option('--dir <folder>', t.dir)
    .option('--key <vkey>', w.logKey)
    .option('--heads [file]', t.heads)
    .option('--open', t.open)
    .option('--from-start', t.fromStart)
    .option('--national <key>', t.national)
    .option('--state <folder>', t.state, '.fieldgate/verified')
    .runs<VerifyOptions>(verify);
}

/** What a check without entries and records found, with how much of the log it read and when all of it was read. */
export type Whole =
  | {
      ok: true;
      size: number;
      root: string;
      read: number;
      sampled: number;
      wholeAt: string;
      /** What the witnesses of the reader's policy say; `null` without one. */
      witnessed: Seen | null;
    }
  | { ok: false; fault: string; at: string };

/** Bundles of old entries that each run reads again. */
const SAMPLE = 4;

/** Seconds: a log whose witnesses have not seen it for longer is shown frozen, or they are away. */
const FRESH = 600;

/** Checks tree, chains and signatures, and remembers the checkpoint. The key is the gateway's own. */
export async function wholeAt(options: GlobalOptions & PolicyOptions & { state: string }): Promise<Whole> {
  const { read } = logAt(options);
  const key = await read('key');
  if (!key) return { ok: false, fault: t.noLog, at: '' };
  const log = readLogKey(Buffer.from(key).toString('utf8'));
  try {
    const judge = await witnessesOf(options, read, log, FRESH);
    const { wholeAt = Date.now(), ...earlier } = await recall(options.state, log, false);
    const checked = await checkLog({ read, log, ...earlier, sample: SAMPLE });
    remember(options.state, log, checked, wholeAt);
    const { size, root, read: fresh, sampled } = resultOf(checked, 0);
    const witnessed = judge && (await judge(checked.checkpoint));
    return {
      ok: true,
      size,
      root,
      read: fresh,
      sampled,
      witnessed,
      wholeAt: new Date(wholeAt).toISOString(),
    };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return { ok: false, fault: WORDS[error.fault], at: error.at };
  }
}

async function verify(options: GlobalOptions & VerifyOptions): Promise<number> {
  const { at: where, read } = logAt(options);
  const log = readLogKey(options.key ?? (await shownKey(read, options)));
  const judge = await witnessesOf(options, read, log);
  const national = options.national === undefined ? undefined : await readSm2Key(options.national);
  // Entries are opened, and heads compared, from the first one on.
  const wanted = options.heads !== undefined || options.open === true;
  const { wholeAt = Date.now(), ...earlier } = await recall(
    options.state,
    log,
    wanted || options.fromStart === true || national !== undefined,
  );
  let progress: Progress | undefined;
  const attempt = async () => {
    const heads = options.heads === undefined ? null : checkHeads(await headsFor(options));
    const filed = options.heads === true ? checkFiled() : null;
    const leaves = new Map<string, string>();
    let from = new Date().toISOString();
    const checked = await checkLog({
      read,
      log,
      ...earlier,
      ...(national && { national }),
      sample: SAMPLE,
      onLeaf({ id, kind, time }, _index, text) {
        if (time < from) from = time;
        if (wanted && kind !== 'writer') leaves.set(id, leafHash(text).toString('base64'));
      },
      onProgress(done, size) {
        progress ??= startProgress(label('entries'), size);
        progress.update(done);
      },
    });
    progress?.stop();
    progress = undefined;
    if (!wanted) return { checked, opened: null };
    const { gate } = await open(options);
    const opened = await openEntries(gate, leaves, from, (entry) => {
      heads?.entry(entry);
      filed?.entry(entry);
    });
    return {
      checked,
      opened,
      compared: heads?.end(),
      stands: filed ? await compareFiled(gate, filed) : undefined,
    };
  };
  try {
    let started = performance.now();
    let { checked, opened, compared, stands } = await attempt();
    const differ = options.heads === true && [...(compared?.bad ?? []), ...(stands?.lost ?? [])].length > 0;
    if (differ || (opened?.closed ?? 0) > 0) {
      // A concurrent write may be in the heads or entries but not in the tree yet, or the reverse.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      started = performance.now();
      const before = new Set([...(compared?.bad ?? []), ...(stands?.lost ?? [])]);
      ({ checked, opened, compared, stands } = await attempt());
      const again = (one: string) => before.has(one);
      if (compared) compared.bad = compared.bad.filter(again);
      if (stands) stands.lost = stands.lost.filter(again);
    }
    const witnessed = judge && (await judge(checked.checkpoint));
    const bad = [compared?.bad, stands?.lost, opened?.bad, opened?.hidden].flatMap((some) => some ?? []);
    const ok = bad.length === 0 && witnessed?.ok !== false;
    const result = {
      ...resultOf(checked, performance.now() - started),
      ok,
      at: where,
      key: formatVerifier(log),
      since: sinceOf(earlier),
      wholeAt: new Date(wholeAt).toISOString(),
      ...(national && { sm3: toBase64(checked.checkpoint.sm3 ?? national) }),
      ...(opened && { opened }),
      ...(compared && { heads: compared }),
      ...(stands && { filed: stands }),
      ...(witnessed && { witnessed }),
    };
    print(options, result, () => inWords(result));
    if (!ok) return EXIT.refused;
    remember(options.state, log, checked, wholeAt);
    return EXIT.ok;
  } catch (error) {
    progress?.stop();
    return tellFault(options, error);
  }
}

/** @throws what is no fault of the log */
export function tellFault(options: GlobalOptions, error: unknown): number {
  if (!(error instanceof LogError)) throw error;
  const { fault, at } = error;
  if (options.json) print(options, { ok: false, fault, at }, () => '');
  else process.stderr.write(`${mark('bad', process.stderr)} ${WORDS[fault]}: ${at}\n`);
  return EXIT.refused;
}

/** Milliseconds; more than an entry may be missing in the tree. */
const SETTLE_MS = 10_000;

async function headsFor(options: GlobalOptions & VerifyOptions) {
  if (typeof options.heads === 'string') return readHeads(options.heads);
  return liveHeads((await open(options)).gate);
}

const WORDS: Record<LogFault, string> = t.faults;

/** Without `--key`: the key that the log itself gives. It proves that the log is complete, not whose log it is. */
export async function shownKey(read: ReadFile, { dir }: Pick<VerifyOptions, 'dir'>): Promise<string> {
  if (dir !== undefined) throw new UsageError(t.dirNeedsKey);
  const key = await read('key');
  if (!key) throw new UsageError(t.noLog);
  process.stderr.write(t.keyFromGateway(mark('open', process.stderr)));
  return Buffer.from(key).toString('utf8');
}

/** Leaves of the earlier log that this one continues. */
function sinceOf({ remembered, from }: Earlier): number | null {
  return remembered || from ? Math.max(remembered?.size ?? 0, from?.checkpoint.size ?? 0) : null;
}

function resultOf({ checkpoint, chains, skipped, sampled, took }: CheckedLog, whole: number) {
  const read = checkpoint.size - skipped;
  const rate = (ms: number) => (ms > 0 ? Math.round((read / ms) * 1000) : null);
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    writers: chains.heads.size,
    read,
    sampled,
    perSecond: { tree: rate(took.tree), chains: rate(took.chains), whole: rate(whole) },
  };
}

type Result = ReturnType<typeof resultOf> & {
  ok: boolean;
  at: string;
  opened?: Opened;
  key: string;
  since: number | null;
  wholeAt: string;
  sm3?: string;
  heads?: HeadsChecked;
  filed?: FiledChecked;
  witnessed?: Seen;
};

function inWords(result: Result): string {
  const { origin, at, size, read, root, writers, perSecond, key, since, opened, heads, filed } = result;
  const lines: [string, string][] = [
    [w.gateway, safe(at)],
    [t.log, origin],
    [t.key, key],
    [t.leaves, String(size)],
    [
      t.entriesRead,
      read === size
        ? t.readAgain(read)
        : t.readSince(read, size - read, result.sampled, timeOf(result.wholeAt)),
    ],
    [t.writers, String(writers)],
    [t.root, root],
    ...(result.sm3 === undefined ? [] : [[t.nationalRoot, t.signedBySm2(result.sm3)] as [string, string]]),
    [t.continues, since === null ? t.noEarlier : t.earlier(since)],
    ...(read > 0 ? [[t.rate, t.rates(perSecond.tree, perSecond.chains)] as [string, string]] : []),
  ];
  lines.push([t.opened, opened ? t.openedCount(opened.whole, opened.erased, opened.closed) : t.noneOpened]);
  lines.push([t.headsOf, heads ? t.compared(heads.checked, heads.bad.length) : t.notCompared]);
  if (filed) lines.push([t.filed, t.comparedFiled(filed.checked, filed.lost.length)]);
  lines.push(...seenInWords(result.witnessed ?? null));
  const bad = [
    ...(result.witnessed?.ok === false ? [`${mark('bad', process.stderr)} ${result.witnessed.fault}\n`] : []),
    ...(opened?.bad ?? []).map((id) => t.badLeaf(mark('bad', process.stderr), id)),
    ...(opened?.hidden ?? []).map((id) => t.closedLeaf(mark('bad', process.stderr), id)),
    ...(heads?.bad ?? []).map((one) => t.badHead(mark('bad', process.stderr), one)),
    ...(filed?.lost ?? []).map((one) => t.lostFiled(mark('bad', process.stderr), one)),
    ...(filed?.unfinished ?? []).map((one) => t.unfinishedFiled(mark('open', process.stderr), one)),
    ...(heads?.unfinished ?? []).map((one) => t.unfinishedHead(mark('open', process.stderr), one)),
  ].slice(0, 20);
  const good = t.good(mark('good'));
  return `${pairs(lines)}\n${bad.length > 0 ? bad.join('') : good}`;
}
