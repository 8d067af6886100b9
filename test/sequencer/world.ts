/** A log table, stores and keys in memory, with faults at every write, and the checker over them. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { LogIndex, Persons, SequencerDeps, Writers } from '../../functions/sequencer/deps.ts';
import { defined } from '../../shared/defined.ts';
import type { LogId } from '../../shared/ids.ts';
import { type CheckLogOptions, checkLog } from '../../shared/log/check/check-log.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { entryId, makeLeaf, NO_ITEM } from '../../shared/log/entry/leaf.ts';
import { sealEntries } from '../../shared/log/entry/sealed.ts';
import { type EpochKeys, newEpochKeys } from '../../shared/log/entry/secrets.ts';
import type { Files, Lock } from '../../shared/log/files/stores.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { HOURS, parseHour } from '../../shared/log/read/hours.ts';
import { type IndexRow, parseIndexed } from '../../shared/log/read/index-rows.ts';
import type { IndexPosition } from '../../shared/log/read/index-table.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import { CERTIFIED_MS, certificateStatement, type LogItem, writerId } from '../../shared/log/write/item.ts';
import { makePart, sealItem } from '../../shared/log/write/seal.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { makeVerifier, type Verifier } from '../../shared/tree/note.ts';
import { ALL_KINDS, decision, vouchFor } from '../log/log.ts';

type Pair = { publicKey: KeyObject; privateKey: KeyObject };
type Values = { lock: string | null; published: string | null };

/** The effect of a write: none, a failure before it is stored, or a failure after it is stored. */
export type Fate = 'fine' | 'not stored' | 'stored';

