/** Entries of the log and KMS's record of them, at any size: what a gateway does, what goes wrong, and chaos. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { asClientId, asEntryId, asKeyId, asSubjectId } from '../../shared/ids.ts';
import type { Claim } from '../../shared/log/read/reconcile.ts';
import { nameAt } from '../watch/cloudtrail.ts';

export const ROLES: ReadonlySet<string> = new Set([
  'gate-SessionRole',
  'gate-verifyRole',
  'gate-maintenanceRole',
]);
/** Classes by what may open them. */
const CLASSES = {
  S1: ['facts', 'name', 'school'],
  W1: ['facts', 'name', 'welfare', 'family'],
  H1: ['facts', 'health'],
} as const;
type Purpose = keyof typeof CLASSES;
const PURPOSES = Object.keys(CLASSES) as Purpose[];
const AGENCIES = Array.from({ length: 12 }, (_, n) => `office-${n}`);

/** As far as the comparison reads a pack. */
export const PACK = {
  programmes: new Map([['grant', { classes: ['facts', 'welfare'] }]]),
  classes: new Map(
    ['facts', 'name', 'school', 'welfare', 'family', 'health'].map((name) => [
      name,
      { openedBy: PURPOSES.filter((code) => (CLASSES[code] as readonly string[]).includes(name)) },
    ]),
  ),
} as never;

export interface Call {
  id: string;
  at: number;
  principal: string;
  key: string;
  subject: string;
  class: string;
  error?: true;
}

export interface World {
  calls: Call[];
  claims: Claim[];
  /** What was planted, by kind. */
  planted: Map<string, number>;
}

/** Mulberry32: the same numbers for the same seed. */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Maker {
  readonly world: World = { calls: [], claims: [], planted: new Map() };
  readonly chance: () => number;
  #count = 0;

  constructor(seed: number) {
    this.chance = chances(seed);
  }

  next = () => this.#count++;
  pick = <T>(all: readonly T[]): T => all[Math.floor(this.chance() * all.length)] as T;

  claim(at: number, kind: string, rest: Omit<Partial<Claim>, 'keys'> & { keys?: string[] } = {}): Claim {
    const n = this.next();
    const keys = (rest.keys ?? []).map(asKeyId);
    const made = { ...rest, entry: asEntryId(`w${n % 40}-${n}-0`), kind, at, keys };
    this.world.claims.push(made);
    return made;
  }

  /** CloudTrail has whole seconds. */
  call(at: number, principal: string, key: string, subject: string, name: string): Call {
    const call = {
      id: `e${this.next()}`,
      at: Math.floor(at / 1000) * 1000,
      principal,
      key,
      subject,
      class: name,
    };
    this.world.calls.push(call);
    return call;
  }
}

const keyOf = (subject: string, name: string) => `k-${subject}-${name}`;

