/** A log in files under keys of the test, and ways to forge it: for verifiers of any kind. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import {
  countParts,
  entryId,
  formatCount,
  type Leaf,
  makeLeaf,
  NO_ITEM,
} from '../../shared/log/entry/leaf.ts';
import { newEpochKeys } from '../../shared/log/entry/secrets.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { CERTIFIED_MS, certificateStatement, type LogItem, writerId } from '../../shared/log/write/item.ts';
import { makePart, sealItem } from '../../shared/log/write/seal.ts';
import { formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { makeVerifier, signNote, type Verifier } from '../../shared/tree/note.ts';
import { signatureFiles } from '../../shared/tree/signatures.ts';
import { formatWriterKeys } from '../../shared/tree/writer-key.ts';
import { ALL_KINDS, decision } from './log.ts';

export interface MirrorKeys {
  log: Verifier;
  logKey: KeyObject;
  gatewayKey: KeyObject;
  gateway: Uint8Array;
}

export function mirrorKeys(): MirrorKeys {
  const [log, gateway] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
  return {
    log: makeVerifier(sha256, 'log.example/fieldgate', raw(log.publicKey)),
    logKey: log.privateKey,
    gatewayKey: gateway.privateKey,
    gateway: raw(gateway.publicKey),
  };
}

export interface Signed {
  leaf: Uint8Array;
  signature: Uint8Array;
}

/** What a chain may have otherwise. */
interface Other {
  /** Instead of decisions. */
  entries?: readonly NewEntry[];
  /** Milliseconds from the first item to the others. */
  later?: number;
  /** Kinds and function of the certificate. */
  kinds?: readonly string[];
  name?: string;
}

/** A writer's chain as leaves with signatures: one leaf an item. */
export function chainOf(keys: MirrorKeys, entries: number, other: Other = {}): Signed[] {
  const at = '2025-11-25T08:00:00.000Z';
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = raw(publicKey);
  const writer = writerId(key);
  const until = new Date(Date.parse(at) + CERTIFIED_MS).toISOString();
  const kinds = [...(other.kinds ?? ALL_KINDS)].sort();
  const { name = 'test' } = other;
  const claim = { key: Buffer.from(key).toString('base64'), kinds, name, started: at, until };
  const signature = sign(null, certificateStatement(writer, claim), keys.gatewayKey).toString('base64');
  const secrets = newEpochKeys();
  const signed: Signed[] = [];
  let previous = NO_ITEM;
  for (let seq = 0; seq < entries; seq++) {
    const time = new Date(Date.parse(at) + (seq === 0 ? 0 : (other.later ?? 0))).toISOString();
    const place = { writer, seq, time, previous };
    const entry = other.entries?.[seq - 1] ?? decision();
    const leaf =
      seq === 0
        ? makeLeaf({
            ...{ ...place, v: 2, kind: 'writer', id: entryId({ writer, seq: 0, leaf: 0 }), leaf: 0 },
            certificate: { ...claim, signature },
          })
        : (makePart([entry], { ...place, secrets, kinds: new Set(ALL_KINDS) }, 0).leaves[0] as Leaf);
    const { item }: { item: LogItem } = sealItem(writer, privateKey, seq, time, [leaf]);
    previous = Buffer.from(item.hash).toString('base64');
    signed.push({ leaf: Buffer.from(leaf.text), signature: item.signatures[0] as Uint8Array });
  }
  return signed;
}

/** The leaves of steps, each behind by what counts it. */
export function counted(...steps: (readonly Signed[])[]): Signed[] {
  const all: Signed[] = [];
  for (const step of steps) {
    const counts = countParts(
      step.map(() => randomBytes(32)),
      all.length,
    );
    const counting = counts.map((count) => ({
      leaf: Buffer.from(formatCount(count)),
      signature: new Uint8Array(64),
    }));
    all.push(...step, ...counting);
  }
  return all;
}

/** All files of the log of these leaves, by path. */
export function filesOf(
  keys: MirrorKeys,
  signed: readonly Signed[],
  kinds: readonly string[] = ALL_KINDS,
): Map<string, Uint8Array> {
  const growth = grow(
    sha256,
    EMPTY_EDGE,
    signed.map(({ leaf }) => leaf),
  );
  const beside = signatureFiles(
    0,
    [],
    signed.map(({ signature }) => signature),
  );
  const files = new Map([...growth.files, ...beside].map(({ path, bytes }) => [path, bytes]));
  const checkpoint = { origin: keys.log.name, size: signed.length, root: rootOf(sha256, growth.edge) };
  files.set('checkpoint', note(keys, formatCheckpoint(checkpoint)));
  files.set(
    'writer-key',
    note(keys, formatWriterKeys(keys.log.name, [{ name: 'test', key: keys.gateway, kinds }])),
  );
  return files;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function note({ log, logKey }: MirrorKeys, text: string): Uint8Array {
  return Buffer.from(signNote(text, log, sign(null, Buffer.from(text), logKey)));
}

function raw(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}
