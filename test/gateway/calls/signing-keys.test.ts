/**
 * The change of the gateway's signing keys, in the order of docs/operate/keys.md: a token, an attestation and a writer of
 * the old key count while it changes, and not after.
 */
import { expect, test } from 'vitest';
import type { GatewayOptions } from '../../../infra/local/gateway.ts';
import { checkAttestation, readKeys } from '../../../shared/attestation/check.ts';
import { verifyEd25519 } from '../../../shared/client/evidence/evidence.ts';
import { VERSIONED, WRITERS } from '../../../shared/env.ts';
import { checkLog } from '../../../shared/log/check/check-log.ts';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { parseVerifier } from '../../../shared/tree/note.ts';
import { openWriterKeys } from '../../../shared/tree/writer-key.ts';
import { sharedFolder } from '../../support/folder.ts';
import { makeWorld, type World } from '../../verify/world.ts';

const folder = sharedFolder();
let port = 0;

/** One step of the change: a gateway whose four keys have these versions, over the same state and address. */
async function during<T>(versions: readonly number[], act: (world: World) => Promise<T>): Promise<T> {
  const signing = Object.fromEntries(VERSIONED.map((name) => [name, versions]));
  const world = await makeWorld({ folder, port, signing } satisfies Partial<GatewayOptions>);
  port = Number(new URL(world.gateway.url).port);
  try {
    return await act(world);
  } finally {
    await world.gateway.close();
  }
}

async function kidsAt(world: World, path: string): Promise<string[]> {
  const said = JSON.parse(await (await fetch(world.gateway.url + path)).text());
  return (said.keys ?? said.jwks.keys).map(({ kid }: { kid: string }) => kid);
}

const kidOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')).kid;

const token = ({ gateway }: World) => gateway.token('audit-office', { actions: ['audit'] });
type Token = Awaited<ReturnType<typeof token>>;
const read = ({ gateway }: World, under: Token) => gateway.send(under, 'GET', '/v1/log/entries?limit=1');

/**
 * The office only names its officer: each gateway here has an issuer of people of its own at the same address, whose keys this
 * process asks for once in ten seconds.
 */
async function attest(world: World): Promise<string> {
  const { match } = await world.ready();
  const details = { ...world.details, claimed: true as const };
  const body = { programme: 'spring-bud', subject: { match } };
  const { json } = await world.call('charity-sunrise', details, 'POST', '/v1/verifications', body);
  return json.attestation;
}

async function isAttested({ gateway }: World, attestation: string): Promise<boolean> {
  const text = await (await fetch(`${gateway.url}/.well-known/jwt-vc-issuer`)).text();
  const keys = readKeys(text, gateway.url);
  const given = { issuer: gateway.url, keys, now: Date.now(), status: null };
  return checkAttestation(attestation, given).then(
    () => true,
    () => false,
  );
}

async function file({ gateway }: World, path: string): Promise<Uint8Array | null> {
  const answer = await fetch(`${gateway.url}/log/${path}`);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
}

/** The number of entries in the verified log, and of the keys that it names. */
async function verifiedLog(world: World): Promise<{ size: number; keys: number }> {
  await world.gateway.sequencer.step();
  const log = parseVerifier(
    sha256,
    Buffer.from((await file(world, 'key')) ?? [])
      .toString('utf8')
      .trim(),
  );
  if (!log) throw new Error('no key');
  const { checkpoint } = await checkLog({ read: (path) => file(world, path), log });
  const keys = await openWriterKeys(
    (await file(world, 'writer-key')) ?? new Uint8Array(),
    log,
    verifyEd25519,
  );
  return { size: checkpoint.size, keys: keys?.length ?? 0 };
}

test('a signing key is published before it signs, accepted after it signs no more, and then refused', async () => {
  const old = await during([1], async (world) => {
    const [made, attestation] = [await token(world), await attest(world)];
    expect(await kidsAt(world, '/.well-known/jwks.json')).toHaveLength(2);
    return { token: made, attestation, ...(await verifiedLog(world)) };
  });
  expect(old.keys).toBe(WRITERS.length);

  // Added: every caller can learn the new key, and nothing is signed under it yet.
  const kids = await during([1, 2], async (world) => {
    expect(kidOf((await token(world)).value)).toBe(kidOf(old.token.value));
    expect((await read(world, old.token)).status).toBe(200);
    expect((await verifiedLog(world)).keys).toBe(2 * WRITERS.length);
    expect(await kidsAt(world, '/.well-known/jwks.json')).toHaveLength(4);
    return kidsAt(world, '/.well-known/jwt-vc-issuer');
  });
  expect(kids).toEqual([kidOf(old.attestation), expect.any(String)]);

  // Switched: new ones are under the new key, and the old ones still count.
  const switched = await during([2, 1], async (world) => {
    const made = { token: await token(world), attestation: await attest(world) };
    expect(kidOf(made.token.value)).not.toBe(kidOf(old.token.value));
    expect(kidOf(made.attestation)).toBe(kids[1]);
    for (const one of [old, made]) {
      expect((await read(world, one.token)).status).toBe(200);
      expect(await isAttested(world, one.attestation)).toBe(true);
    }
    const log = await verifiedLog(world);
    expect(log.size).toBeGreaterThan(old.size);
    return made;
  });

  // Removed: the old ones are refused, and the log of before still verifies.
  await during([2], async (world) => {
    expect(await read(world, old.token)).toMatchObject({ status: 401, json: { code: 'TOKEN_INVALID' } });
    expect((await read(world, switched.token)).status).toBe(200);
    expect(await isAttested(world, old.attestation)).toBe(false);
    expect(await isAttested(world, switched.attestation)).toBe(true);
    expect(await kidsAt(world, '/.well-known/jwks.json')).toHaveLength(2);
    expect((await verifiedLog(world)).keys).toBe(2 * WRITERS.length);
  });
});
