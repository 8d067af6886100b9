import { generateKeyPairSync } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defined } from '../../defined.ts';
import type { NewKind } from '../../entry-kinds.ts';
import { Problem } from '../../errors.ts';
import { putItem as put } from '../../store/table.ts';
import { REGISTER } from '../../tables.ts';
import type { Abandoned, NewEntry } from '../entry/entry.ts';
import { entryId, makeLeaf, NO_ITEM } from '../entry/leaf.ts';
import { epochOf, newEpochKeys } from '../entry/secrets.ts';
import { BACK_MS, CERTIFIED_MS, certificateStatement, type LogItem, putItem, writerId } from './item.ts';
import {
  type Call,
  type Receipt,
  type Sealed,
  type Chain as SealedUnder,
  sealCalls,
  sealItem,
} from './seal.ts';
import { epochName, putEpochKeys } from './secret-table.ts';

interface LogWriterOptions {
  dynamo: DynamoDBClient;
  table: string;
  wordsTable: string;
  treeTable: string;
  /** Certifies the writer's key: an Ed25519 signature of the function's writer key in KMS. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** Certifies it by SM2 as well, in the national profile. Receipts then have a digest by SM3. */
  sm2?(message: Uint8Array): Promise<Uint8Array>;
  /** Epoch milliseconds. */
  now(): number;
  /** Name of the function, such as `release`; printable ASCII. */
  name: string;
  /** Kinds that the function writes; the certificate names them. */
  kinds: readonly NewKind[];
  /** Digest of the package that runs, which the certificate names. */
  code?: string;
}

/** A chain that entries are being appended to. */
export interface Chain extends SealedUnder {
  used: number;
  epoch: number;
  /** End of the key's validity in epoch milliseconds. */
  until: number;
}

/** A chain ends after being idle this long; the next append starts another one. */
const IDLE_MS = 4 * 60_000;
/** A chain ends this long before its key expires. */
const SPARE_MS = 5 * 60_000;

