/** What functions run stands in the log, and code that no release names raises an alert. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { logStore, logWriter } from '../../functions/steps/log.ts';
import { watchApp } from '../../functions/watch/app.ts';
import type { Running } from '../../functions/watch/code.ts';
import { signBuild } from '../../infra/aws/commands/builds.ts';
import { envOf } from '../../infra/local/settings.ts';
import { readEntries } from '../../shared/log/read/read.ts';
import { BUILDS_PATH } from '../../shared/tree/builds.ts';
import { formatVerifier } from '../../shared/tree/note.ts';

import { openRig, type Rig } from '../audit/rig.ts';
import { decision } from '../log/log.ts';

const MINUTE = 60_000;
const [OWN, BENT] = ['a'.repeat(64), 'b'.repeat(64)];
const secret = generateKeyPairSync('ed25519').privateKey;
const about = { release: '1.4.2', commit: 'c'.repeat(40), builder: 'here' };
const built = signBuild({ ...about, functions: [{ name: 'release', archive: OWN, code: OWN }] }, secret);

let rig: Rig;
let running: Running[] | Error;
let releaseKey: string;
/** The file next to the log. */
let builds: string | Error;
let watch: ReturnType<typeof watchApp>;

const version = (archive: string, configuration = '0'.repeat(64)): Running => {
  return { name: 'release', version: '$LATEST', archive, configuration };
};

beforeEach(async () => {
  rig = await openRig();
  rig.clock.now = Date.parse('2026-11-25T02:00:00Z');
  running = [version(OWN)];
  releaseKey = formatVerifier(built.key);
  builds = built.line;
  restart();
});
afterEach(() => rig.close());

/** Another instance, as a change of a function begins one. */
function restart(): void {
  const trail = { late: null, files: async () => [], async *read() {} };
  const env = { ...envOf(rig.env, 'watch'), releaseKey };
  const asked = async () => {
    if (running instanceof Error) throw running;
    return running;
  };
  const read = async (path: string) => {
    if (path !== BUILDS_PATH) return rig.deps.tree.read(path);
    if (builds instanceof Error) throw builds;
    return Buffer.from(builds);
  };
  watch = watchApp(withTables({ ...rig.deps, env, trail, running: asked, tree: { read } }));
}

/** Scans. @returns what deployments and alerts say so far, oldest first */
async function told(): Promise<string[]> {
  await rig.sequencer.step();
  for (let left = true; left; ) left = (await watch.scan()).behind > 0;
  await rig.sequencer.step();
  const span = { from: 0, to: rig.clock.now + 1 };
  const { entries } = await readEntries(logStore(rig.deps), { ...span, filter: {}, limit: 500, asked: {} });
  const lines = entries.flatMap(({ entry, words }) => {
    if (entry?.kind === 'deployment') return `${entry.time} ${entry.runs}`;
    return entry?.code === 'CODE_UNKNOWN' ? `${entry.time} ${words.finding}` : [];
  });
  return lines.sort().map((line) => line.slice(25));
}

const FIRST = `release $LATEST ${OWN} ${'0'.repeat(64)} 1.4.2`;

test('code and configuration are told once, and again with each change', async () => {
  expect(await told()).toEqual([FIRST]);
  rig.clock.now += 6 * MINUTE;
  restart();
  expect(await told()).toEqual([FIRST]);
  for (const configuration of ['1', '0']) {
    rig.clock.now += 6 * MINUTE;
    running = [version(OWN, configuration.repeat(64))];
    await told();
  }
  expect(await told()).toEqual([FIRST, FIRST.replace('0'.repeat(64), '1'.repeat(64)), FIRST]);
});

test('a bent bundle is an entry and a grave alert within one run, each time it comes', async () => {
  await told();
  for (const archive of [BENT, OWN, BENT]) {
    rig.clock.now += 6 * MINUTE;
    running = [version(archive)];
    await rig.sequencer.step();
    const { grave } = await watch.scan();
    expect(grave).toBe(archive === BENT ? 1 : 0);
  }
  const lines = await told();
  expect(lines.filter((line) => line.endsWith(' -'))).toHaveLength(2);
  expect(lines.filter((line) => line.includes('which no signed build names'))).toEqual(
    Array(2).fill(`release $LATEST runs the archive ${BENT}, which no signed build names`),
  );
});

test('an archive of another function, and one that another key names, are unknown', async () => {
  const foreign = generateKeyPairSync('ed25519').privateKey;
  const functions = [
    { name: 'release', archive: BENT, code: BENT },
    { name: 'audit', archive: OWN, code: OWN },
  ];
  builds = signBuild({ ...about, functions }, foreign).line + built.line;
  running = [version(BENT), { ...version(OWN), name: 'audit' }];
  expect((await told()).filter((line) => line.includes('no signed build'))).toHaveLength(2);
});

test('a gateway that pins no key of releases is told what runs, and has no alert', async () => {
  releaseKey = 'none';
  running = [version(BENT)];
  restart();
  expect(await told()).toEqual([`release $LATEST ${BENT} ${'0'.repeat(64)} -`]);
});

test('a look that is forbidden for an hour is an alert, once', async () => {
  await told();
  running = new Error('AccessDenied');
  for (let minutes = 0; minutes <= 60; minutes += 6) {
    rig.clock.now += 6 * MINUTE;
    expect(await told()).toEqual([FIRST]);
  }
  for (let more = 0; more < 3; more++) {
    rig.clock.now += 6 * MINUTE;
    expect(await told()).toEqual([
      FIRST,
      expect.stringMatching(/^Lambda has not said since 2026-11-25T02:06/),
    ]);
  }
});

test('a writer whose package no build names is a grave alert, and one that names none is not', async () => {
  const writer = (build: string) =>
    logWriter({ ...rig.deps, env: { ...envOf(rig.env, 'release'), code: build } }, 'release');
  await told();
  for (const build of ['none', OWN, BENT]) await writer(build).append([decision()]);
  const lines = await told();
  expect(lines.filter((line) => line.includes('package'))).toEqual([
    `a writer of release runs the package ${BENT}, which no signed build names`,
  ]);
});

test('a writer is compared once the builds can be read again', async () => {
  const env = { ...envOf(rig.env, 'release'), code: BENT };
  await told();
  await logWriter({ ...rig.deps, env }, 'release').append([decision()]);
  await rig.sequencer.step();
  builds = new Error('SlowDown');
  await expect(watch.scan()).rejects.toThrow('SlowDown');
  builds = built.line;
  expect((await told()).filter((line) => line.includes('package'))).toHaveLength(1);
});
