/** `fieldgate witness`: a department says of the gateway's log that it saw this tree, and that it grew out of the one before. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { InvalidArgumentError, Option } from 'commander';
import { sha256, verifyCosignature, verifyEd25519 } from '../../../shared/log/node-crypto.ts';
import { toBase64 } from '../../../shared/tree/base64.ts';
import { formatCosigner, openCosigned } from '../../../shared/tree/cosignature.ts';
import { formatVerifier } from '../../../shared/tree/note.ts';
import { addCheckpoint, MAX_REQUEST } from '../../../shared/witness/add-checkpoint.ts';
import { checkFork, type Fork } from '../../../shared/witness/fork.ts';
import { cosignedSize, type Looked } from '../../../shared/witness/round.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { readLogKey } from '../log/files.ts';
import { logAt } from '../log/where.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { ended, listenAt } from '../terminal/life.ts';
import { pairs } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { accessOf } from './access.ts';
import { lastIn } from './journal.ts';
import {
  ALGORITHMS,
  type Algorithm,
  createKeeper,
  filesIn,
  type Keeper,
  openKeeper,
  trustedKeysIn,
} from './keeper.ts';
import { EVERY, keepLooking, looked, readable, shownKey, told } from './looking.ts';

const { witness: t } = await texts('witness');

type InFolder = GlobalOptions & { folder: string };

export function registerWitness(program: Command): void {
  const group = program.command('witness');
  const folder = () => new Option('--folder <folder>', t.folder).default('.fieldgate/witness');
  group
    .command('init')
    .description(t.init.what)
    .requiredOption('--name <name>', t.init.name)
    .addOption(new Option('--algorithm <name>', t.init.algorithm).choices(ALGORITHMS).default('ed25519'))
    .option('--key <vkey>', t.init.key)
    .addOption(folder())
    .runs<InitOptions>(init);
  group
    .command('run')
    .description(t.run.what)
    .addOption(new Option('--every <n>', t.run.every).argParser(seconds).default(EVERY))
    .option('--once', t.run.once)
    .addOption(new Option('--listen <host:port>', t.run.listen).argParser(listenAt))
    .addOption(folder())
    .runs<RunOptions>(run);
  group.command('status').description(t.status.what).addOption(folder()).runs<InFolder>(status);
  group
    .command('evidence')
    .description(t.evidence.what)
    .argument('<file>', t.evidence.file)
    .requiredOption('--key <vkey>', t.init.key)
    .runs<GlobalOptions & { key: string }>((options, file) => evidence(options, file as string));
}

type InitOptions = InFolder & { name: string; algorithm: Algorithm; key?: string };

async function init(options: InitOptions): Promise<void> {
  const { folder, name, algorithm } = options;
  if (existsSync(filesIn(folder).secret)) throw new UsageError(t.init.exists(folder));
  const log = readLogKey(options.key ?? (await shownKey(options)));
  const cosigner = made(() => createKeeper(folder, name, log, algorithm));
  const line = `witness ${name} ${formatCosigner(cosigner)}`;
  const told = { witness: formatCosigner(cosigner), log: formatVerifier(log) };
  print(options, told, () => t.init.made(line, told.log));
}

function made<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(t.init.badName);
    if ((error as { code?: string }).code === 'ERR_INVALID_ARG_VALUE')
      throw new UsageError(t.init.noAlgorithm);
    throw error;
  }
}

type RunOptions = InFolder & { every: number; once?: boolean; listen?: ReturnType<typeof listenAt> };

async function run(options: RunOptions): Promise<number> {
  const keeper = readable(options.folder, () => openKeeper(options.folder));
  try {
    const { gate } = await open({ ...options, json: true });
    const access = accessOf(gate, logAt(options).read);
    if (options.once) return told(options, await looked(keeper, access, options.folder));
    const server = options.listen && (await listen(keeper, options.listen));
    const stop = new AbortController();
    void ended(true).then(() => stop.abort());
    const say = (now: Looked) => void told(options, now);
    await keepLooking(keeper, access, { ...options, signal: stop.signal, say });
    server?.close();
    return EXIT.ok;
  } finally {
    keeper.close();
  }
}

/** `add-checkpoint`, for logs and peers that come to the witness. */
async function listen({ witness }: Keeper, { host, port }: ReturnType<typeof listenAt>) {
  const server = createServer(async (request, response) => {
    const isAsked = request.method === 'POST' && request.url === '/add-checkpoint';
    const isSmall = Number(request.headers['content-length']) <= MAX_REQUEST;
    if (!isAsked || !isSmall) return void response.writeHead(isAsked ? 413 : 404).end();
    // A body that ends early, and a journal or key that fails, are no answer and no end of the witness.
    const answer = await buffer(request)
      .then((body) => addCheckpoint(new Map([[witness.log.name, witness]]), body))
      .catch(() => null);
    if (!answer) return void response.writeHead(500).end();
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(port, host.replace(/[[\]]/g, ''), resolve));
  return server;
}

async function status(options: InFolder): Promise<number> {
  const { note: lastNote, journal } = filesIn(options.folder);
  const { cosigner, log } = readable(options.folder, () => trustedKeysIn(options.folder));
  const last = readable(options.folder, () => lastIn(journal));
  // What came back from a backup does not know that it did. The log shows what its key has cosigned.
  const shown = await (async () => logAt(options).read('witnessed'))().catch(() => undefined);
  const opens = (note: Uint8Array) => openCosigned(note, log, [cosigner], verifyCosignature);
  const known = await cosignedSize({ log, opens }, shown ?? null);
  if (known > (last?.size ?? 0)) throw new UsageError(t.states.forgot(known));
  const at = existsSync(lastNote) ? statSync(lastNote).mtime.toISOString() : '';
  const result = {
    witness: formatCosigner(cosigner),
    log: formatVerifier(log),
    ...(last && { size: last.size, root: toBase64(last.root) }),
    ...(at && { at }),
    asked: shown !== undefined,
  };
  print(options, result, () =>
    pairs([
      [t.key, result.witness],
      [t.log, result.log],
      [t.last, last ? [t.states.cosigned(last.size), ...(at ? [timeOf(at)] : [])].join(', ') : t.none],
      [t.status.asked, result.asked ? t.status.nothing : t.status.unasked],
    ]),
  );
  return EXIT.ok;
}

async function evidence(options: GlobalOptions & { key: string }, file: string): Promise<number> {
  let fork: Fork;
  try {
    fork = JSON.parse(readFileSync(file, 'utf8')) as Fork;
  } catch (error) {
    throw new UsageError(w.unreadable(file, (error as NodeJS.ErrnoException).code ?? w.notJson));
  }
  const sizes = await checkFork(fork, readLogKey(options.key), sha256, verifyEd25519).catch(() => null);
  print(options, { proven: sizes !== null, ...(sizes && { sizes }) }, () =>
    sizes ? t.evidence.proven(...sizes) : t.evidence.nothing,
  );
  return sizes ? EXIT.ok : EXIT.refused;
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 3600) throw new InvalidArgumentError(t.run.badSeconds);
  return Number(text);
}