/** @param from a world to continue: the new one has its keys and a copy of its store. */
export function openWorld(from?: World): World {
  const clock = { now: from?.clock.now ?? Date.parse('2025-11-25T08:00:00.000Z') };
  const gateway: Pair = from?.gateway ?? generateKeyPairSync('ed25519');
  const logKey: Pair = from?.logKey ?? generateKeyPairSync('ed25519');
  const raw = Buffer.from(logKey.publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const log = makeVerifier(sha256, 'log.example/fieldgate', raw);
  const files = new Map<string, Uint8Array>(from?.files);
  const tables = new Map<string, LogItem[]>(from?.tables);
  const secrets = new Map<string, EpochKeys>(from?.secrets);
  const closed = new Map<string, number>(from?.closed);
  const registered = new Map<string, number>(from?.registered);
  const places = new Map<string, number>(from?.places);
  const values: Values = { ...(from?.values ?? { lock: null, published: null }) };
  const counts = new Map<LogId, Counted>(from?.counts);
  const index: World['index'] = { rows: new Map(from?.index.rows), position: from?.index.position ?? null };
  const signed = new Set<string>(from?.signed);
  const national: World['national'] = {};
  const plan = { writes: 0, fate: (_write: number): Fate => 'fine' };

  /** Every write of the sequencer goes through here and is counted. */
  const write = async <T>(act: () => T): Promise<T> => {
    const fate = plan.fate(plan.writes++);
    if (fate === 'not stored') throw new Error('injected: not stored');
    await Promise.resolve();
    const result = act();
    if (fate === 'stored') throw new Error('injected: stored');
    return result;
  };
  const value = (name: keyof typeof values): Lock => ({
    read: async () => values[name],
    swap: (before, after) =>
      write(() => {
        if (values[name] !== before) return false;
        values[name] = after;
        return true;
      }),
  });
  const store: Files = {
    read: async (path) => files.get(path) ?? null,
    create: (path, bytes) =>
      write(() => {
        const known = files.get(path);
        if (known && !Buffer.from(known).equals(bytes)) throw new Error(`${path} is there with other bytes`);
        files.set(path, bytes);
      }),
    remove: (path) => write(() => void files.delete(path)),
  };
  const writers: Writers = {
    list: async () => [...registered].map(([writer, since]) => ({ writer, since })),
    isPlaced: async (writer) => places.has(`${writer}-0`),
    placesOf: async (writer) =>
      new Set(
        [...places.keys()].flatMap((name) =>
          name.startsWith(`${writer}-`) ? Number(name.slice(writer.length + 1)) : [],
        ),
      ),
    storedBetween: async (from, to) =>
      new Set(
        [...tables].flatMap(([writer, items]) =>
          items.some(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to) ? [writer] : [],
        ),
      ),
    register: (writer, since) => write(() => void registered.set(writer, since)),
    itemsAfter: async (writer, seq, limit) =>
      (tables.get(writer) ?? []).filter((item) => item.seq > seq).slice(0, limit),
    stored: async (items) =>
      new Set(
        items
          .filter(({ writer, seq }) => tables.get(writer)?.some((item) => item.seq === seq))
          .map(({ writer }) => writer),
      ),
    forget: (writer) => write(() => void registered.delete(writer)),
    retire: (writer, seq) =>
      write(() => {
        if ((tables.get(writer) ?? []).some((item) => item.seq === seq)) return false;
        closed.set(writer, seq);
        return true;
      }),
    secrets: async () => secrets,
    report: async () => {},
    place: (placed) =>
      write(() => {
        for (const { writer, seq, first } of placed) {
          const known = places.get(`${writer}-${seq}`);
          if (known !== undefined && known !== first) throw new Error(`${writer}-${seq} has two places`);
          places.set(`${writer}-${seq}`, first);
        }
      }),
  };
  const logIndex: LogIndex = {
    position: async () => index.position,
    find: async (key, minute) =>
      [...index.rows.values()]
        .filter((row) => row.key === key && row.place.startsWith(minute))
        .flatMap(({ entries }) => parseIndexed(minute, entries)),
    hours: async (names) =>
      new Map(
        [...new Set(names)].flatMap((name) => {
          const row = index.rows.get(`${HOURS} ${name}`);
          return row ? [[name, parseHour(row.entries)] as const] : [];
        }),
      ),
    add: (rows) =>
      write(() => {
        for (const row of rows)
          if (row.entries === '') index.rows.delete(`${row.key} ${row.place}`);
          else index.rows.set(`${row.key} ${row.place}`, row);
      }),
    advance: (position, from) =>
      write(() => {
        const known = index.position ?? { size: 0, until: -1 };
        if (known.size < from) return false;
        if (known.size > position.size || (known.size === position.size && known.until > position.until))
          return false;
        index.position = position;
        return true;
      }),
  };
  const persons: Persons = {
    counts: async (subjects) =>
      new Map([...subjects].flatMap((one) => (counts.has(one) ? [[one, counts.get(one) as Counted]] : []))),
    count: (all) =>
      write(() => {
        for (const [one, counted] of all)
          if (counted.last >= (counts.get(one)?.last ?? -1)) counts.set(one, counted);
      }),
  };
  const deps: SequencerDeps = {
    files: store,
    lock: value('lock'),
    published: value('published'),
    writers,
    persons,
    index: logIndex,
    certifiers: [vouchFor(gateway.publicKey)],
    log,
    sign: async (message) => {
      signed.add(Buffer.from(message).toString());
      return sign(null, message, logKey.privateKey);
    },
    now: () => clock.now,
  };
  const read: CheckLogOptions['read'] = async (path) =>
    path === 'checkpoint'
      ? values.published === null
        ? null
        : Buffer.from(values.published)
      : (files.get(path) ?? null);

  return {
    clock,
    deps,
    files,
    tables,
    secrets,
    closed,
    registered,
    places,
    counts,
    index,
    values,
    plan,
    signed,
    gateway,
    logKey,
    log,
    national,
    read,
    writer: (kinds) =>
      newWriter({ clock, tables, secrets, registered, gatewayKey: gateway.privateKey, national }, kinds),
    check: (options: { remembered?: Checkpoint } = {}) =>
      checkLog({ read, log, certifiers: [vouchFor(gateway.publicKey)], ...options }),
    stored: () => [...tables.values()].flatMap((items) => items.flatMap(({ leaves }) => leaves)),
  };
}

export interface World {
  clock: { now: number };
  deps: SequencerDeps;
  files: Map<string, Uint8Array>;
  /** Stored items by writer. */
  tables: Map<string, LogItem[]>;
  secrets: Map<string, EpochKeys>;
  /** Writers that were retired, and the `seq` that was closed. */
  closed: Map<string, number>;
  registered: Map<string, number>;
  /** Index in the tree by item. */
  places: Map<string, number>;
  /** Numbers of entries by person. */
  counts: Map<LogId, Counted>;
  index: { rows: Map<string, IndexRow>; position: IndexPosition | null };
  values: Values;
  plan: { writes: number; fate(write: number): Fate };
  /** Every text that the log's key signed. */
  signed: Set<string>;
  gateway: Pair;
  logKey: Pair;
  log: Verifier;
  /** Certifies writers by SM2 as well; the text of the base64. */
  national: { vouch?: ((statement: Uint8Array, writer: string) => string | undefined) | undefined };
  read: CheckLogOptions['read'];
  /** @param kinds that its certificate names; all unless said */
  writer(kinds?: readonly string[]): TestWriter;
  check(options?: { remembered?: Checkpoint }): ReturnType<typeof checkLog>;
  /** All leaves that writers have stored. */
  stored(): string[];
}

export interface TestWriter {
  writer: string;
  items: LogItem[];
  /** @param skew milliseconds by which this writer's clock is ahead. */
  append(leaves?: number, skew?: number): void;
  /** One item, sealed as functions do; no look at what the certificate allows. */
  write(...entries: NewEntry[]): void;
}

/** A writer that stores its items straight into the table. */
function newWriter(
  to: Pick<World, 'clock' | 'tables' | 'secrets' | 'registered' | 'national'> & { gatewayKey: KeyObject },
  certified: readonly string[] = ALL_KINDS,
): TestWriter {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const writer = writerId(key);
  const items: LogItem[] = [];
  const secrets = newEpochKeys();
  to.tables.set(writer, items);
  to.registered.set(writer, to.clock.now);
  to.secrets.set(epochName(writer, 0), secrets);
  const started = new Date(to.clock.now).toISOString();
  const until = new Date(to.clock.now + CERTIFIED_MS).toISOString();
  const claim = { key: key.toString('base64'), kinds: [...certified].sort(), name: 'test', started, until };
  const statement = certificateStatement(writer, claim);
  const signature = sign(null, statement, to.gatewayKey).toString('base64');
  const sm2 = to.national.vouch?.(statement, writer);
  const first = makeLeaf({
    ...{
      v: 2,
      kind: 'writer',
      id: entryId({ writer, seq: 0, leaf: 0 }),
      time: started,
      writer,
      seq: 0,
      leaf: 0,
    },
    ...{ previous: NO_ITEM, certificate: { ...claim, signature, ...defined({ sm2 }) } },
  });
  items.push(sealItem(writer, privateKey, 0, started, [first]).item);
  const put = (entries: readonly NewEntry[], time: string) => {
    const seq = items.length;
    const previous = Buffer.from(items.at(-1)?.hash ?? []).toString('base64');
    const base = { writer, seq, time, previous, secrets, kinds: new Set<string>(ALL_KINDS) };
    const { leaves, unsealed } = makePart(entries, base, 0);
    items.push({ ...sealItem(writer, privateKey, seq, time, leaves).item, sealed: sealEntries(unsealed) });
  };
  return {
    writer,
    items,
    append: (leaves = 1, skew = 0) =>
      put(
        Array.from({ length: leaves }, () => decision()),
        new Date(to.clock.now + skew).toISOString(),
      ),
    write: (...entries) => put(entries, new Date(to.clock.now).toISOString()),
  };
}