/**
 * The writer of one process: one hash chain under a key of its own. Appends are queued. While a put is in
 * progress, pending appends are gathered into the next item, so that each append waits for at most one
 * earlier put. A resolved append is durable, including its words. After a rejected one, nothing more is
 * appended to its chain; the first entry of the next chain names the item of unknown fate.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #chain: Chain | null = null;
  #abandoned: Abandoned | null = null;
  #waiting: Call[] = [];
  #running = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /**
   * Appends the entries as consecutive leaves of one item: all are logged or none.
   * @returns their receipts, in order, once durable.
   * @throws Problem LOG_UNAVAILABLE: not known to be durable. TOO_LARGE: the entries exceed one item; split
   * the batch. INTERNAL or INVALID_REQUEST: an entry that must not be logged. Nothing may be released after
   * any.
   */
  append(entries: readonly NewEntry[]): Promise<Receipt[]> {
    if (entries.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  /** Makes and certifies the key before the first append. @throws Problem LOG_UNAVAILABLE. */
  async ready(): Promise<void> {
    if (this.#chain || this.#running) return;
    this.#running = true;
    try {
      this.#chain = await this.#start();
    } finally {
      this.#running = false;
      if (this.#waiting.length > 0) void this.#run();
    }
  }

  /**
   * The place of the next append, if nothing else is appended before it. For a caller that appends one entry
   * at a time and must later find out whether it was stored there. @throws Problem LOG_UNAVAILABLE.
   */
  async next(): Promise<{ writer: string; seq: number }> {
    const chain = await this.#openChain();
    this.#chain = { ...chain, used: this.#latest(chain) };
    return { writer: chain.writer, seq: chain.seq + 1 };
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Calls of the same tick share one item.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#appendNext();
    this.#running = false;
  }

  async #appendNext(): Promise<void> {
    let sealed: Sealed;
    let chain: Chain;
    try {
      chain = await this.#openChain();
      // Calls that arrive meanwhile queue behind the sealed ones.
      sealed = await sealCalls(this.#waiting, chain, this.#options.now());
    } catch (error) {
      for (const call of this.#waiting.splice(0)) call.reject(error);
      return;
    }
    this.#waiting.splice(0, sealed.taken);
    if (sealed.calls.length === 0) return;
    try {
      await putItem(this.#options, sealed.item);
    } catch (cause) {
      this.#abandon(chain, sealed.item);
      const problem = new Problem('LOG_UNAVAILABLE', { cause });
      for (const { call } of sealed.calls) call.reject(problem);
      return;
    }
    this.#chain = { ...chain, seq: sealed.item.seq, hash: sealed.hash, used: this.#latest(chain) };
    for (const { call, receipts } of sealed.calls) call.resolve(receipts);
  }

  async #openChain(): Promise<Chain> {
    const now = this.#options.now();
    const { used = now, until = Number.POSITIVE_INFINITY } = this.#chain ?? {};
    // No chain may go back in time, so a clock that was set back begins another one.
    if (now - used > IDLE_MS || now < used - BACK_MS || now > until - SPARE_MS) this.#chain = null;
    this.#chain ??= await this.#start();
    if (epochOf(this.#chain.seq + 1) !== this.#chain.epoch) this.#chain = await this.#nextEpoch(this.#chain);
    return this.#chain;
  }

  /** The instant of the chain's latest use. */
  #latest({ used }: Chain): number {
    return Math.max(used, this.#options.now());
  }

  /** Nothing is sealed under keys that may not be durable. In that case another chain begins. */
  async #nextEpoch(chain: Chain): Promise<Chain> {
    const [next, secrets] = [chain.seq + 1, newEpochKeys()];
    try {
      await putEpochKeys(this.#options, epochName(chain.writer, next), secrets);
      return { ...chain, secrets, epoch: epochOf(next) };
    } catch (cause) {
      this.#chain = null;
      throw new Problem('LOG_UNAVAILABLE', { cause });
    }
  }

  /** May fail at any point: a chain with only its first item contains nothing that could be lost. */
  async #start(): Promise<Chain> {
    const { now, name, kinds, sign, sm2, code } = this.#options;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
    const writer = writerId(raw);
    const used = now();
    const started = new Date(used).toISOString();
    const until = used + CERTIFIED_MS;
    const secrets = newEpochKeys();
    const claim = {
      key: raw.toString('base64'),
      kinds: [...kinds].sort(),
      name,
      ...defined({ build: code }),
      started,
      until: new Date(until).toISOString(),
    };
    try {
      const statement = certificateStatement(writer, claim);
      const [signature = '', second] = (await Promise.all([sign(statement), sm2?.(statement)])).map(
        (bytes) => bytes && Buffer.from(bytes).toString('base64'),
      );
      const leaf = makeLeaf({
        v: 2,
        kind: 'writer',
        id: entryId({ writer, seq: 0, leaf: 0 }),
        time: started,
        writer,
        seq: 0,
        leaf: 0,
        previous: NO_ITEM,
        certificate: { ...claim, signature, ...defined({ sm2: second }) },
        ...(this.#abandoned && { abandoned: this.#abandoned }),
      });
      const { item, hash } = sealItem(writer, privateKey, 0, started, [leaf]);
      // The order does not matter, as long as all are stored before the first append.
      await Promise.all([
        registerWriter(this.#options, writer, used),
        putItem(this.#options, item),
        putEpochKeys(this.#options, epochName(writer, 0), secrets),
      ]);
      this.#abandoned = null;
      return {
        writer,
        key: privateKey,
        kinds: new Set(kinds),
        started: used,
        seq: 0,
        hash,
        used,
        secrets,
        sm3: sm2 !== undefined,
        epoch: 0,
        until,
      };
    } catch (cause) {
      throw new Problem('LOG_UNAVAILABLE', { cause });
    }
  }

  #abandon({ writer, seq, hash }: Chain, unknown: LogItem): void {
    this.#chain = null;
    this.#abandoned = {
      writer,
      seq,
      hash: hash.toString('base64'),
      unknown: {
        seq: unknown.seq,
        hash: Buffer.from(unknown.hash).toString('base64'),
        leaves: unknown.leaves.length,
      },
    };
  }
}

/* The register of writers. A chain that was never in it is never read. */

/** Resolves once the sequencer will find the chain. May be repeated. @param since epoch milliseconds */
export function registerWriter(
  { dynamo, treeTable }: Pick<LogWriterOptions, 'dynamo' | 'treeTable'>,
  writer: string,
  since: number,
): Promise<void> {
  const item = { part: { S: REGISTER }, item: { S: writer }, since: { N: String(since) } };
  return put({ client: dynamo, name: treeTable }, item);
}
