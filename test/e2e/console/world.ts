/** A gateway with a few children, releases, refusals and a prohibited use, and a log that grows by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';

export interface World extends TestGateway {
  /** The state folder. */
  folder: string;
  ids: string[];
  /** Adds appended entries to the tree. */
  grow(): Promise<void>;
  release(id: string, fields?: readonly string[], reason?: string): Promise<void>;
}

const S1 = { actions: ['release'], purpose: 'S1', case: 'EDU-2026-00417', officer: 'zhang.wei' };

/** @param children how many; each is requested once. @param now the gateway's clock, in epoch milliseconds */
export async function openWorld(children: number, now: () => number = Date.now): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-console-'));
  const gateway = await testGateway({ people: true, folder, now });
  const ids = Array.from({ length: children }, () => freshNumber());
  const records = ids.map((id_number) => ({
    match: { id_number },
    fields: { name: '张某某', birth_date: BORN, division_code: '990001001001' },
  }));
  if (children > 0) await gateway.put('mca-county', ...records);
  const world: World = {
    ...gateway,
    folder,
    ids,
    async grow() {
      for (let step = 0; step < 3; step++) await gateway.sequencer.step();
    },
    async release(id, fields = ['name'], reason = 'winter subsidy, grade 5') {
      const ask = { collection: 'children', subjects: [{ match: { id_number: id } }], fields };
      const { status, text } = await gateway.call(
        'edu-county',
        { ...S1, reason },
        'POST',
        '/v1/releases',
        ask,
      );
      if (status !== 200) throw new Error(text);
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (const id of ids) await world.release(id);
  await world.grow();
  return world;
}
