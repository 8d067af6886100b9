/**
 * Random histories: the information in the leaves of a tree for a reader of all of them with one agency's
 * receipts.
 */

import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { DATA_KINDS } from '../../shared/entry-kinds.ts';
import { asClientId, asKeyId, asLogId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { decision, openLog } from './log.ts';

const PERSONS = 24;
const AGENCIES = ['edu-county', 'mca-county', 'health-hospital', 'charity-sunrise'];
const ENTRIES = 720;

interface Logged {
  text: string;
  person: number;
  agency: string;
}

/** Numbers from 0 up to a bound; the same for every run. */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** An entry of any kind about a person, of whom the same consents, keys and requests turn up again and again. */
function about(person: number, agency: string, roll: (bound: number) => number): NewEntry {
  const id = (what: string) => `${what}-of-person-${person}-${roll(3)}`;
  const kind = DATA_KINDS[roll(DATA_KINDS.length)] ?? 'decision';
  return decision({
    kind,
    handler: { departments: ['EDU'], agency: asClientId(agency), officerBy: 'claimed', evidence: 'none' },
    subject: asLogId(`log-id-of-person-${person}`),
    fields: roll(2) === 0 ? {} : { MPS: { name: 'plain', illness: 'masked' } },
    keys: [asKeyId(id('key')), asKeyId(id('key'))],
    consents: roll(2) === 0 ? [] : [id('consent')],
    code: roll(2) === 0 ? 'OUT_OF_AREA' : 'STATUTORY_NOTICE_SUPPRESSED',
    words: {
      officer: 'zhang.wei',
      case: id('case'),
      subject: `internal-id-${person}`,
      request: id('request'),
    },
  });
}

const log = await openLog();
const roll = dice(7);
const writers = [log.writer(), log.writer(), log.writer()];
const made = new Map<string, Omit<Logged, 'text'>>();
for (let n = 0; n < ENTRIES; n++) {
  const [person, agency] = [roll(PERSONS), AGENCIES[roll(AGENCIES.length)] ?? ''];
  log.clock.now += 1 + roll(5000);
  const [receipt] = (await writers[roll(3)]?.append([about(person, agency, roll)])) ?? [];
  made.set(receipt?.entry ?? '', { person, agency });
}
const items = [...(await log.chains()).values()].flat();
const all = items.flatMap(({ leaves }: LogItem) =>
  leaves.flatMap((text) => {
    const one = made.get(parseLeaf(text)?.id ?? '');
    return one ? [{ ...one, text }] : [];
  }),
);
afterAll(() => log.close());

const committedIn = ({ text }: Logged) => Buffer.from(JSON.parse(text).committed, 'base64');

test('leaves of every kind have the same members and one size', () => {
  expect(all).toHaveLength(ENTRIES);
  const forms = all.map(({ text }) => {
    const leaf = JSON.parse(text);
    // A longer text is part of the place only: it is in `seq` and in `id`.
    const place = 2 * `${leaf.seq}${leaf.leaf}`.length;
    return `${Object.keys(leaf).sort().join()} ${text.length - place}`;
  });
  expect(new Set(forms).size).toBe(1);
});

test('no value of eight bytes or more stands in two leaves of one person, except those of the chain', () => {
  const seen = new Map<string, number>();
  const twice: [number, number][] = [];
  for (const [i, leaf] of all.entries()) {
    const { committed, id, ...chain } = JSON.parse(leaf.text);
    expect(Object.keys(chain).sort()).toEqual(['leaf', 'previous', 'seq', 'time', 'v', 'writer']);
    const bytes = committedIn(leaf);
    for (let at = 0; at + 8 <= bytes.length; at++) {
      const window = bytes.toString('latin1', at, at + 8);
      const first = seen.get(window) ?? i;
      if (first !== i) twice.push([first, i]);
      seen.set(window, i);
    }
  }
  expect(twice).toEqual([]);
});

/** Ways to compare two leaves in search of a person's trace: the higher, the more similar. */
const SCORES: [string, (a: Buffer, b: Buffer, x: string, y: string) => number][] = [
  [
    'bytes that agree at their places',
    (a, b) => a.reduce((sum, byte, i) => sum + (byte === b[i] ? 1 : 0), 0),
  ],
  ['bits that differ least', (a, b) => -a.reduce((sum, byte, i) => sum + bits(byte ^ (b[i] ?? 0)), 0)],
  [
    'pairs of bytes in common',
    (a, b) => {
      const pairs = new Uint8Array(65_536);
      for (let at = 0; at + 2 <= a.length; at++) pairs[a.readUInt16BE(at)] = 1;
      let common = 0;
      for (let at = 0; at + 2 <= b.length; at++) common += pairs[b.readUInt16BE(at)] ?? 0;
      return common;
    },
  ],
  ['what both compress to together', (_a, _b, x, y) => -deflateRawSync(x + y).length],
  ['how near their times are', (_a, _b, x, y) => -Math.abs(timeOf(x) - timeOf(y))],
];
const BITS = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
const bits = (byte: number) => BITS[byte] ?? 0;
const timeOf = (text: string) => Date.parse(JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '{}').time);

describe('a distinguisher with all leaves and the receipts of one agency', () => {
  const CANDIDATES = 20;
  const TRIALS = 400;
  /** 400 guesses among 20 hit 20 by chance, with a deviation of 4.4; four of these are allowed. */
  const MOST = TRIALS / CANDIDATES + 4 * Math.sqrt(TRIALS * (1 / CANDIDATES) * (1 - 1 / CANDIDATES));

  /** How often the best score among the candidates is of the one that is about the same person. */
  const hits = (score: (typeof SCORES)[number][1], show: (one: Logged) => string) => {
    const roll = dice(11);
    const own = all.filter(({ agency }) => agency === AGENCIES[0]);
    const others = all.filter(({ agency }) => agency !== AGENCIES[0]);
    const pick = <T>(list: T[]) => list[roll(list.length)] as T;
    let count = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const mine = pick(own);
      const same = pick(others.filter(({ person }) => person === mine.person));
      const rest = others.filter(({ person }) => person !== mine.person);
      const candidates = [same, ...Array.from({ length: CANDIDATES - 1 }, () => pick(rest))];
      const scored = candidates.map((one) =>
        score(committedIn(mine), committedIn(one), show(mine), show(one)),
      );
      const best = Math.max(...scored);
      const ties = scored.filter((one) => one === best).length;
      if (scored[0] === best && roll(ties) === 0) count += 1;
    }
    return count;
  };

  test.each(SCORES)('links the others no better than chance by %s', (_, score) => {
    expect(hits(score, ({ text }) => text)).toBeLessThanOrEqual(MOST);
  });

  test('would find them if a leaf named its person', () => {
    const [, score] = SCORES[3] ?? expect.fail('no score');
    const named = ({ text, person }: Logged) =>
      `${text}"subject":"${'log-id-of-person-'.repeat(3)}${person}${'x'.repeat(person)}"`;
    expect(hits(score, named)).toBeGreaterThan(2 * MOST);
  });
});
