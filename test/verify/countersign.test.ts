/** The second signature of a proof, by a national certificate: OpenSSL checks it, and it is given of no other text. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { issue } from '../attestation/issuer.ts';
import { fieldgate } from '../cli/run.ts';
import { sharedFolder } from '../support/folder.ts';
import { type Authority, startAuthority } from './authority.ts';
import { type Child, makeWorld, type World } from './world.ts';

const version = spawnSync('openssl', ['version']).stdout?.toString() ?? '';
const [, major = 0, minor = 0] = (/OpenSSL (\d+)\.(\d+)/.exec(version) ?? []).map(Number);
const DAY = 86_400_000;

describe.skipIf(major < 3 || (major === 3 && minor < 5))('with OpenSSL 3.5', async () => {
  const folder = sharedFolder();
  const path = (name: string) => join(folder, name);
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function setUp(kind: 'p256' | 'sm2' | null): Promise<{ world: World; authority: Authority }> {
    const authority = await startAuthority(folder, kind ?? 'p256');
    opened.push(authority);
    if (kind !== null) process.env['PROOF_SIGNER'] = authority.url;
    const world = await makeWorld().finally(() => delete process.env['PROOF_SIGNER']);
    opened.unshift(world.gateway);
    return { world, authority };
  }
  const proofOf = async (world: World, child: Child): Promise<string> =>
    (await world.ask('charity-sunrise', { match: child.match })).json.attestation;
  const signed = (proof: string) => proof.split('~')[0] as string;
  async function sign({ gateway }: World, attestation: string) {
    const answer = await fetch(`${gateway.url}/attestations/signature`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ attestation }),
    });
    return { status: answer.status, json: (await answer.json()) as { signature: string; code?: string } };
  }
  const check = (file: string, content: string, { ca }: Authority) =>
    spawnSync('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', path(file), '-content', path(content)],
      ...['-CAfile', ca, '-purpose', 'any', '-out', '/dev/null'],
    ]).status;

  it.each(['p256', 'sm2'] as const)('is kept by the command and checked by OpenSSL, by %s', async (kind) => {
    const { world, authority } = await setUp(kind);
    const proof = await proofOf(world, await world.ready());
    writeFileSync(path('proof.txt'), `${proof}\n`);
    const args = ['attest', 'signature', 'proof.txt', '--issuer', world.gateway.url, '--out', 'proof.p7s'];
    const kept = await fieldgate(folder, args);
    expect([kept.code, kept.stdout]).toEqual([0, expect.stringContaining('openssl cms -verify')]);
    expect(check('proof.p7s', 'proof.p7s.signed', authority)).toBe(0);
    expect(readFileSync(path('proof.p7s.signed'), 'utf8')).toBe(signed(proof));
    const digest = execFileSync('openssl', ['dgst', '-sm3', '-r', path('proof.p7s.signed')]).toString();
    expect(authority.asked).toEqual([
      { 'sha-256': expect.stringMatching(/^[0-9a-f]{64}$/), sm3: digest.slice(0, 64) },
    ]);

    writeFileSync(path('other'), signed(await proofOf(world, await world.ready())));
    expect(check('proof.p7s', 'other', authority)).not.toBe(0);
    const stranger = await startAuthority(path('stranger'), kind);
    opened.push(stranger);
    expect(check('proof.p7s', 'proof.p7s.signed', stranger)).not.toBe(0);
    authority.answer = { status: 500, body: Buffer.alloc(1) };
    const later = await fieldgate(folder, args);
    expect([later.code, later.stderr]).toEqual([1, expect.stringContaining('SIGNER_UNAVAILABLE')]);
    writeFileSync(path('proof.txt'), `${await issue()}\n`);
    const foreign = await fieldgate(folder, args);
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('only its own proofs')]);
  });

  it('asks for no text that this gateway did not sign, nor for a proof that has ended', async () => {
    const { world, authority } = await setUp('p256');
    const [child, stays] = [await world.ready(), await world.ready()];
    const [gone, good] = [await proofOf(world, child), await proofOf(world, stays)];
    const [head = '', body = '', signature = ''] = signed(good).split('.');
    const bent = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await world.erase(child);
    world.later(DAY);
    for (const text of [signed(gone), bent, good, signed(await issue()), ''])
      expect(await sign(world, text)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    expect(authority.asked).toEqual([]);
    expect((await sign(world, signed(good))).status).toBe(200);
    world.later(2000 * DAY);
    expect((await sign(world, signed(good))).status).toBe(400);
  });

  it('passes on no signature of another proof, no error and nothing without end', async () => {
    const { world, authority } = await setUp('p256');
    const [one, other] = [
      await proofOf(world, await world.ready()),
      await proofOf(world, await world.ready()),
    ];
    const given = Buffer.from((await sign(world, signed(one))).json.signature, 'base64');
    const answers = [
      { status: 200, body: given },
      { status: 500, body: given },
      { status: 302, body: given },
      { status: 200, body: Buffer.alloc(1) },
      { status: 200, body: Buffer.concat([given, Buffer.alloc(100_000)]) },
    ];
    for (const [index, answer] of answers.entries()) {
      authority.answer = answer;
      const about = index === 0 ? other : one;
      expect(await sign(world, signed(about))).toMatchObject({
        status: 503,
        json: { code: 'SIGNER_UNAVAILABLE' },
      });
    }
    authority.answer = { status: 200, body: given };
    expect((await sign(world, signed(one))).status).toBe(200);
  });

  it('exists in no gateway without such a service', async () => {
    const { world } = await setUp(null);
    const proof = await proofOf(world, await world.ready());
    expect(await sign(world, signed(proof))).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  });
});