/** What a gateway does in a span: releases, checks, rounds of maintenance, calls that were repeated or given up. */
function act(maker: Maker, at: number, people: number): void {
  const { pick, chance } = maker;
  const subject = `p${Math.floor(chance() * people)}`;
  const agency = asClientId(pick(AGENCIES));
  const kind = chance();
  if (kind < 0.05) {
    const keys = ['facts', 'welfare'].map((name) => keyOf(subject, name));
    maker.claim(at, 'decision', { keys, programme: 'grant', purpose: 'W1', agency });
    for (const name of ['facts', 'welfare'])
      maker.call(at + 900, 'gate-verifyRole/verify', keyOf(subject, name), subject, name);
    return;
  }
  if (kind < 0.06) {
    const made = `k-new-${maker.next()}`;
    maker.claim(at, 'maintenance', { keys: [keyOf(subject, 'name'), made] });
    maker.call(at + 500, 'gate-maintenanceRole/maintenance', keyOf(subject, 'name'), subject, 'name');
    return;
  }
  const purpose = pick(PURPOSES);
  const by = { purpose, agency };
  const session = `gate-SessionRole/${`${purpose}@${agency}`.slice(0, 64)}`;
  const open = (key: string, of: string, name: string) => {
    const call = maker.call(at + chance() * 2000, session, key, of, name);
    if (chance() < 0.003) maker.call(call.at + 1000, session, key, of, name);
    if (chance() < 0.003) maker.world.calls.push({ ...call });
    if (chance() < 0.003) maker.world.calls.push({ ...call, id: `f${maker.next()}`, error: true });
  };
  const facts = keyOf(subject, 'facts');
  const attempt = { ...by, subject: asSubjectId(subject) };
  if (chance() < 0.01) {
    maker.claim(at, 'attempt', attempt);
    open(facts, subject, 'facts');
    return;
  }
  const begun = chance() < 0.3 ? maker.claim(at - 50, 'attempt', attempt).entry : undefined;
  if (chance() < 0.002) {
    maker.claim(at, 'decision', { ...by, erased: true });
    open(facts, subject, 'facts');
    return;
  }
  // In place of a class that the person lacks, the decoy's is opened.
  const of = (name: string) => (name !== 'facts' && chance() < 0.01 ? 'decoy' : subject);
  const opened = CLASSES[purpose].map((name) => ({ name, of: of(name) }));
  const keys = opened.map((one) => keyOf(one.of, one.name));
  maker.claim(at, 'decision', { ...by, keys, ...(begun && { completes: begun }) });
  // A key more, which the decision does not name.
  if (begun && chance() < 0.01) open(`k-more-${maker.next()}`, subject, 'facts');
  for (const one of opened) open(keyOf(one.of, one.name), one.of, one.name);
}

const FAULTS: Record<string, (maker: Maker) => void> = {
  'a key was unwrapped without an entry': (maker) => {
    const { at, subject } = maker.pick(maker.world.calls);
    maker.call(at, 'gate-verifyRole/verify', `k-lost-${maker.next()}`, subject, 'health');
  },
  'another role unwrapped': (maker) => {
    const call = maker.pick(maker.world.calls);
    call.principal = 'administrator/somebody';
  },
  'the session was of another purpose': (maker) => {
    const call = maker.pick(maker.world.calls.filter(({ principal }) => principal.includes('@')));
    call.principal = call.principal.replace(/\/\w+@/, '/X9@');
  },
  'an entry says what KMS did not do': (maker) => {
    const { calls } = maker.world;
    calls.splice(Math.floor(maker.chance() * calls.length), 1);
  },
  'an entry was removed': (maker) => {
    const { claims } = maker.world;
    claims.splice(claims.indexOf(maker.pick(claims.filter(({ keys }) => keys.length > 1))), 1);
  },
  'the class was not of the purpose': (maker) => {
    const call = maker.pick(maker.world.calls.filter((one) => one.principal.includes('/S1@')));
    call.class = 'health';
  },
  'the unwrap was minutes after its entry': (maker) => {
    maker.pick(maker.world.calls).at += 150_000;
  },
};

/** @param calls of KMS, at least; @param faults planted in all, some of each kind */
export function makeWorld(options: {
  seed: number;
  from: number;
  to: number;
  calls: number;
  people: number;
  faults: number;
}): World {
  const { seed, from, to, calls, people, faults } = options;
  const maker = new Maker(seed);
  const { world } = maker;
  while (world.calls.length + world.claims.length < calls)
    act(maker, from + Math.floor(maker.chance() * (to - from)), people);
  const kinds = Object.entries(FAULTS);
  for (let n = 0; n < faults; n++) {
    const [name, plant] = kinds[n % kinds.length] as (typeof kinds)[number];
    plant(maker);
    world.planted.set(name, (world.planted.get(name) ?? 0) + 1);
  }
  return world;
}

