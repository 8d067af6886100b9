/** An owner answers what it has read: a request or an objection that says more by now is read again. */

import { expect, it } from 'vitest';
import { makeChild } from '../../maintenance/rig.ts';
import { type Answer, fileGateway } from '../../support/gateway.ts';
import { card } from '../../support/guardians.ts';

const gateway = await fileGateway();

/** A call that confirms nothing of itself. */
const ask = (office: string, officer: string, method: string, path: string, body?: object): Promise<Answer> =>
  gateway.call(
    office,
    { actions: ['casework'], officer, reason: 'the writ names this child', unseen: true },
    method,
    path,
    body,
  );

async function filed() {
  const { match } = await makeChild(gateway);
  const context = { case: 'CR-2026-9', instrument: 'WRIT-9' };
  const { json, text } = await ask('court-county', 'wu.jun', 'POST', '/v1/requests', {
    ...{ collection: 'children', purpose: 'J1', subjects: [{ match }], fields: ['name'], context },
  });
  expect(json.id, text).toBeDefined();
  const path = `/v1/requests/${json.id}`;
  const police = (act: string, body: object) => ask('mps-county', 'liu.yang', 'POST', `${path}/${act}`, body);
  const court = (act: string, body: object) => ask('court-county', 'wu.jun', 'POST', `${path}/${act}`, body);
  const entry = async () => (await ask('mps-county', 'liu.yang', 'GET', path)).json.entry as string;
  return { police, court, entry };
}

it.each(['approve', 'refuse'])(
  '%s is about the request that was read, and not about what came later',
  async (act) => {
    const { police, court, entry } = await filed();
    const seen = await entry();
    expect((await police('ask-material', { missing: ['instrument'] })).status).toBe(200);
    // What the owner itself asked changes nothing of the request.
    expect(await entry()).toBe(seen);
    expect((await court('supply', { statement: 'page 3 names the child' })).status).toBe(200);
    const waits = await entry();
    expect(waits).not.toBe(seen);
    const stale = await police(act, { entry: seen });
    expect([stale.status, stale.json]).toMatchObject([409, { code: 'CONFLICT', seen, waits }]);
    const blind = await police(act, {});
    expect([blind.status, blind.json]).toMatchObject([409, { code: 'CONFLICT', waits }]);
    const { status, json, text } = await police(act, { entry: waits });
    expect([status, json.request?.fields.name.state], text).toEqual([
      200,
      act === 'approve' ? 'approved' : 'refused',
    ]);
    // A lost answer is asked for again; nothing is left to refuse.
    expect((await police(act, { entry: waits })).status).toBe(act === 'approve' ? 200 : 409);
  },
);

it('of an answer and a supply at once, the answer is about one of the two', async () => {
  for (let i = 0; i < 5; i++) {
    const { police, court, entry } = await filed();
    await police('ask-material', { missing: ['instrument'] });
    const seen = await entry();
    const [answer, supply] = await Promise.all([
      police('approve', { entry: seen }),
      court('supply', { statement: 'page 3 names the child' }),
    ]);
    const supplied = (await entry()) !== seen;
    expect([answer.status, supply.status, supplied]).toEqual(
      answer.status === 200 ? [200, 409, false] : [409, 200, true],
    );
  }
});

it('an objection that stops the field since it was read is read again', async () => {
  const { match } = await makeChild(gateway);
  await gateway.sequencer.step();
  const object = (more: object = {}) =>
    ask('desk-county', 'chen.jing', 'POST', '/v1/objections', {
      ...{ subject: { match }, field: 'name', by: 'child', ...more },
    });
  const { objection } = (await object()).json;
  const resolve = (entry?: string) =>
    ask('mps-county', 'liu.yang', 'POST', `/v1/objections/${objection.id}/resolve`, {
      ...{ outcome: 'rejected', ...(entry !== undefined && { entry }) },
    });
  const shown = (await object({ document: card(match.id_number) })).json.objection;
  expect([shown.id, shown.entry === objection.entry]).toEqual([objection.id, false]);
  const stale = await resolve(objection.entry);
  expect([stale.status, stale.json]).toMatchObject([
    409,
    { code: 'CONFLICT', seen: objection.entry, waits: shown.entry },
  ]);
  expect((await resolve()).json).toMatchObject({ code: 'CONFLICT', waits: shown.entry });
  const { json, text } = await resolve(shown.entry);
  expect(json.objection?.state, text).toBe('rejected');
});
