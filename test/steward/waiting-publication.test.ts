/** A publication that waits is named to stewards and auditors, until it is done. */
import { expect, it } from 'vitest';
import { changedPack } from '../e2e/console/changed-pack.ts';
import { fileGateway } from '../support/gateway.ts';

const REASON = 'the yearly review';
const gateway = await fileGateway();
const pack = JSON.parse(changedPack().text);

const steward = (officer: string) => ({ actions: ['steward'], officer, reason: REASON });
const publish = (officer: string) =>
  gateway.call('steward-office', steward(officer), 'POST', '/v1/policy/versions', { pack });
const waits = async (agency: string, details: object) =>
  (await gateway.call(agency, details as never, 'GET', '/v1/policy/versions')).json.waiting;

it('says who asked and why, of which pack, and until when; other offices see what is in force alone', async () => {
  expect(await waits('steward-office', steward('zhou'))).toBeUndefined();
  const { status, json } = await publish('chen');
  expect(status).toBe(202);
  const asked = {
    ...{ version: pack.version, hash: pack.hash, before: null },
    ...{ by: 'steward-office', officer: 'chen', reason: REASON },
    ...{ entry: json.receipt.entry, until: json.expiresAt },
  };
  expect(await waits('steward-office', steward('zhou'))).toEqual({ ...asked, own: false });
  expect(await waits('steward-office', steward('chen'))).toEqual({ ...asked, own: true });
  expect(await waits('audit-office', { actions: ['audit'], officer: 'wang.fang' })).toEqual({
    ...asked,
    own: false,
  });
  expect(await waits('mca-county', { actions: ['intake'] })).toBeUndefined();
  expect((await publish('zhou')).status).toBe(200);
  expect(await waits('steward-office', steward('zhou'))).toBeUndefined();
});