/** Rows that fit together by chance alone: few keys, persons and sessions within minutes, in many slots of a quarter of an hour. */
export function chaos(seed: number, from: number, slots: number): World {
  const maker = new Maker(seed);
  const { pick, chance, world } = maker;
  for (let slot = 0; slot < slots; slot++) {
    const when = () => from + slot * 900_000 + Math.floor(chance() * pick([3_000, 70_000, 200_000]));
    const subjects = ['a', 'b'].map((name) => `${name}${slot}`);
    const keys = ['x', 'y'].map((name) => `${name}${slot}`);
    const names = ['name', 'facts'];
    const entries: string[] = [];
    for (let n = Math.floor(chance() * 6); n > 0; n--) {
      const kind = pick(['decision', 'decision', 'decision', 'attempt', 'maintenance']);
      const { entry } = maker.claim(when(), kind, {
        keys: keys.filter(() => chance() < 0.7),
        ...(chance() < 0.9 && { purpose: pick(PURPOSES), agency: asClientId(pick(AGENCIES.slice(0, 2))) }),
        ...(chance() < 0.2 && { programme: pick(['grant', 'grant', 'gone']) }),
        ...(chance() < 0.1 && { code: 'STORY_TEXT' }),
        ...(kind === 'attempt' && { subject: asSubjectId(pick(subjects)) }),
        ...(chance() < 0.1 && { erased: true as const }),
        ...(chance() < 0.1 && entries.length > 0 && { unopened: pick(entries) }),
        ...(chance() < 0.2 && entries.length > 0 && { completes: asEntryId(pick(entries)) }),
      });
      entries.push(entry);
    }
    for (let n = Math.floor(chance() * 7); n > 0; n--) {
      const odd = chance() < 0.15;
      const [subject, key, name] = odd
        ? [pick(subjects), pick(keys), pick([...names, 'health', 'family', 'family'])]
        : [subjects[0], keys[0], names[0]];
      const session = `gate-SessionRole/${pick(PURPOSES)}@${pick(AGENCIES.slice(0, 2))}`;
      const principal = pick([session, session, session, 'gate-verifyRole/verify', 'other/role']);
      const call = maker.call(when(), principal, key as string, subject as string, name as string);
      if (chance() < 0.1) maker.world.calls.push({ ...call });
    }
  }
  return world;
}

function recordOf({ id, at, principal, key, subject, class: name, error }: Call): object {
  return {
    ...{ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', eventID: id },
    eventTime: new Date(at).toISOString().replace(/\.\d+/, ''),
    userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::111122223333:assumed-role/${principal}` },
    requestParameters: {
      encryptionContext: { collection: 'c', class: name, owner: 'o', subject, keyId: key },
    },
    ...(error && { errorCode: 'AccessDenied' }),
  };
}

const NOISE = {
  eventName: 'GenerateMac',
  eventSource: 'kms.amazonaws.com',
  eventTime: '2026-11-25T02:00:00Z',
};
/** Milliseconds of one file of the trail. */
const FILE = 300_000;

/** Writes a world as the files that Athena reads. @returns the records, as our own join reads them */
export function writeWorld(folder: string, { calls, claims }: World): object[] {
  const records: object[] = [];
  let nth = 0;
  const put = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), gzipSync(text, { level: 1 }));
  };
  for (const [slot, some] of Map.groupBy(calls, ({ at }) => Math.floor(at / FILE))) {
    const all = some.map(recordOf);
    records.push(...all);
    // CloudTrail's files hold some thousand records, and the few minutes before their name.
    for (let at = 0; at < all.length; at += 5000) {
      const Records = [...all.slice(at, at + 5000), NOISE];
      put(nameAt('trail/', (slot + 2) * FILE, nth++), JSON.stringify({ Records }));
    }
  }
  for (const [hour, some] of Map.groupBy(claims, ({ at }) =>
    new Date(at).toISOString().slice(0, 13).replace('T', '-'),
  )) {
    const rows = some.map(({ at: ms, logId: logid, ...rest }) => JSON.stringify({ ms, logid, ...rest }));
    put(`claims/hour=${hour}/${nth++}.jsonl.gz`, rows.map((row) => `${row}\n`).join(''));
  }
  return records;
}
