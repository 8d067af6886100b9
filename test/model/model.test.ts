/** The protocols as models: their invariants hold, notice a broken protocol, and the gateway's steps follow their traces. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { check, traces } from './quint.ts';
import { openRecords } from './replay/records.ts';
import { replay } from './replay/replay.ts';
import { openRequests } from './replay/requests.ts';
import { openSequencers } from './replay/sequencer.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-broken-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string) => join(import.meta.dirname, `${name}.qnt`);
const OPTIONS = { samples: 150, steps: 40, seed: 1 };

/** The condition of the count. */
const COUNT = `    val one = collectors.get(c)
    val wins = revision == one.revision and collections == one.collections`;

const MODELS = [
  { name: 'records', open: openRecords, witnesses: ['wErased', 'wLost', 'wTwice'] },
  { name: 'requests', open: openRequests, witnesses: ['wGiven', 'wTakenBack', 'wRefused'] },
  { name: 'sequencer', open: openSequencers, witnesses: ['wLost', 'wTwo'] },
] as const;

describe.each(MODELS)('the model $name', ({ name, open, witnesses }) => {
  it('keeps its invariants, in traces that reach what it is about', { timeout: 120_000 }, async () => {
    const { holds, said } = await check(fileOf(name), { ...OPTIONS, witnesses });
    expect(said).toMatch(/No violation found/);
    expect(holds).toBe(true);
    for (const witness of witnesses) expect(said).toMatch(new RegExp(`${witness} was witnessed in [1-9]`));
  });

  it('is followed by the steps of the gateway', { timeout: 120_000 }, async () => {
    const actions = new Set<string>();
    for (const trace of await traces(fileOf(name), { samples: 10, steps: 30, seed: 7 }))
      for (const action of await replay(trace, open)) actions.add(action);
    const all = [...readFileSync(fileOf(name), 'utf8').matchAll(/^ {2}action (\w+)/gm)].map(([, one]) => one);
    const own = all.filter((one) => one !== 'step' && !one?.endsWith('Same'));
    expect([...actions].sort()).toEqual(own.sort());
  });
});

/** Changes of a protocol that its invariants must notice. */
const BROKEN = [
  ['records', 'a head moves without a condition', 'current == one.seen and not(erased)', 'not(erased)'],
  [
    'records',
    'a head moves although the record is erased',
    'current == one.seen and not(erased)',
    'current == one.seen',
  ],
  ['records', 'a head moves before the entry', 'one.at == "logged",', 'one.at.in(Set("put", "logged")),'],
  ['records', 'a head moves before its sheet', 'one.at == "logged",', 'one.at.in(Set("noted", "logged")),'],
  [
    'records',
    'the current sheet is removed',
    'at == "moved") writers.get(w).seen else',
    'at == "lost") writers.get(w).seen else',
  ],
  [
    'requests',
    'it is counted without a look at other counts',
    COUNT,
    COUNT.replace(' and collections == one.collections', ''),
  ],
  [
    'requests',
    'it is counted without a look at answers',
    COUNT,
    COUNT.replace('revision == one.revision and ', ''),
  ],
  ['requests', 'it is given before it is counted', '    collectors.get(c).counted,\n', ''],
  ['sequencer', 'the lock is replaced without a condition', 'decided.length() == one.base', 'true'],
  [
    'sequencer',
    'a tree is signed before its files',
    "files' = files.union(Set(decided.length())),",
    "files' = files,",
  ],
  [
    'sequencer',
    'late entries are passed over',
    'range(known(w) + 1,',
    'range(known(w) + (if (known(w) > 0) 2 else 1),',
  ],
] as const;

it.each(BROKEN)('the model %s notices that %s', { timeout: 120_000 }, async (name, what, find, by) => {
  const source = readFileSync(fileOf(name), 'utf8');
  expect(source.split(find)).toHaveLength(2);
  const file = join(folder, `${what.replaceAll(' ', '-')}.qnt`);
  writeFileSync(
    file,
    source.replace(find, () => by),
  );
  const { holds, said } = await check(file, { samples: 2_000, steps: 40, seed: 1 });
  expect(holds).toBe(false);
  expect(said).toMatch(/\[violation\]|Invariant violated/);
});
