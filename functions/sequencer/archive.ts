/**
 * Copies what the log has published to an account of its own, in which this one may put files and nothing else: leaves with their
 * signatures, what is sealed of them, keys that open who acted, signed checkpoints, and each final file of the tree.
 * Keys that lead to a person are left out: they can be forgotten here, and never there.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import type { Lock } from '../../shared/log/files/stores.ts';
import { verifyEd25519 } from '../../shared/log/node-crypto.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import { toBase64 } from '../../shared/tree/base64.ts';
import { type Checkpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { sm3Path } from '../../shared/tree/national.ts';
import { readSignatures, signaturesPath } from '../../shared/tree/signatures.ts';
import { TILE_WIDTH, tilePath } from '../../shared/tree/tiles.ts';
import type { SequencerDeps } from './deps.ts';
import { readBundle, storedItems } from './index-entries.ts';

export interface Archive {
  /** Puts a file unless there is one of its name, which stays. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** How many leaves are copied. It may be set back: a file that is put again stays as it was. */
  copied: { read(): Promise<number>; write(size: number): Promise<void> };
}

type Deps = Pick<SequencerDeps, 'files' | 'published' | 'writers' | 'log'> & { writerKeys: Lock };

/** Leaves of one file, at most. */
const PIECE = 8 * TILE_WIDTH;
/** Digits of numbers in names, so that names sort as numbers do. */
const DIGITS = 12;
const zip = promisify(gzip);
/** Lines of JSON, packed. */
export const compressed = (lines: readonly object[]): Promise<Uint8Array> =>
  zip(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

/**
 * Copies up to the published checkpoint, or until the time is over. The checkpoint comes first: a copy that ends early names what it lacks.
 * @returns leaves that are left
 * @throws the error of a store; the next call goes on
 */
export function archiveNext(deps: Deps, { put, copied }: Archive, clock: Clock): Promise<number> {
  return advance(deps, copied, clock, {
    begin: (size, note) => put(`log/checkpoint/${numbered(size)}`, Buffer.from(note)),
    async piece(from, to, { sm3 }) {
      await Promise.all([
        ...finalFiles(from, to).map(async (path) => put(`log/${path}`, await fileOf(deps, path))),
        ...(sm3 ? secondFiles(from, to) : []).map(async (path) => {
          // `recover` makes one that is lost again, so the copy does not wait for it.
          const bytes = await deps.files.read(path);
          if (bytes) await put(`log/${path}`, bytes);
        }),
        piece(deps, from, to).then((bytes) =>
          put(`log/leaves/${numbered(from)}-${numbered(to)}.jsonl.gz`, bytes),
        ),
      ]);
    },
  });
}

/** @param until epoch milliseconds */
export interface Clock {
  now(): number;
  until: number;
}

interface Advancing {
  /** Before the first piece, if there is one. */
  begin?(size: number, note: string): Promise<void>;
  piece(from: number, to: number, head: Checkpoint): Promise<void>;
}

/** The walk of `archiveNext` over the leaves that are left, piece by piece. */
export async function advance(
  deps: Pick<Deps, 'published' | 'log'>,
  copied: Archive['copied'],
  { now, until }: Clock,
  { begin, piece }: Advancing,
): Promise<number> {
  const note = await deps.published.read();
  const head = note === null ? null : await openCheckpoint(Buffer.from(note), deps.log, verifyEd25519);
  if (note === null || !head) return 0;
  let from = await copied.read();
  if (from > head.size) throw new Error('the archive is ahead of the log');
  if (from < head.size) await begin?.(head.size, note);
  while (from < head.size && now() < until) {
    const to = Math.min(head.size, from - (from % TILE_WIDTH) + PIECE);
    await piece(from, to, head);
    await copied.write(to);
    from = to;
  }
  return head.size - from;
}

async function fileOf({ files }: Pick<Deps, 'files'>, path: string): Promise<Uint8Array> {
  const bytes = await files.read(path);
  if (!bytes) throw new Error('a file of the log is missing');
  return bytes;
}

/** Files that are full for the first time between two sizes. */
export function finalFiles(from: number, to: number): string[] {
  const paths: string[] = [];
  for (let level = 0, width = TILE_WIDTH; width <= to; level++, width *= TILE_WIDTH)
    for (let index = Math.floor(from / width); index < Math.floor(to / width); index++) {
      paths.push(tilePath({ level, index, width: TILE_WIDTH }));
      if (level === 0)
        paths.push(
          ...[tilePath({ level: 'entries', index, width: TILE_WIDTH }), signaturesPath(index, TILE_WIDTH)],
        );
    }
  return paths;
}

/** Of the tree by SM3. A log that got it later has those of earlier leaves as well, which `recover` makes from the leaves. */
const secondFiles = (from: number, to: number): string[] =>
  finalFiles(from, to).flatMap((path) =>
    path.startsWith('tile/') && !path.startsWith('tile/entries/') ? sm3Path(path) : [],
  );

export const numbered = (count: number) => String(count).padStart(DIGITS, '0');

/** Lines of JSON: the keys of writers, each leaf, each item's sealed halves, and the actor's key of each epoch. */
async function piece(deps: Deps, from: number, to: number): Promise<Uint8Array> {
  const lines: object[] = [{ writerKeys: await deps.writerKeys.read() }];
  const first = from - (from % TILE_WIDTH);
  const starts = Array.from(
    { length: Math.ceil((to - first) / TILE_WIDTH) },
    (_, i) => first + i * TILE_WIDTH,
  );
  const signed = await Promise.all(starts.map((at) => signedBundle(deps, at, to)));
  const own = signed.flat().slice(from - first);
  lines.push(...own.map((one, i) => ({ index: from + i, ...one })));
  const leaves = own.map(({ leaf }) => leaf);
  const items = await storedItems(deps, leaves.map(parseLeaf));
  lines.push(
    ...[...items.values()].flatMap(({ writer, seq, sealed }) =>
      sealed ? [sealedLine({ writer, seq, sealed })] : [],
    ),
  );
  const epochs = new Set([...items.values()].map(({ writer, seq }) => epochName(writer, seq)));
  for (const [epoch, { actor }] of await deps.writers.secrets(epochs))
    lines.push({ epoch, actor: toBase64(actor) });
  return compressed(lines);
}

async function signedBundle(deps: Deps, at: number, size: number) {
  const bundle = await readBundle(deps, at, size);
  const path = signaturesPath(at / TILE_WIDTH, bundle.length);
  const signatures = readSignatures(await fileOf(deps, path), bundle.length);
  if (!signatures) throw new Error('signatures of the log are missing');
  return bundle.map((leaf, i) => ({ leaf, signature: toBase64(signatures[i] ?? new Uint8Array()) }));
}

function sealedLine({ writer, seq, sealed }: Required<Pick<LogItem, 'writer' | 'seq' | 'sealed'>>): object {
  const texts = (all: readonly Uint8Array[]) => all.map(toBase64);
  const { actors, persons, shared } = sealed;
  return { writer, seq, actors: texts(actors), persons: texts(persons), shared: texts(shared) };
}
