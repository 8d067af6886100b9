/**
 * The folder of a witness: its key, the key of its log, its journal, the last note that it cosigned, and, once the log was
 * caught with two histories, the proof of that. With the proof in the folder it cosigns nothing, and neither does it once it has
 * seen that it was restored from a backup, however often it is started again.
 */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, verifyCosignature } from '../../../shared/log/node-crypto.ts';
import { COSIGNERS, type Cosigner, formatCosigner, parseCosigner } from '../../../shared/tree/cosignature.ts';
import { formatVerifier, isName, keyId, parseVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { forkOf } from '../../../shared/witness/fork.ts';
import { type Looked, lookOnce, type RoundDeps } from '../../../shared/witness/round.ts';
import { makeWitness, type Witness } from '../../../shared/witness/witness.ts';
import { removeDrafts, writeNew, writeWhole } from '../whole-files.ts';
import { createJournal, JournalLost, openJournal } from './journal.ts';

const FILES = {
  secret: 'key.pem',
  own: 'witness.vkey',
  log: 'log.vkey',
  journal: 'journal',
  note: 'last.note',
  fork: 'fork.json',
  forgot: 'forgot',
};
export const filesIn = (folder: string): typeof FILES =>
  Object.fromEntries(Object.entries(FILES).map(([name, file]) => [name, join(folder, file)])) as typeof FILES;

export const ALGORITHMS = Object.values(COSIGNERS).map(({ algorithm }) => algorithm);
export type Algorithm = (typeof ALGORITHMS)[number];

/**
 * Makes a key and begins its journal.
 * @throws RangeError for another name than a key may have; Error if the folder has a key, or this Node no such algorithm
 */
export function createKeeper(
  folder: string,
  name: string,
  log: Verifier,
  algorithm: Algorithm = 'ed25519',
): Cosigner {
  if (!isName(name)) throw new RangeError('not a name of a key');
  const files = filesIn(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Types of Node 24 don't know the algorithm yet.
  const { privateKey, publicKey } = generateKeyPairSync(algorithm as 'ed25519');
  const type = algorithm === 'ed25519' ? 4 : 6;
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-COSIGNERS[type].key);
  const cosigner: Cosigner = { name, id: keyId(sha256, name, key, type), type, key };
  // First, so that a key never has another's journal.
  createJournal(files.journal);
  writeNew(files.secret, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeNew(files.log, `${formatVerifier(log)}\n`);
  writeNew(files.own, `${formatCosigner(cosigner)}\n`);
  return cosigner;
}

export interface Keeper {
  witness: Witness;
  cosigner: Cosigner;
  /** One look at the log. What proves a fork is kept, and ends all cosigning. @throws as `lookOnce` */
  look(deps: Pick<RoundDeps, 'read' | 'send'>): Promise<Looked>;
  close(): void;
}

/** The log was caught with two histories: a person decides how to go on, under a new key. */
export class Forked extends Error {
  override readonly name = 'Forked';
}

/** The witness was restored from a backup: it has seen a cosignature of its own that its journal lacks. */
export class Forgot extends Error {
  override readonly name = 'Forgot';
  /** What it once cosigned. */
  readonly size: number;

  constructor(size: number) {
    super(String(size));
    this.size = size;
  }
}

/** @throws Forked, Forgot */
function requireTrust({ fork, forgot }: typeof FILES): void {
  if (existsSync(fork)) throw new Forked(fork);
  if (existsSync(forgot)) throw new Forgot(Number(readFileSync(forgot, 'utf8')));
}

/** The public keys of a folder. @throws JournalLost; Error as the file system does */
export function keysIn(folder: string): { cosigner: Cosigner; log: Verifier } {
  const files = filesIn(folder);
  const cosigner = parseCosigner(sha256, readFileSync(files.own, 'utf8').trim());
  const log = parseVerifier(sha256, readFileSync(files.log, 'utf8').trim());
  if (!cosigner || !log) throw new JournalLost(folder);
  return { cosigner, log };
}

/** As `keysIn`, of a witness that may go on. @throws as `keysIn`; Forked; Forgot */
export function trustedKeysIn(folder: string): ReturnType<typeof keysIn> {
  requireTrust(filesIn(folder));
  return keysIn(folder);
}

/** @throws JournalLost; Forked; Forgot; UsageError while another process has it open; Error as the file system does */
export function openKeeper(folder: string, now: () => number = Date.now): Keeper {
  const files = filesIn(folder);
  const { cosigner, log } = trustedKeysIn(folder);
  const secret = createPrivateKey(readFileSync(files.secret));
  const journal = openJournal(files.journal);
  removeDrafts(folder);
  const keys = [{ cosigner, sign: (message: Uint8Array) => sign(null, message, secret) }];
  const inner = makeWitness({ log, keys, journal, sha256, verify: verifyCosignature, now });
  const caught = (note: Uint8Array, prefix?: Parameters<typeof forkOf>[2]) => {
    const mine = existsSync(files.note) ? readFileSync(files.note) : new Uint8Array();
    writeWhole(files.fork, `${JSON.stringify(forkOf(mine, note, prefix))}\n`);
  };
  // For looks and for requests that come from outside alike.
  const witness: Witness = {
    ...inner,
    async cosign(note, old, proof) {
      requireTrust(files);
      const said = await inner.cosign(note, old, proof);
      // With the last note, a second history can be proven.
      if ('lines' in said) writeWhole(files.note, note);
      else if (said.refused === 'fork') caught(note);
      return said;
    },
  };
  return {
    witness,
    cosigner,
    async look({ read, send }) {
      requireTrust(files);
      const looked = await lookOnce({ witness, sha256, read, send });
      if (looked.state === 'fork') caught(looked.note, looked.prefix);
      // The log shows its cosignature only until the next round is witnessed.
      if (looked.state === 'forgot') writeWhole(files.forgot, `${looked.size}\n`);
      // What is not taken may be of an earlier round, or of a witness that the operator never named.
      const named = looked.state === 'missed' ? await read('policy') : null;
      const isNamed = !named?.length || new TextDecoder().decode(named).includes(formatCosigner(cosigner));
      return isNamed ? looked : { state: 'unnamed' };
    },
    close: () => journal.close(),
  };
}
