import { expect, test as plain } from 'vitest';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import { fileWorld } from '../verify/world.ts';

const STRANGER = { match: { id_number: '990001201305069014' } };
const ASK = { programme: 'spring-bud', case: 'CHA-1', officer: 'li.na', reason: 'school grant, spring term' };

const world = await fileWorld();

function as(clientId: string): Promise<Fieldgate> {
  const { sig, enc } = world.gateway.agency(clientId);
  return connect({ issuer: world.gateway.url, clientId, key: sig, enc, purpose: 'C1' });
}

const test = plain.extend('gate', () => as('charity-sunrise'));

test('a charity gets an outcome, a proof and a receipt that leads to the log', async ({ gate }) => {
  const { match } = await world.ready();
  const answer = await gate.verify({ ...ASK, subject: { match } });
  expect(answer).toMatchObject({
    outcome: 'YES',
    programme: 'spring-bud',
    attestation: expect.stringMatching(/~/),
  });
  await world.gateway.sequencer.step();
  const { place } = await gate.checkReceipt(answer.receipt);
  expect(place?.size).toBeGreaterThan(0);
  const again = await gate.verify({ ...ASK, subject: { match } });
  expect(again).toMatchObject({ outcome: 'YES', receipts: 'signed', proof: 'checked' });
});

test('for an unknown child nothing is confirmed', async ({ gate }) => {
  expect(await gate.verify({ ...ASK, subject: STRANGER })).toMatchObject({ outcome: 'NOT_CONFIRMED' });
});

test('an unknown programme, a missing case and an agency that may not get typed errors', async ({ gate }) => {
  const unknown = gate.verify({ ...ASK, programme: 'no-such-programme', subject: STRANGER });
  await expect(unknown).rejects.toMatchObject({ name: 'FieldgateError', status: expect.any(Number) });
  const { programme } = ASK;
  await expect(gate.verify({ programme, subject: STRANGER })).rejects.toMatchObject({ code: 'NO_CASE' });
  const refused = (await as('edu-county')).verify({ ...ASK, subject: STRANGER });
  await expect(refused).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
});

test('a proof for another agency, or a changed one, is refused', async () => {
  const { sig, enc } = world.gateway.agency('charity-sunrise');
  const options = { issuer: world.gateway.url, clientId: 'charity-sunrise', key: sig, enc, purpose: 'C1' };
  const { match } = await world.ready();
  const other = await (await as('charity-harbour')).verify({ ...ASK, subject: STRANGER });
  const swap: [string, (own: string) => string][] = [
    ['PROOF_INVALID', () => other.attestation],
    ['PROOF_INVALID', (own) => own.replace(/~[^~]+~$/, '~')],
    ['PROOF_INVALID', (own) => `${own.slice(0, 40)}A${own.slice(41)}`],
  ];
  for (const [code, change] of swap) {
    const gate = await connect({
      ...options,
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        if (!String(url).endsWith('/v1/verifications')) return answer;
        const body = (await answer.json()) as { attestation: string };
        return Response.json({ ...body, attestation: change(body.attestation) });
      },
    });
    await expect(gate.verify({ ...ASK, subject: { match } })).rejects.toMatchObject({ code });
  }
});
