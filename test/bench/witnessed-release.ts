/**
 * A child of `npm run bench witnesses`: a local gateway with its three witnesses, or without any, that makes releases when it is
 * told to. In a deployment, witnesses run elsewhere; here they share the process of the releases, so it answers with the release
 * in the middle of a block: their rounds fall on few.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../infra/local/gateway.ts';
import { SAMPLE_AGENCIES } from '../../infra/local/sample/parties.ts';
import { startWitnesses } from '../../infra/local/witnesses.ts';
import { callers } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-releases-'));
const gateway = await startGateway({ folder, port: 0, faults: false, people: 'tokens' });
const { put, call } = callers(gateway);
const match = { id_number: freshNumber() };
await put('mps-county', { match, fields: { name: '张三', birth_date: '2015-05-06' } });
await gateway.sequencer.step();
const stop =
  process.env['WITNESSES'] === 'yes'
    ? await startWitnesses(gateway, join(folder, 'witness'), SAMPLE_AGENCIES)
    : async () => {};
const why = { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'subsidy' };
const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };

async function release(): Promise<void> {
  const { status, text } = await call('edu-county', why, 'POST', '/v1/releases', body);
  if (status !== 200) throw new Error(text);
}

process.on('message', async (count: number) => {
  if (count > 0) {
    const spent: number[] = [];
    for (let n = 0; n < count; n++) {
      const before = process.cpuUsage();
      await release();
      const { user, system } = process.cpuUsage(before);
      spent.push(user + system);
    }
    process.send?.(spent.sort((a, b) => a - b)[Math.floor(count / 2)]);
    return;
  }
  await stop();
  await gateway.close();
  rmSync(folder, { recursive: true });
  process.disconnect();
});
process.send?.(0);
