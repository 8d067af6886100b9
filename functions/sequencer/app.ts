import type { KMSClient } from '@aws-sdk/client-kms';
import { WRITER_KINDS } from '../../shared/entry-kinds.ts';
import { type EnvName, readClassKeyVersions } from '../../shared/env.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import type { Certifier } from '../../shared/log/check/chain.ts';
import type { Lock, TreeStore } from '../../shared/log/files/stores.ts';
import { rawKeyOf, sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import type { Table } from '../../shared/store/table.ts';
import { newUpdate } from '../../shared/store/update.ts';
import { HEAD, MODE } from '../../shared/tables.ts';
import { toBase64 } from '../../shared/tree/base64.ts';
import { sm2Line, sm2WriterKey } from '../../shared/tree/national.ts';
import { makeVerifier, readNote } from '../../shared/tree/note.ts';
import { formatWriterKeys, openWriterKeys, type WriterKey } from '../../shared/tree/writer-key.ts';
import type { Deps } from '../deps.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import { type Archive, archiveNext } from './archive.ts';
import { checkChains } from './check-chains.ts';
import { checkIndex } from './check-index.ts';
import type { Check } from './checked.ts';
import type { Checkers, SequencerDeps } from './deps.ts';
import { type Extracts, extractNext } from './extract.ts';
import { signedNote } from './publish.ts';
import { type Remade, remakeIfBehind, remakeTable } from './remake.ts';
import { openRounds, type Rounds } from './rounds.ts';
import { type Ahead, type Step, sequence } from './sequence.ts';
import { tableIndex } from './stores/log-index.ts';
import { tableCopied, tableLock, tablePersons, tableWriters } from './stores/tree-table.ts';

export const SEQUENCER_ENV = [
  'logTable',
  'wordsTable',
  'logIndexTable',
  'treeTable',
  'modeTable',
  'writerKeys',
  'logKey',
  'nationalKey',
  'certificateKey',
  'logName',
] as const satisfies readonly EnvName[];

type SequencerAppDeps = Deps<(typeof SEQUENCER_ENV)[number]> & {
  tree: TreeStore;
  /** @param own checks in this thread. Default: it checks everything */
  checkers?(own: Check, certifiers: readonly Certifier[]): Checkers;
  /** By function, the kinds that its key may certify. Default: the gateway's functions. */
  kinds?: Readonly<Record<string, readonly string[]>>;
};

export interface Sequencer {
  /** One step of the tree. @throws the error of a store or KMS; the next step continues. */
  step(): Promise<Step>;
  /** Makes the tree's table again from the log if it was lost or set back, or `always`. See `remakeTable`. */
  remake(always?: boolean): Promise<Remade | null>;
  /** Compares the index with one bundle of the tree. See `checkIndex`. */
  check(turn: number): Promise<number>;
  /** Copies what was published since to another account. @returns leaves that are left. See `archiveNext`. */
  archive(put: Archive['put'], until: number): Promise<number>;
  /** Extracts what was published since, for queries. @returns leaves that are left. See `extractNext`. */
  extract(to: Omit<Extracts, 'copied'>, until: number): Promise<number>;
}

/** The sequencer with the gateway's tables, keys and files. It serves no route. */
export function sequencerApp(deps: SequencerAppDeps): Sequencer {
  let opened: Promise<SequencerDeps> | null = null;
  let ahead: Ahead | undefined;
  let rounds: Rounds | undefined;
  const places = { dynamo: deps.dynamo, treeTable: deps.env.treeTable };
  const open = () => {
    opened ??= openSequencer(deps).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    async step() {
      // A step that fails leaves nothing to begin with.
      const begun = ahead;
      ahead = undefined;
      const opened = await open();
      const step = await sequence(opened, begun);
      ahead = step.ahead;
      const { log, now } = opened;
      rounds ??= openRounds({ ...deps.tree, received: deps.tables.tree, log, now });
      // Witnesses look at a tree that grows without them.
      const awaited = await rounds.step().catch((error) => {
        reportFault({ work: 'witness' }, toProblem(error));
        return false;
      });
      return { ...step, awaited };
    },
    remake: async (always) => (always ? remakeTable : remakeIfBehind)(await open()),
    check: async (turn) => checkIndex(await open(), turn),
    async archive(put, until) {
      const copied = tableCopied(places, 'copied');
      return archiveNext({ ...(await open()), ...deps.tree }, { put, copied }, { now: deps.now, until });
    },
    async extract(to, until) {
      const copied = tableCopied(places, 'extracted');
      return extractNext(await open(), { ...to, copied }, { now: deps.now, until });
    },
  };
}

/** Reads the keys, and publishes those that certify writers if the log does not name them yet. */
export async function openSequencer({
  env,
  kms,
  dynamo,
  now,
  tree,
  checkers,
  kinds = WRITER_KINDS,
}: SequencerAppDeps): Promise<SequencerDeps> {
  const [certifiers, logKey, national, certificate] = await Promise.all([
    certifiersOf(kms, env.writerKeys, kinds),
    publicKeyOf(kms, env.logKey),
    ...[env.nationalKey, env.certificateKey].map((key) => (key === 'none' ? null : spkiOf(kms, key))),
  ]);
  const log = makeVerifier(sha256, env.logName, rawKeyOf(logKey));
  const sign = (message: Uint8Array) => kmsSign(kms, env.logKey, 'ED25519_SHA_512', message);
  const sm2 = national && {
    ...sm2Line(sha256, log.name, national),
    sign: (message: Uint8Array) => kmsSign(kms, env.nationalKey, 'SM2DSA', message),
  };
  const signers = { log, sign, ...(sm2 && { sm2 }) };
  await publishWriterKeys(tree.writerKeys, signers, [
    ...certifiers.map((one) => ({ ...one, key: rawKeyOf(one.key) })),
    ...(certificate ? [sm2WriterKey(certificate)] : []),
  ]);
  const { logTable, wordsTable, treeTable, modeTable } = env;
  const tables = { dynamo, logTable, wordsTable, treeTable };
  const own: Check = (group) => checkChains(opened, group);
  const opened: SequencerDeps = {
    files: tree.files,
    published: tree.published,
    lock: tableLock(tables),
    writers: tableWriters(tables),
    persons: tablePersons(tables),
    ...(checkers && { checkers: checkers(own, certifiers) }),
    index: tableIndex({ dynamo, indexTable: env.logIndexTable }),
    certifiers,
    ...signers,
    now,
    tellHead: (note) =>
      putHead({ client: dynamo, name: modeTable }, note).catch((error) =>
        reportFault({ work: 'head' }, toProblem(error)),
      ),
  };
  return opened;
}

const spkiOf = async (kms: KMSClient, key: string) =>
  (await publicKeyOf(kms, key)).export({ format: 'der', type: 'spki' });

/** In the item of the mode, which each function reads anyway. */
async function putHead(table: Table, note: string): Promise<void> {
  const update = newUpdate();
  update.set(HEAD, { S: note });
  await update.send(table, { part: { S: MODE } });
}

/** The keys of the setting, each for its function's kinds: under any other name nothing is certified. */
async function certifiersOf(
  kms: KMSClient,
  setting: string,
  kinds: NonNullable<SequencerAppDeps['kinds']>,
): Promise<Certifier[]> {
  const read = [...readClassKeyVersions(setting)].map(async ([name, arns]) => {
    const keys = await Promise.all(arns.map((arn) => publicKeyOf(kms, arn)));
    return keys.map((key) => ({ name, key, kinds: kinds[name] ?? [] }));
  });
  return (await Promise.all(read)).flat();
}

/**
 * Signed by the log's key: a reader who trusts the log learns which keys certify its writers. A key that was named once
 * stays, with the kinds that it was given, because the log has certificates of it; the sequencer takes no new writer under it.
 * @throws Error if another sequencer changes the statement in the same moment, or its signature is wrong
 */
async function publishWriterKeys(
  file: Lock,
  signers: Pick<SequencerDeps, 'log' | 'sign' | 'sm2'>,
  present: readonly WriterKey[],
): Promise<void> {
  const { log, sm2 } = signers;
  const before = await file.read();
  const known = before === null ? [] : await openWriterKeys(Buffer.from(before), log, verifyEd25519);
  if (!known) throw new Error('the log does not name its writer keys');
  const keys = new Map<string, WriterKey>();
  for (const one of [...known, ...present]) {
    const id = `${one.name} ${toBase64(one.key)}`;
    keys.set(id, { ...one, kinds: [...(keys.get(id)?.kinds ?? []), ...one.kinds] });
  }
  const statement = formatWriterKeys(log.name, [...keys.values()]);
  const lines = readNote(Buffer.from(before ?? ''))?.signatures ?? [];
  const isWhole = !sm2 || lines.some(({ id }) => id === sm2.id);
  if (isWhole && statement === formatWriterKeys(log.name, known)) return;
  if (!(await file.swap(before, await signedNote(signers, statement))))
    throw new Error('another sequencer names the writer keys');
}
