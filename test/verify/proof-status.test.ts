/** The holder of a proof learns by the next day that it has ended; without a proof nothing is told about a place of the list. */
import { expect, it } from 'vitest';
import { issue } from '../attestation/issuer.ts';
import { shownBy } from './proofs.ts';
import { type Child, fileWorld } from './world.ts';

const world = await fileWorld();
const DAY = 86_400_000;

const proofOf = async (child: Child): Promise<string> =>
  (await world.ask('charity-sunrise', { match: child.match })).json.attestation;

async function status(text: string) {
  const answer = await fetch(`${world.gateway.url}/attestations/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attestation: text }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const signed = (proof: string) => proof.split('~')[0] as string;
const dayOf = (now: number) => new Date(now - (now % DAY)).toISOString();

it('tells an end on the day after it, and of another proof none', async () => {
  const [gone, stays] = [await world.ready(), await world.ready()];
  const [ended, good] = [signed(await proofOf(gone)), signed(await proofOf(stays))];
  await world.erase(gone);
  expect((await status(ended)).json).toEqual({ revoked: false, until: dayOf(world.now()) });
  world.later(DAY);
  expect((await status(ended)).json).toEqual({ revoked: true, until: dayOf(world.now()) });
  expect((await status(good)).json).toEqual({ revoked: false, until: dayOf(world.now()) });
});

it('answers for no text but what this gateway signed', async () => {
  const proof = await proofOf(await world.ready());
  const [head = '', body = '', signature = ''] = signed(proof).split('.');
  const { status: place } = await shownBy(world, proof);
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { status: { status_list: object } };
  claims.status.status_list = { idx: place.index + 1, uri: place.uri };
  const moved = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const list = await (await fetch(place.uri)).text();
  const others = [`${head}.${moved}.${signature}`, signed(await issue()), list, proof, 'nonsense', ''];
  for (const text of others)
    expect(await status(text)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
});
