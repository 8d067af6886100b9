/** The end of a proof without a request of its recipient: a withdrawn consent, an erasure, a merge. */
import { hash } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinNow } from '../maintenance/direct.ts';
import { card, GUARDIAN } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { isGoodNow } from './proofs.ts';
import { type Child, fileWorld } from './world.ts';

const DESK = {
  actions: ['casework'],
  officer: 'chen.jing',
  reason: 'taken at the desk',
  case: 'DESK-2026-7',
};

const world = await fileWorld();
beforeEach(() => world.later());
afterEach(() => vi.restoreAllMocks());

const ask = async (child: Child, recipient = 'charity-sunrise') =>
  (await world.ask(recipient, { match: child.match })).json;

/** @returns the consent's id */
async function consent(child: Child, recipient: string): Promise<string> {
  const { json } = await world.call('mca-county', DESK, 'POST', '/v1/consents', {
    ...{ subject: { match: child.match }, purpose: 'C1', recipient, giver: 'guardian', relation: 'mother' },
    ...{
      fields: world.programme('spring-bud').fields,
      method: 'signed-form',
      noticeVersion: noticeFor('C1'),
    },
    evidence: hash('sha256', `${child.id} ${recipient}`),
    document: card(GUARDIAN.id_number),
  });
  return json.consent?.id ?? expect.fail(JSON.stringify(json));
}
const withdraw = async (id: string) =>
  (await world.call('mca-county', DESK, 'POST', `/v1/consents/${id}/withdraw`, {})).status;

describe('a withdrawal at the desk', () => {
  it('revokes the proofs that depend on that consent, and no others', async () => {
    const child = await world.child();
    const id = await consent(child, 'charity-sunrise');
    await consent(child, 'charity-harbour');
    const [one, other] = [await ask(child), await ask(child, 'charity-harbour')];
    expect([one.outcome, other.outcome]).toEqual(['YES', 'YES']);
    expect(await withdraw(id)).toBe(200);
    expect([await isGoodNow(world, one.attestation), await isGoodNow(world, other.attestation)]).toEqual([
      false,
      true,
    ]);
    expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
  });

  it('also revokes a proof that was made concurrently', async () => {
    const child = await world.child();
    const id = await consent(child, 'charity-sunrise');
    const done = between(() => withdraw(id));
    const { attestation } = await ask(child);
    expect(await done()).toBe(200);
    expect(await isGoodNow(world, attestation)).toBe(false);
  });
});

describe('an erasure', () => {
  it('revokes every proof about the child', async () => {
    const child = await world.ready();
    await world.consent(child, 'charity-harbour');
    const proofs = [await ask(child), await ask(child, 'charity-harbour')].map((one) => one.attestation);
    await world.erase(child);
    for (const proof of proofs) expect(await isGoodNow(world, proof)).toBe(false);
    expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
  });

  it('also revokes a proof that was made concurrently', async () => {
    const child = await world.ready();
    const done = between(() => world.erase(child));
    const { attestation } = await ask(child);
    await done();
    expect(await isGoodNow(world, attestation)).toBe(false);
  });
});

it('a merge revokes the proof about the double, and leaves that of the survivor, which can still end', async () => {
  const [double, survivor] = [await world.ready(), await world.ready()];
  const [old, kept] = [(await ask(double)).attestation, (await ask(survivor)).attestation];
  await joinNow(world.gateway, double.subject, survivor.subject, world.now);
  expect([await isGoodNow(world, old), await isGoodNow(world, kept)]).toEqual([false, true]);
  expect((await ask(double)).attestation).toBe(kept);
  await world.put('edu-county', { match: survivor.match, fields: { schooling_status: 'out-of-school' } });
  await world.gateway.verifier.recheck();
  expect(await isGoodNow(world, kept)).toBe(false);
});

/** Does something after a check has decided, and before it keeps the outcome. @returns waits for it */
function between<T>(act: () => Promise<T>): () => Promise<T | undefined> {
  const { send } = DynamoDBClient.prototype;
  let done: Promise<T> | undefined;
  vi.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async function (
    this: unknown,
    command: unknown,
  ) {
    const outcome =
      command instanceof PutItemCommand && command.input.Item?.['item']?.S?.startsWith('outcome#');
    if (outcome && !done) {
      done = act();
      await done;
    }
    return Reflect.apply(send, this, [command]);
  } as never);
  return async () => done;
}
