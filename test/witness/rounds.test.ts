/** Rounds of witnesses over HTTP: the gateway asks, departments look, and a reader judges. */
import { describe, expect, it } from 'vitest';
import { sha256, verifyCosignature, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { formatCosigner, openCosigned } from '../../shared/tree/cosignature.ts';
import { formatVerifier, parseVerifier, type Verifier } from '../../shared/tree/note.ts';
import { parsePolicy, witnessedBy } from '../../shared/tree/witness-policy.ts';
import { checkFork, type Fork, forkOf } from '../../shared/witness/fork.ts';
import { keepCosignature } from '../../shared/witness/received.ts';
import { lookOnce } from '../../shared/witness/round.ts';
import { makeWitness } from '../../shared/witness/witness.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { makeKey, makeLog, memory } from './log.ts';

let ahead = 0;
const now = () => Date.now() + ahead;
const gateway = await fileGateway({ now });
const DETAILS = { actions: ['casework'], officer: 'zhao.min', reason: 'witness of the log' };
const grow = async () => {
  await gateway.put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
  await gateway.sequencer.step();
};
const get = async (path: string) => {
  const answer = await fetch(`${gateway.url}${path}`);
  return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : null;
};
await grow();
const log = parseVerifier(
  sha256,
  Buffer.from((await get('/log/key')) ?? [])
    .toString()
    .trim(),
) as Verifier;
const keys = ['mca', 'mps', 'health'].map((name) => makeKey(`${name}.example/w`, name === 'mps' ? 6 : 4));
const policyText = [
  `log ${formatVerifier(log)}`,
  ...keys.map(({ cosigner }) => `witness ${cosigner.name.split('.')[0]} ${formatCosigner(cosigner)}`),
  'group enough 2 mca mps health',
  'quorum enough',
  '',
].join('\n');
const policy = parsePolicy(sha256, policyText);
const post = (cosignatures: string, agency = 'mca-county') =>
  gateway.call(agency, DETAILS, 'POST', '/v1/log/cosignatures', { cosignatures });
const witnesses = keys.map((key) =>
  makeWitness({ log, keys: [key], journal: memory(), sha256, verify: verifyCosignature, now }),
);
const look = (witness = witnesses[0]) =>
  lookOnce({
    witness: witness ?? expect.fail(),
    sha256,
    read: (name) => get(`/log/${name}`),
    send: async (lines) => (await post(lines)).status === 200,
  });
const sizeOf = (note: Uint8Array | null) =>
  Number(
    Buffer.from(note ?? [])
      .toString()
      .split('\n')[1],
  );
const witnessed = async () => {
  const note = await get('/witnessed/checkpoint');
  return (
    note &&
    openCosigned(
      note,
      log,
      policy.witnesses.map(({ cosigner }) => cosigner),
      verifyCosignature,
    )
  );
};

describe('a log', () => {
  it('asks no witnesses until the operator names some', async () => {
    expect([await get('/log/pending'), await get('/witnessed/checkpoint')]).toEqual([null, null]);
    expect(await get('/log/policy')).toHaveLength(0);
    expect(await look()).toEqual({ state: 'nothing' });
    expect((await post('— a AAAAAAAA\n')).json.code).toBe('NOT_FOUND');
  });

  it('has a witnessed head once enough have cosigned one checkpoint, however the tree grows meanwhile', async () => {
    expect(await gateway.tree.policy.swap(null, policyText)).toBe(true);
    // The sequencer keeps what it read of the policy for a minute.
    ahead += 61_000;
    await gateway.sequencer.step();
    const asked = sizeOf(await get('/log/pending'));
    expect(asked).toBe(sizeOf(await get('/log/checkpoint')));
    expect(await look(witnesses[0])).toEqual({ state: 'cosigned', size: asked });
    await grow();
    expect(await witnessed()).toBeNull();
    expect(sizeOf(await get('/log/pending'))).toBe(asked);
    expect(await look(witnesses[1])).toEqual({ state: 'cosigned', size: asked });
    await gateway.sequencer.step();
    const head = (await witnessed()) ?? expect.fail();
    expect(head.checkpoint.size).toBe(asked);
    // The third has a while to come.
    expect(sizeOf(await get('/log/pending'))).toBe(asked);
    ahead += 20_000;
    await gateway.sequencer.step();
    expect(witnessedBy(policy, head)).toMatchObject({ enough: true, without: ['health'] });
    // And the next round has begun.
    expect(sizeOf(await get('/log/pending'))).toBe(sizeOf(await get('/log/checkpoint')));
    expect(sizeOf(await get('/log/pending'))).toBeGreaterThan(asked);
    // Tiles of the witnessed tree are those of the log.
    expect(await get('/witnessed/tile/0/000.p/1')).toEqual(await get('/log/tile/0/000.p/1'));
  });

  it('shows on an idle day how fresh its witnesses are', async () => {
    for (const witness of witnesses) await look(witness);
    await gateway.sequencer.step();
    const before = (await witnessed()) ?? expect.fail();
    ahead += 30_000;
    expect(await look(witnesses[0])).toEqual({ state: 'cosigned', size: before.checkpoint.size });
    expect(await look(witnesses[1])).toEqual({ state: 'cosigned', size: before.checkpoint.size });
    await gateway.sequencer.step();
    const after = (await witnessed()) ?? expect.fail();
    expect(after.checkpoint).toEqual(before.checkpoint);
    expect(
      (witnessedBy(policy, after).since ?? 0) - (witnessedBy(policy, before).since ?? 0),
    ).toBeGreaterThanOrEqual(29);
  });

  it('leaves a round that finds no quorum after ten minutes, and goes on meanwhile', async () => {
    await grow();
    const stuck = sizeOf(await get('/log/pending'));
    await grow();
    await gateway.sequencer.step();
    expect(sizeOf(await get('/log/pending'))).toBe(stuck);
    expect(sizeOf(await get('/log/checkpoint'))).toBeGreaterThan(stuck);
    ahead += 600_000;
    await gateway.sequencer.step();
    expect(sizeOf(await get('/log/pending'))).toBeGreaterThan(stuck);
  });

  it('keeps no cosignature of another round, of a stranger, of another time or of another key', async () => {
    const asked = (await get('/log/pending')) ?? expect.fail();
    const sign = async (key: ReturnType<typeof makeKey>, note: Uint8Array, at = now()) => {
      const witness = makeWitness({
        log,
        keys: [key],
        journal: memory(),
        sha256,
        verify: verifyCosignature,
        now: () => at,
      });
      const said = await witness.cosign(note, 0, []);
      return 'lines' in said ? said.lines : expect.fail();
    };
    const [mca, , health] = keys as [ReturnType<typeof makeKey>, unknown, ReturnType<typeof makeKey>];
    const earlier = (await get('/witnessed/checkpoint')) ?? expect.fail();
    const older = Buffer.from(earlier).toString().split('\n').slice(0, 5).join('\n');
    const refusals: [string, string][] = [
      [await sign(makeKey('mca.example/w'), asked), 'CONFLICT'],
      [await sign(makeKey('other.example/w'), asked), 'CONFLICT'],
      [await sign(mca, Buffer.from(`${older}\n`)), 'CONFLICT'],
      [await sign(mca, asked, now() - 601_000), 'INVALID_REQUEST'],
      [await sign(mca, asked, now() + 660_000), 'INVALID_REQUEST'],
      ['not a line', 'INVALID_REQUEST'],
      [`${(await sign(mca, asked)).slice(0, -9)}AAAAAAA=\n`, 'CONFLICT'],
    ];
    for (const [lines, code] of refusals)
      expect([lines.length, (await post(lines)).json.code]).toEqual([lines.length, code]);
    // Another office may send an honest one, and two in one call.
    const both = (await sign(mca, asked)) + (await sign(health, asked));
    expect((await post(both, 'edu-county')).json).toEqual({
      size: sizeOf(asked),
      witnesses: ['mca', 'health'],
    });
    // An earlier one that is sent again makes no head look older.
    expect((await post(await sign(mca, asked, now() - 300_000), 'edu-county')).status).toBe(200);
    // A line that does not hold stops no round.
    const bad = both.split('\n')[0]?.replace('mca.example/w', 'mps.example/w') ?? '';
    await keepCosignature(
      gateway.tables.tree,
      sizeOf(asked),
      { name: 'mps.example/w', id: 'ffffffff' },
      1,
      `${bad}\n`,
    );
    const torn = `${both.split('\n')[0]?.slice(0, -8)}AAAAAAA=\n`;
    await keepCosignature(
      gateway.tables.tree,
      sizeOf(asked),
      { name: 'mca.example/w', id: '00000000' },
      1,
      torn,
    );
    await gateway.sequencer.step();
    const head = (await witnessed()) ?? expect.fail();
    expect(head.checkpoint.size).toBe(sizeOf(asked));
    expect(now() / 1000 - (witnessedBy(policy, head).since ?? 0)).toBeLessThan(290);
  });
});

/** A history of its own, whose notes of 7 and 300 leaves exist. */
function history(log: ReturnType<typeof makeLog>) {
  const tree = log.history('shown to one');
  return { tree, at7: tree.note(7), at300: tree.note(300) };
}

describe('two histories under the key of one log', () => {
  const evil = makeLog();
  const [mine, theirs] = [evil.history('shown to one'), evil.history('shown to another')];
  const served = (history: ReturnType<typeof evil.history>, size: number) => {
    const note = history.note(size);
    return async (name: string) => (name === 'pending' ? note : (history.files.get(name) ?? null));
  };
  const lookAt = (
    witness: ReturnType<typeof makeWitness>,
    read: (name: string) => Promise<Uint8Array | null>,
  ) => lookOnce({ witness, sha256, read, send: async () => true });
  const fresh = () =>
    makeWitness({
      log: evil.log,
      keys: [makeKey('w.example')],
      journal: memory(),
      sha256,
      verify: verifyCosignature,
      now,
    });

  it('are proof in the hands of the witness that sees both, at once or grown', async () => {
    for (const size of [7, 300]) {
      const witness = fresh();
      expect(await lookAt(witness, served(mine, 7))).toEqual({ state: 'cosigned', size: 7 });
      const other = await lookAt(witness, served(theirs, size));
      if (other.state !== 'fork') throw new Error(other.state);
      expect(other.size).toBe(size);
      expect(witness.last()?.size).toBe(7);
      // A third party needs the log's key and no network.
      const check = (fork: Fork) => checkFork(fork, evil.log, sha256, verifyEd25519);
      const fork = forkOf(mine.note(7), other.note, other.prefix);
      expect(await check(JSON.parse(JSON.stringify(fork)))).toEqual([7, size]);
      // Two trees that go together, another log's notes, and a proof of something else prove nothing.
      expect(await check(forkOf(mine.note(7), mine.note(7)))).toBeNull();
      expect(await check(forkOf(mine.note(7), makeLog().history('shown to another').note(7)))).toBeNull();
      const honest = history(evil);
      const root = (await openCheckpoint(honest.at7, evil.log, verifyEd25519))?.root ?? expect.fail();
      const proof = await honest.tree.proof(7, 300);
      expect(await check(forkOf(honest.at7, honest.at300, { root, proof }))).toBeNull();
      expect(await check(forkOf(honest.at7, honest.at300, { root: sha256(root), proof }))).toBeNull();
    }
  });

  it('are not cosigned by a witness that was restored from a backup: it sees what it said', async () => {
    const journal = memory();
    const keys = [makeKey('w.example')];
    const deps = { log: evil.log, keys, journal, sha256, verify: verifyCosignature, now };
    const told: string[] = [];
    const at7 = mine.note(7);
    const read = async (name: string) =>
      name === 'witnessed' && told[0] ? Buffer.concat([at7, Buffer.from(told[0])]) : served(mine, 7)(name);
    const send = async (lines: string) => told.push(lines) > 0;
    expect(await lookOnce({ witness: makeWitness(deps), sha256, read, send })).toMatchObject({
      state: 'cosigned',
    });
    const restored = makeWitness({ ...deps, journal: memory() });
    expect(await lookOnce({ witness: restored, sha256, read, send })).toEqual({ state: 'forgot', size: 7 });
    const other = makeWitness({ ...deps, keys: [makeKey('w.example')], journal: memory() });
    expect(await lookOnce({ witness: other, sha256, read, send })).toMatchObject({ state: 'cosigned' });
  });

  it('are told from tiles that are torn, from a smaller tree, and from what the log never signed', async () => {
    const witness = fresh();
    await lookAt(witness, served(mine, 300));
    const grown = served(mine, 400);
    const bent = async (name: string) => {
      const bytes = await grown(name);
      return name.startsWith('tile/0/001') && bytes ? sha256(bytes).subarray(0, 0) : bytes;
    };
    await expect(lookAt(witness, bent)).rejects.toThrow('a tile of the log is missing');
    const swapped = async (name: string) =>
      name.startsWith('tile/0/001') ? Buffer.alloc(144 * 32) : grown(name);
    expect(await lookAt(witness, swapped)).toEqual({ state: 'unproven', size: 400 });
    expect(await lookAt(witness, served(mine, 299))).toEqual({ state: 'behind', size: 299 });
    const stranger = makeLog().history('leaf');
    expect(await lookAt(witness, served(stranger, 500))).toEqual({ state: 'unsigned', size: 500 });
    expect(await lookAt(witness, grown)).toEqual({ state: 'cosigned', size: 400 });
  });
});
